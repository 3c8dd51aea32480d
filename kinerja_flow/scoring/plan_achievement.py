"""The achievement of a plan: indicators, their mean per work result, the weighted mean of these."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from marshmallow import validate

from kinerja_flow.scoring.achievement import (
    LOWER,
    NOT_MEASURED,
    ZERO_TARGETS,
    Achievement,
    Method,
    achieved,
    lacking,
    read,
)
from kinerja_flow.scoring.combination import Combination, Part
from kinerja_flow.scoring.figures import exact
from kinerja_flow.scoring.judged import judged
from kinerja_flow.scoring.material import VALUED, IndicatorRow, PlanRow
from kinerja_flow.scoring.node import NUMBER, Missing, Node
from kinerja_flow.scoring.objectivity import is_weighted, objective_share
from kinerja_flow.scoring.provenance import provenance, stated
from kinerja_flow.scoring.rule import Asked, Outcome, not_required, pending, scoring_rule
from kinerja_flow.scoring.saying import mean_said, sentence, sentences
from kinerja_flow.scoring.taken import is_narrow, taken_of
from workflows import Chosen, Entries, Exact, Flag, Listed, Record, Ref
from workflows.definition import Label

SECTIONS = ("utama", "tambahan")
VALUES = ("target", "upper", "baseline", "realisation")
POSITIVE = validate.Range(min=0, min_inclusive=False)


class PlanAchievementParams(Record):
    section = Chosen(*SECTIONS, load_default=None)
    cap = Exact(validate=POSITIVE, load_default=Fraction(120))
    lower = Chosen(*LOWER, load_default="mirrored")
    zero_target = Chosen(*ZERO_TARGETS, load_default="met_or_zero")
    improvement = Flag(load_default=False)
    only_objective = Flag(load_default=False)
    only_judged = Flag(load_default=False)
    indicators = Listed(Ref("indicator"), unique="", load_default=list)
    without = Listed(Ref("indicator"), unique="", load_default=list)
    judged = Entries(Ref("field", takes=VALUED), keys=Ref("indicator"), load_default=dict)
    judged_levels = Entries(Exact(), keys=Ref("option"), load_default=dict)
    required = Flag(load_default=True)


@scoring_rule(version=2, params=PlanAchievementParams, yields=NUMBER, running=not_required)
def plan_achievement(asked: Asked) -> Outcome:
    """The achievement of the plan in percent of its targets, from 0 to `cap`.

    Each indicator: 100 × realisation / target, at most `cap` (120, PP 30/2019); of a range target
    100 inside it, else over the bound that was missed (PermenPANRB 8/2021, annex). Where less is
    better `lower` picks 100 × (2 × target - realisation) / target ("mirrored") or
    100 × target / realisation ("ratio"). `zero_target` is "met_or_zero" (100 or 0) or
    "not_measured". With `improvement`, an indicator whose target betters its baseline counts
    100 × (realisation - baseline) / (target - baseline). A work result is the plain mean of its
    indicators, the plan the mean of the work results by weight, plain when none has a weight.
    `section` takes only utama or tambahan; `indicators` only these of the catalogue, `without` all
    but these, and a work result has the part of its weight that they hold. `only_objective` leaves
    judged indicators out, `only_judged` takes nothing else, to show them apart. `judged` names the
    field in which each is judged: it counts the number that was given, or what `judged_levels` says
    of the level, in percent, and never the self-report. A missing realisation or judgement leaves
    the score pending, or is left out where `required` is false. Of an indicator that outside
    systems measure, the explanation says which source counts and what the others say; of the plan,
    how much of its weight is measured objectively.

    `{plan_achievement: {cap: 120, lower: mirrored}}`
    """
    rows = [row for row in asked.material.plan if asked.params["section"] in (None, row.section)]
    if not rows:
        return pending(NUMBER, missing=(asked.lack("plan"),), inputs=_settings(asked))
    taken = taken_of(rows, asked.params)
    nothing = asked.lack("nothing_counted", required=taken == rows, where=asked.step.label)
    weighted = is_weighted(taken)
    combination = Combination(tuple(_part(asked, row, weighted) for row in taken))
    mean = _mean(combination, "plan_weighted" if weighted else "plan_mean", nothing)
    share = None if is_narrow(asked.params) else objective_share(rows)
    if share is None:
        return replace(mean, inputs={**mean.inputs, **_settings(asked)})
    inputs = {**mean.inputs, **_settings(asked), "objective_share": exact(share)}
    if mean.value is None:
        return replace(mean, inputs=inputs)
    said = sentences(mean.sentence, sentence("objective_share", share=share))
    return replace(mean, inputs=inputs, sentence=said)


def _part(asked: Asked, row: PlanRow, weighted: bool) -> Part:
    """The work result with its weight; one without a weight among weighted ones lacks it."""
    if weighted and row.weight is None:
        missing = asked.lack("weight", row.id, asked.params["required"], item=row.title)
        outcome = pending(NUMBER, missing=(missing,))
        return Part(asked.within(f"item.{row.id}", _title(row), outcome), Fraction(0))
    return Part(_item(asked, row), Fraction(1) if row.weight is None else row.weight)


def _item(asked: Asked, row: PlanRow) -> Node:
    """The mean of its indicators; one of which none counts, openly, does not count itself."""
    combination = Combination(tuple(Part(_indicator(asked, row, one)) for one in row.indicators))
    is_required = asked.params["required"] and not row.indicators
    nothing = asked.lack("nothing_counted", row.id, is_required, where=row.title)
    return asked.within(f"item.{row.id}", _title(row), _mean(combination, "item_mean", nothing))


def _mean(combination: Combination, code: str, nothing: Missing) -> Outcome:
    """The mean as an outcome; pending where a part holds it up, `nothing` where none counts."""
    nodes, missing, value = combination.nodes, combination.missing, combination.value
    inputs = {"weights": {part.node.name: exact(part.weight) for part in combination.parts}}
    if value is None:
        without = () if combination.is_held_up else (nothing,)
        return pending(NUMBER, nodes, without, inputs)
    count = len(combination.counted)
    said = mean_said(code, count, working=combination.working, value=value)
    return Outcome(NUMBER, value, sentences(said, combination.left_out), inputs, nodes, missing)


def _indicator(asked: Asked, row: PlanRow, indicator: IndicatorRow) -> Node:
    outcome = _left_out(asked, indicator) or judged(asked, indicator)
    outcome = outcome or _lacking(asked, indicator)
    path, label = f"indicator.{row.id}.{indicator.id}", Label(indicator.title, indicator.title)
    return asked.within(path, label, outcome or _measured(asked, indicator))


def _left_out(asked: Asked, indicator: IndicatorRow) -> Outcome | None:
    if not asked.params["only_objective"] or indicator.objective:
        return None
    return _uncounted(asked, indicator, "not_objective")


def _lacking(asked: Asked, indicator: IndicatorRow) -> Outcome | None:
    names = lacking(indicator)
    missing = tuple(
        asked.lack(name, indicator.id, asked.params["required"], indicator=indicator.title)
        for name in names
    )
    return pending(NUMBER, missing=missing, inputs=_row(indicator)) if names else None


def _measured(asked: Asked, indicator: IndicatorRow) -> Outcome:
    achievement = achieved(read(indicator), _method(asked))
    if achievement is None:
        return _uncounted(asked, indicator, NOT_MEASURED)
    inputs = _row(indicator) | {"formula": achievement.formula}
    return Outcome(NUMBER, achievement.value, _reading(indicator, achievement), inputs)


def _uncounted(asked: Asked, indicator: IndicatorRow, code: str) -> Outcome:
    """An indicator that does not count, openly: nothing of it is required."""
    missing = asked.lack(code, indicator.id, required=False, indicator=indicator.title)
    return Outcome(NUMBER, None, missing.sentence, _row(indicator), missing=(missing,))


def _reading(row: IndicatorRow, achievement: Achievement) -> Label:
    words = {name: getattr(row, name) or Fraction(0) for name in VALUES}
    raw = achievement.value if achievement.raw is None else achievement.raw
    said = sentence(f"formula_{achievement.formula}", value=raw, **words)
    capped = sentence("capped", value=achievement.value) if achievement.is_capped else None
    return sentences(said, capped, provenance(row.sources))


def _row(row: IndicatorRow) -> dict[str, Any]:
    numbers = {name: getattr(row, name) for name in VALUES}
    known = {name: exact(number) for name, number in numbers.items() if number is not None}
    return (
        {"aspect": row.aspect, "polarity": row.polarity, "objective": row.objective}
        | known
        | stated(row.sources)
    )


def _method(asked: Asked) -> Method:
    params = asked.params
    return Method(params["cap"], params["lower"], params["zero_target"], params["improvement"])


def _settings(asked: Asked) -> dict[str, Any]:
    """The parameters; of those that narrow the plan or judge by level, the ones that are used."""
    settings = {**asked.params, "cap": exact(asked.params["cap"])}
    levels = {level: exact(value) for level, value in settings.pop("judged_levels").items()}
    chosen = {name: settings.pop(name) for name in ("indicators", "without", "judged")}
    chosen |= {"only_judged": settings.pop("only_judged"), "judged_levels": levels}
    return settings | {name: value for name, value in chosen.items() if value}


def _title(row: PlanRow) -> Label:
    return Label(row.title, row.title)
