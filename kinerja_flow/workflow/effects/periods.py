"""Effects on the periods of a year: opening its checkpoints, and letting one fall away."""

from __future__ import annotations

from marshmallow import Schema

from kinerja_flow.scoring import PERIODS, Span
from kinerja_flow.workflow.draft import Draft
from kinerja_flow.workflow.effects.cases import open_child
from kinerja_flow.workflow.effects.registry import effect
from workflows import Chosen, Ref


class Checkpoints(Schema):
    machine = Ref("child_machine", required=True)
    every = Chosen(*PERIODS, required=True)


@effect("people", "children", params=Checkpoints)
def open_periods(draft: Draft, machine: str, every: str) -> None:
    """Open a child case for every calendar month, quarter or half of the case's own period.

    All open in one act and may run beside each other. Where the case's period begins or ends
    within one, that case covers the part of it. A period that already has its case gets no other.
    Source: PermenPANRB 6/2022, evaluasi periodik, monthly or quarterly.
    """
    case = draft.facts.case
    known = {(c.from_on, c.until_on) for c in draft.facts.children if c.kind == machine}
    for span in Span(case.from_on, case.until_on).periods(every):
        if span not in known:
            open_child(draft, machine, {}, {"from_on": span.first, "until_on": span.last})


@effect(of="child")
def cancel_period(draft: Draft) -> None:
    """Let the case fall away, since the appraised period has ended before its own begins.

    An action by [system] that does this is taken on each such case when its employee moves to
    another post; without one a case behind the new end keeps the employee from being moved.
    """
    case = draft.facts.case
    draft.change["cancelled"] = [case.from_on.isoformat(), case.until_on.isoformat()]
