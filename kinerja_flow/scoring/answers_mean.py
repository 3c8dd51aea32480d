"""The mean of released answers to an instrument: over raters, over criteria, over relations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from marshmallow import validates_schema

from kinerja_flow.scoring.combination import Combination, Part
from kinerja_flow.scoring.figures import exact, mean_of, trimmed
from kinerja_flow.scoring.node import NUMBER, Missing, Node
from kinerja_flow.scoring.rule import Asked, Outcome, pending, scoring_rule
from kinerja_flow.scoring.saying import sentence, sentences
from kinerja_flow.scoring.shares import Shares, refuse_strangers
from workflows import Entries, Flag, Listed, Record, Ref, Whole
from workflows.definition import Label

#: From this many values on, trimming drops the highest and the lowest.
TRIM_FROM = 5


class AnswersMeanParams(Record):
    instrument = Ref("instrument", required=True)
    shares = Shares("relation", data_key="from", attribute="from", required=True)
    minimum = Entries(Whole(least=1), keys=Ref("relation"), load_default=dict)
    required = Listed(Ref("relation"), unique="", load_default=None)
    trim = Flag(load_default=False)

    @validates_schema
    def name_their_own(self, data: Mapping[str, Any], **_: object) -> None:
        refuse_strangers("minimum", data["minimum"], data["from"])
        refuse_strangers("required", data["required"] or (), data["from"])


@scoring_rule(version=1, params=AnswersMeanParams, yields=NUMBER)
def answers_mean(asked: Asked) -> Outcome:
    """The mean of the answers to `instrument`, on the instrument's own scale.

    In each relation of `from` (with weights, or a list for a plain mean): first the mean over the
    raters of a criterion, then the plain mean over the criteria that apply to the person. With
    `trim`, a criterion with 5 values or more loses its highest and its lowest. A criterion with
    fewer values than the relation's `minimum` (never below the least count of an anonymous
    relation) enters no score, since subtraction would reveal it. A relation in `required` leaves
    the score pending until its answers are complete; by default these are the relations without a
    `minimum`. What else is missing is left out, and the weights of the rest count for the whole.
    """
    shares: Mapping[str, Fraction] = asked.params["from"]
    parts = tuple(
        Part(_relation(asked, relation), weight, optional=not _is_required(asked, relation))
        for relation, weight in shares.items()
    )
    combination = Combination(parts)
    nodes, value, inputs = combination.nodes, combination.value, _settings(asked)
    if value is None:
        nothing = asked.lack("no_answers", where=asked.step.label)
        return pending(NUMBER, nodes, () if combination.is_held_up else (nothing,), inputs)
    said = sentence("answers_mean", working=combination.working, value=value)
    said = sentences(said, combination.left_out)
    return Outcome(NUMBER, value, said, inputs, nodes, combination.missing)


def _relation(asked: Asked, relation: str) -> Node:
    """One group's mean over its criteria. The answers of too small a group appear nowhere."""
    label = asked.material.label("relation", relation)
    nodes = tuple(_criterion(asked, relation, key) for key in _criteria(asked))
    if all(node.value is None for node in nodes):
        missing = _nobody(asked, relation, label)
        outcome = pending(NUMBER, missing=(missing,), inputs={"minimum": _minimum(asked, relation)})
    else:
        outcome = _over_criteria(asked, relation, nodes)
    return asked.within(f"relation.{relation}", label, outcome)


def _over_criteria(asked: Asked, relation: str, nodes: tuple[Node, ...]) -> Outcome:
    is_required = _is_required(asked, relation)
    combination = Combination(tuple(Part(node, optional=not is_required) for node in nodes))
    invited = asked.material.rosters.get(relation)
    inputs = {"minimum": _minimum(asked, relation), "invited": invited}
    value = combination.value
    if value is None:
        return pending(NUMBER, nodes, inputs=inputs)
    said = sentence("criteria_mean", count=len(combination.counted), value=value)
    asked_of = None if invited is None else sentence("invited", count=invited)
    said = sentences(said, asked_of, combination.left_out)
    return Outcome(NUMBER, value, said, inputs, nodes, combination.missing)


def _criterion(asked: Asked, relation: str, criterion: str) -> Node:
    label = asked.material.label("criterion", f"{asked.params['instrument']}.{criterion}")
    counts, least = _counts(asked, relation, criterion), _minimum(asked, relation)
    if sum(counts.values()) < least:
        missing = asked.lack("criterion", f"{relation}.{criterion}", criterion=label, least=least)
        outcome = pending(NUMBER, missing=(missing,), inputs={"minimum": least})
    else:
        outcome = _over_raters(asked, counts)
    return asked.within(f"criterion.{relation}.{criterion}", label, outcome)


def _over_raters(asked: Asked, counts: Mapping[Fraction, int]) -> Outcome:
    """The mean over the raters; of their answers only the count and the mean are kept."""
    counted = trimmed(counts, TRIM_FROM) if asked.params["trim"] else counts
    given, kept = sum(counts.values()), sum(counted.values())
    value = mean_of(counted)
    said = sentence("raters_mean", count=kept, value=value)
    trim = sentence("trimmed", count=given) if kept < given else None
    return Outcome(
        NUMBER, value, sentences(said, trim), {"answers": given, "dropped": given - kept}
    )


def _counts(asked: Asked, relation: str, criterion: str) -> Counter[Fraction]:
    """How often each value was given: 10,000 citizens are as quickly reckoned with as four."""
    wanted = (asked.params["instrument"], relation, criterion)
    counts: Counter[Fraction] = Counter()
    for a in asked.material.answers:
        if (a.instrument, a.relation, a.criterion) == wanted:
            counts[a.value] += a.count
    return counts


def _nobody(asked: Asked, relation: str, label: Label) -> Missing:
    if not _criteria(asked):
        return asked.lack("criteria", asked.params["instrument"])
    least = _minimum(asked, relation)
    return asked.lack("answers", relation, relation=label, least=least)


def _criteria(asked: Asked) -> tuple[str, ...]:
    return asked.material.criteria.get(asked.params["instrument"], ())


def _minimum(asked: Asked, relation: str) -> int:
    stated: int = asked.params["minimum"].get(relation, 1)
    return max(stated, asked.material.minimums.get(relation, 1), 1)


def _is_required(asked: Asked, relation: str) -> bool:
    required = asked.params["required"]
    if required is None:
        return relation not in asked.params["minimum"]
    return relation in required


def _settings(asked: Asked) -> dict[str, Any]:
    params = asked.params
    shares = {relation: exact(weight) for relation, weight in params["from"].items()}
    kept = {name: params[name] for name in ("instrument", "minimum", "required", "trim")}
    return {**kept, "from": shares}
