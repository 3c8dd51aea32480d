"""Rules about the plan and what was done under it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.rules.registry import Ask, rule
from workflows import Exact, Whole


class AtLeast(Schema):
    least = Whole(1, 100, load_default=1)


class Total(Schema):
    total = Exact(required=True)


@rule(
    "plan",
    params=AtLeast,
    satisfied_by="Write at least so many RHK, each with an indicator and a target.",
)
def plan_complete(ask: Ask, least: int) -> Iterator[Blocker]:
    """The plan has at least `least` RHK (default 1), each with an indicator and every target set.

    Source: PermenPANRB 6/2022, the form of the SKP.
    """
    rows = ask.facts.plan
    if len(rows) < least:
        yield _plan("plan_complete", least=least, found=len(rows))
    if bare := sum(not row.indicators for row in rows):
        yield _plan("plan_complete.indicators", count=bare)
    if open_targets := sum(row.indicators_without_target for row in rows):
        yield _plan("plan_complete.targets", count=open_targets)


@rule(
    "plan",
    params=Total,
    satisfied_by="Give every RHK a weight; the weights add up to exactly the total.",
)
def weights_total(ask: Ask, total: Fraction) -> Iterator[Blocker]:
    """The weights of all RHK add up to exactly `total`; 100.01 does not pass 100."""
    weights = [row.weight for row in ask.facts.plan]
    found = sum((weight for weight in weights if weight is not None), Fraction())
    if None in weights or found != total:
        yield _plan("weights_total", total=float(total), found=float(found))


@rule("plan", satisfied_by="Link every RHK to the superior's RHK that it serves.")
def plan_linked(ask: Ask) -> Iterator[Blocker]:
    """Every RHK says which RHK of the superior it serves (mengintervensi).

    Only for agencies that insist: elsewhere a plan may be drafted first and linked later.
    """
    if loose := sum(not row.is_linked for row in ask.facts.plan):
        yield _plan("plan_linked", count=loose)


@rule("plan", satisfied_by="Write a rencana aksi for every RHK.")
def steps_planned(ask: Ask) -> Iterator[Blocker]:
    """Every RHK has at least one rencana aksi."""
    if bare := sum(not row.steps for row in ask.facts.plan):
        yield Blocker("steps_planned", "action_plan", ("employee",), {"count": bare})


@rule("plan", satisfied_by="Attach at least one bukti dukung to every RHK.")
def evidence_attached(ask: Ask) -> Iterator[Blocker]:
    """Every RHK has at least one piece of evidence (bukti dukung)."""
    if bare := sum(not row.evidence for row in ask.facts.plan):
        yield Blocker("evidence_attached", "evidence", ("employee",), {"count": bare})


@rule("material", satisfied_by="Record a realisation for every indicator.")
def progress_recorded(ask: Ask) -> Iterator[Blocker]:
    """Every indicator that is measured has a realisation; zero is one, nothing is not.

    A judged indicator may be told in words, which the assessor weighs.
    """
    rows = [found for row in ask.facts.material.plan for found in row.indicators]
    if missing := sum(found.realisation is None for found in rows if found.objective):
        yield Blocker("progress_recorded", "progress", ("employee",), {"count": missing})


@rule("material", satisfied_by="Say for each contradiction which source counts, and why.")
def contradictions_answered(ask: Ask) -> Iterator[Blocker]:
    """Wherever two sources of an indicator differ by more than its tolerance, somebody has said
    which one counts, and why. The self-report is a source; a new or corrected value asks again.
    """
    by = ask.facts.state.opens.get("contradiction", ("assessor",))
    for row in ask.facts.contradictions:
        if row.sources and row.sources.chosen is None:
            params = {"indicator": row.title}
            yield Blocker("contradictions_answered", "contradiction", by, params)


def _plan(rule_name: str, **params: object) -> Blocker:
    return Blocker(rule_name, "plan", ("employee",), params)
