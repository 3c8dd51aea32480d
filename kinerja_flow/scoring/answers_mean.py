"""The mean of released answers to an instrument: over raters, over criteria, over relations."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kinerja_flow.scoring.answers import (
    AnswersParams,
    criteria_of,
    criterion_label,
    is_required,
    minimum_of,
    raters_mean,
    settings,
)
from kinerja_flow.scoring.combination import Combination, Part
from kinerja_flow.scoring.node import NUMBER, Missing, Node
from kinerja_flow.scoring.rule import Asked, Outcome, pending, scoring_rule
from kinerja_flow.scoring.saying import mean_said, sentence, sentences
from workflows.definition import Label


@scoring_rule(version=1, params=AnswersParams, yields=NUMBER)
def answers_mean(asked: Asked) -> Outcome:
    """The mean of the answers to `instrument`, on the instrument's own scale.

    In each relation of `from` (with weights, or a list for a plain mean): first the mean over the
    raters of a criterion, then the plain mean over the criteria that apply to the person. With
    `trim`, a criterion with 5 values or more loses its highest and its lowest. A criterion with
    fewer values than the relation's `minimum` (never below the least count of an anonymous
    relation) enters no score, since subtraction would reveal it. A relation in `required` leaves
    the score pending until its answers are complete; by default these are the relations without a
    `minimum`. What else is missing is left out, and the weights of the rest count for the whole.
    An anonymous group that is discarded as too small never has answers: without a `minimum`, or
    named in `required`, it would hold the score up for good, and the template is refused.

    `{answers_mean: {instrument: perilaku, from: {assessor: 70, peer: 30}, minimum: {peer: 3}}}`
    """
    shares: Mapping[str, Fraction] = asked.params["from"]
    parts = tuple(
        Part(_relation(asked, relation), weight, optional=not is_required(asked, relation))
        for relation, weight in shares.items()
    )
    combination = Combination(parts)
    nodes, value, inputs = combination.nodes, combination.value, settings(asked)
    if value is None:
        nothing = asked.lack("no_answers", where=asked.step.label)
        return pending(NUMBER, nodes, () if combination.is_held_up else (nothing,), inputs)
    count = len(combination.counted)
    said = mean_said("answers_mean", count, working=combination.working, value=value)
    said = sentences(said, combination.left_out)
    return Outcome(NUMBER, value, said, inputs, nodes, combination.missing)


def _relation(asked: Asked, relation: str) -> Node:
    """One group's mean over its criteria. The answers of too small a group appear nowhere."""
    label = asked.material.label("relation", relation)
    nodes = tuple(_criterion(asked, relation, key) for key in criteria_of(asked))
    if all(node.value is None for node in nodes):
        missing, inputs = _nobody(asked, relation, label), {"minimum": minimum_of(asked, relation)}
        outcome = pending(NUMBER, missing=(missing,), inputs=inputs)
    else:
        outcome = _over_criteria(asked, relation, nodes)
    return asked.within(f"relation.{relation}", label, outcome)


def _over_criteria(asked: Asked, relation: str, nodes: tuple[Node, ...]) -> Outcome:
    optional = not is_required(asked, relation)
    combination = Combination(tuple(Part(node, optional=optional) for node in nodes))
    invited = asked.material.rosters.get(relation)
    inputs = {"minimum": minimum_of(asked, relation), "invited": invited}
    value = combination.value
    if value is None:
        return pending(NUMBER, nodes, inputs=inputs)
    said = mean_said("criteria_mean", len(combination.counted), value=value)
    asked_of = None if invited is None else sentence("invited", count=invited)
    said = sentences(said, asked_of, combination.left_out)
    return Outcome(NUMBER, value, said, inputs, nodes, combination.missing)


def _criterion(asked: Asked, relation: str, criterion: str) -> Node:
    label, outcome = criterion_label(asked, criterion), raters_mean(asked, relation, criterion)
    return asked.within(f"criterion.{relation}.{criterion}", label, outcome)


def _nobody(asked: Asked, relation: str, label: Label) -> Missing:
    if not criteria_of(asked):
        return asked.lack("criteria", asked.params["instrument"])
    least = minimum_of(asked, relation)
    return asked.lack("answers", relation, relation=label, least=least)
