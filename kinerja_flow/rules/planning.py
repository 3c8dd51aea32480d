"""Rules about the plan and what was done under it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.rules.registry import Ask, rule
from kinerja_flow.scoring.material import VALUED
from kinerja_flow.scoring.objectivity import share_of
from workflows import Exact, Listed, Ref, Whole


class AtLeast(Schema):
    least = Whole(1, 100, load_default=1)


class Total(Schema):
    total = Exact(required=True)


class Percent(Schema):
    least = Exact(required=True, least=0, most=100)


class ShareOf(Schema):
    indicators = Listed(Ref("indicator"), unique="", least=1, required=True)
    total = Exact(required=True, least=0, most=100)


class JudgedListed(Schema):
    indicators = Listed(Ref("indicator"), unique="", least=1, required=True)


class JudgedOne(Schema):
    indicator = Ref("indicator", required=True)
    field = Ref("field", takes=VALUED, required=True)
    reason = Ref("field", takes=("text",), required=True)


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


@rule(
    "material",
    params=Percent,
    satisfied_by="Plan indicators that are measured objectively for at least so much weight.",
)
def objective_share(ask: Ask, least: Fraction) -> Iterator[Blocker]:
    """At least `least` percent of the plan's weight lies on indicators measured objectively."""
    share = share_of(ask.facts.material.plan, lambda one: one.objective)
    if share is not None and share < least:
        yield _plan("objective_share", least=float(least), found=float(share))


@rule(
    "material",
    params=ShareOf,
    satisfied_by="Give the RHK with these indicators exactly so much weight.",
)
def indicators_share(ask: Ask, indicators: list[str], total: Fraction) -> Iterator[Blocker]:
    """Exactly `total` percent of the plan's weight lies on these indicators of the catalogue.

    The indicators of an RHK share its weight equally. With it a part of the score, such as
    discipline, weighs in the plan what it weighs in the score.
    """
    share = share_of(ask.facts.material.plan, lambda one: one.key in indicators)
    if (share or Fraction()) != total:
        keys, found = ", ".join(indicators), float(share or 0)
        yield _plan("indicators_share", indicators=keys, total=float(total), found=found)


@rule(
    "material",
    params=JudgedListed,
    satisfied_by="Take what cannot be measured from the catalogue, where its criteria stand.",
)
def judged_listed(ask: Ask, indicators: list[str]) -> Iterator[Blocker]:
    """Every indicator that is not objective is one of these of the catalogue, which states the
    criteria by which it is judged."""
    rows = [one for row in ask.facts.material.plan for one in row.indicators]
    if strangers := [one.title for one in rows if not one.objective and one.key not in indicators]:
        yield _plan("judged_listed", found=", ".join(strangers), indicators=", ".join(indicators))


@rule(
    "material",
    params=JudgedOne,
    satisfied_by="Judge the indicator by its criteria, and say why.",
    asks_inputs=True,
)
def judged_with_reason(ask: Ask, indicator: str, field: str, reason: str) -> Iterator[Blocker]:
    """Whoever's plan takes this indicator is judged on it in `field`, with a reason."""
    rows = [one for row in ask.facts.material.plan for one in row.indicators]
    if any(one.key == indicator for one in rows):
        for name in (field, reason):
            if ask.inputs.get(name) is None:
                yield Blocker("judged_with_reason", name, ask.action.by, {"indicator": indicator})


def _plan(rule_name: str, **params: object) -> Blocker:
    return Blocker(rule_name, "plan", ("employee",), params)
