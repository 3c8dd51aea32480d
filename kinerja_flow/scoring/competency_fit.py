"""How far somebody has the competencies that their post requires, with gaps and strengths."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kinerja_flow.scoring.answers import (
    AnswersParams,
    criteria_of,
    criterion_label,
    is_required,
    raters_mean,
    settings,
)
from kinerja_flow.scoring.combination import Combination, Part
from kinerja_flow.scoring.figures import ZERO, written
from kinerja_flow.scoring.fit import Competency
from kinerja_flow.scoring.material import Required
from kinerja_flow.scoring.node import NUMBER, Missing, Node, excused
from kinerja_flow.scoring.rule import Asked, Outcome, pending, scoring_rule, valueless
from kinerja_flow.scoring.saying import Spoken, mean_said, sentence, sentences
from workflows import Flag
from workflows.definition import Label


class CompetencyFitParams(AnswersParams):
    standard_required = Flag(load_default=True)


@scoring_rule(version=1, params=CompetencyFitParams, yields=NUMBER)
def competency_fit(asked: Asked) -> Outcome:
    """How far the person has what the post requires in the criteria of `instrument`, in percent.

    A criterion is attained as far as the weighted mean over the relations of `from` says, each the
    mean over its raters as in `answers_mean`, with the same `minimum`, `required` and `trim`. It
    counts 100 × attained / required, at most 100, where the criterion has a `standard` for the
    post; the value is the plain mean of these. What is attained below the standard is the gap, what
    is above it the strength. A criterion without a standard is shown and counts for nothing. A
    post without any leaves the score pending, or without a value that anything waits for where
    `standard_required` is false. The standards are those of PermenPANRB 38/2017 [sure]; the job
    person match as attained over required in percent is that of Peraturan BKN 26/2019 [one], which
    leaves the way of putting competencies together open: here none makes up for another. Limits
    (80 and 68 in some agencies, 90 and 78 in others) belong in `bands`, as settings [open].

    `{competency_fit: {instrument: kompetensi, from: {panel: 70, assessor: 30}}}`
    """
    nodes = tuple(_criterion(asked, key) for key in criteria_of(asked))
    combination = Combination(tuple(map(Part, nodes)))
    value, inputs = combination.value, settings(asked)
    if value is None:
        lacks = () if combination.is_held_up else (_nothing(asked),)
        return valueless(NUMBER, nodes, (*combination.missing, *lacks), inputs)
    count = len(combination.counted)
    said = sentence("competency_fit", count=count, working=combination.working, value=value)
    said = sentences(said, combination.left_out)
    return Outcome(NUMBER, value, said, inputs, nodes, combination.missing)


def _nothing(asked: Asked) -> Missing:
    """Why there is nothing to compare: no criteria, no standards, or no answers."""
    instrument = asked.params["instrument"]
    if not criteria_of(asked):
        return asked.lack("criteria", instrument)
    if not _standards(asked):
        label = asked.material.label("instrument", instrument)
        required = asked.params["standard_required"]
        return asked.lack("standards", instrument, required, instrument=label)
    return asked.lack("no_answers", where=asked.step.label)


def _standards(asked: Asked) -> Mapping[str, Required]:
    return asked.material.standards.get(asked.params["instrument"], {})


def _criterion(asked: Asked, criterion: str) -> Node:
    label = criterion_label(asked, criterion)
    shares: Mapping[str, Fraction] = asked.params["from"]
    combination = Combination(
        tuple(
            Part(_group(asked, relation, criterion), weight, not is_required(asked, relation))
            for relation, weight in shares.items()
        )
    )
    standard = _standards(asked).get(criterion)
    of = (asked.params["instrument"], criterion, label, combination.value)
    found = Competency(*of, standard.value if standard else None)
    outcome = _compared(asked, found, standard, combination)
    return asked.within(f"criterion.{criterion}", label, outcome)


def _group(asked: Asked, relation: str, criterion: str) -> Node:
    label = asked.material.label("relation", relation)
    outcome = raters_mean(asked, relation, criterion)
    return asked.within(f"relation.{criterion}.{relation}", label, outcome)


def _compared(
    asked: Asked, found: Competency, standard: Required | None, combination: Combination
) -> Outcome:
    nodes, label = combination.nodes, found.label
    if standard is None:
        missing = asked.lack("standard", found.criterion, required=False, criterion=label)
        said = sentences(*_attained(found, combination), missing.sentence)
        lacks = (*excused(nodes), missing)
        return Outcome(NUMBER, None, said, found.inputs, nodes, lacks)
    if combination.is_held_up:
        return pending(NUMBER, nodes, inputs=found.inputs)
    if found.fit is None:
        missing = asked.lack("attained", found.criterion, required=False, criterion=label)
        return valueless(NUMBER, nodes, (*excused(nodes), missing), found.inputs)
    said = sentences(*_attained(found, combination), _against(asked, found, standard))
    return Outcome(NUMBER, found.fit, said, found.inputs, nodes, combination.missing)


def _attained(found: Competency, combination: Combination) -> tuple[Label | None, ...]:
    """How the attained level came about, where several relations say it, or nobody does."""
    if found.attained is None:
        return (sentence("not_attained"),)
    working, count = combination.working, len(combination.counted)
    several = len(combination.parts) > 1
    mean = mean_said("answers_mean", count, working=working, value=found.attained)
    alone = sentence("attained", attained=found.attained) if found.required is None else None
    return mean if several else None, alone, combination.left_out


def _against(asked: Asked, found: Competency, standard: Required) -> Label:
    assert found.attained is not None, "what is compared was attained"
    attained = written(found.attained, [standard.value])
    level = asked.material.level(standard.level, standard.scale)
    words: dict[str, Spoken] = {"attained": attained, "level": level, "required": standard.value}
    if found.gap:
        words |= {"value": found.fit or ZERO, "gap": found.gap}
        return sentence("competency_gap", **words)
    said = sentence("competency_met", **words)
    above = sentence("competency_strength", strength=found.strength) if found.strength else None
    return sentences(said, above)
