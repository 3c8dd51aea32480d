"""Rules about optional steps, and about objections: when one may be filed, and when decided."""

from __future__ import annotations

from collections.abc import Iterator

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.models.outcomes import DECISIONS
from kinerja_flow.rules.registry import Ask, rule
from workflows import Flag, Listed, Ref, TermField
from workflows.definition import Term


class OfFlag(Schema):
    flag = Flag(required=True)


class Heard(Schema):
    employee = Listed(Ref("action"), unique="", least=1, most=10, required=True)
    assessor = Listed(Ref("action"), unique="", least=1, most=10, required=True)
    chance = TermField(load_default=None)


@rule(params=OfFlag, satisfied_by="Choose the setting that turns it on.")
def enabled(ask: Ask, flag: bool) -> Iterator[Blocker]:
    """The flag is true: for a step that an agency chooses to have, by `{setting: …}`.

    An action that requires it is offered to nobody while it is false, and no clock takes it.
    """
    if not flag:
        yield Blocker("enabled", None, (), {"action": ask.action.name})


@rule("eligible", satisfied_by="The employee leaves the agency.")
def employee_left(ask: Ask) -> Iterator[Blocker]:
    """The employee has left the agency: what they want done by letter, HR records for them."""
    if ask.facts.case.subject_id in ask.facts.eligible:
        yield Blocker("employee_left", None, ("employee",))


@rule("objections", "results", satisfied_by="Wait for the objection; its decision is final.")
def result_uncontested(ask: Ask) -> Iterator[Blocker]:
    """No objection to the newest result is under way, and it is not what one was decided to be.

    PP 30/2019 article 59: the decision on an objection is final. What was withdrawn, or ended with
    a correction that the employee accepted, was never decided.
    """
    newest = ask.facts.results[-1].number if ask.facts.results else None
    for one in ask.facts.objections:
        if one.is_open and one.case_id != ask.facts.case.id:
            yield Blocker("result_uncontested", None, ("examiner",))
        elif one.outcome in DECISIONS and newest == (one.replaced_by or one.number):
            yield Blocker("result_uncontested.final", None, ())


@rule("acts", params=Heard, satisfied_by="Hear both sides, or let their time to speak pass.")
def both_heard(
    ask: Ask, employee: list[str], assessor: list[str], chance: Term | None
) -> Iterator[Blocker]:
    """Each side was heard, by one of the acts named for it, or had its chance.

    Without `chance` only the acts count; with it the chance has passed once that term has ended.
    PP 30/2019 article 59: whoever examines an objection hears both sides.
    """
    facts = ask.facts
    last = facts.last_day(chance) if chance else None
    if last is not None and facts.calendar.day_of(facts.now) > last:
        return
    done = {(act.kind, act.action) for act in facts.acts}
    for side, names in (("employee", employee), ("assessor", assessor)):
        acts = {
            (kind or facts.case.kind, act) for kind, _, act in (n.rpartition(".") for n in names)
        }
        if not acts & done:
            said = {"by": side, "action": ", ".join(names)}
            code = "both_heard" if last is None else "both_heard.yet"
            yield Blocker(code, side, ("examiner", side), {**said, "last": last})
