"""Answers as scoring reads them: a level of a scale becomes a number."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from kinerja_flow.scoring import Answer
from workflows.definition import Definition, Scale

#: A level of a criterion and how many gave it: instrument, relation, criterion, level, count.
Tally = tuple[str, str, str, str, int]


def number_of(scale: Scale, level: str) -> Fraction:
    """A level as a number: itself if it is one, else its place in the scale, from 1."""
    if all(key.lstrip("-").isdigit() for key in scale.keys):
        return Fraction(level)
    return Fraction(scale.keys.index(level) + 1)


def scored(definition: Definition, tallies: Iterable[Tally]) -> list[Answer]:
    """Counted levels as counted numbers."""
    return [
        Answer(
            instrument,
            relation,
            criterion,
            number_of(definition.scales[definition.instruments[instrument].scale], level),
            count,
        )
        for instrument, relation, criterion, level, count in tallies
    ]
