"""What an explanation tells of single questions and indicators, read back out of its nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kinerja_flow.scoring.node import Node, Score
from workflows.definition import Label


@dataclass(frozen=True, slots=True)
class Told:
    """A mean that an explanation shows: of a relation's answers to a criterion, on the scale of the
    instrument; or the achievement of an indicator of the plan in percent, by its id."""

    key: tuple[str, ...]
    label: Label
    value: Fraction


def answers_told(score: Score) -> Iterator[Told]:
    """Each mean over the raters of a relation, by (instrument, criterion, relation); where several
    steps tell it, once. What too few have answered is in no explanation, and so not here."""
    found: dict[tuple[str, ...], Told] = {}
    for step in score.nodes.values():
        instrument = step.inputs.get("instrument")
        if isinstance(instrument, str):
            for one in _means(step, instrument):
                found.setdefault(one.key, one)
    yield from found.values()


def _means(step: Node, instrument: str) -> Iterator[Told]:
    """The nodes in which raters' answers were counted, below the criterion or above it."""
    for outer in step.parts:
        for inner in outer.parts:
            if "answers" in inner.inputs and inner.number is not None:
                by_criterion = _kind(inner) == "criterion"
                of_criterion = inner if by_criterion else outer
                of_relation = outer if by_criterion else inner
                key = (instrument, _last(of_criterion), _last(of_relation))
                yield Told(key, of_criterion.label, inner.number)


def indicators_told(score: Score) -> Iterator[Told]:
    """The achievement of each indicator that counts, by its id; where several steps tell it, once.

    Its label is its place in the plan ("IKI 1.2"), since titles may have to be redacted.
    """
    found: dict[tuple[str, ...], Told] = {}
    for step in score.nodes.values():
        for item in step.parts:
            for node in item.parts:
                if _kind(node) == "indicator" and node.number is not None:
                    found.setdefault((_last(node),), Told((_last(node),), node.label, node.number))
    yield from found.values()


def _kind(node: Node) -> str:
    """The last part of the node's rule: "criterion" of "answers_mean/criterion"."""
    return node.rule.rpartition("/")[2]


def _last(node: Node) -> str:
    return node.name.rpartition(".")[2]
