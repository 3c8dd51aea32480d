"""Answers as scoring reads them: a level of a scale becomes a number."""

from __future__ import annotations

from collections.abc import Iterable

from kinerja_flow.scoring import Answer, number_of
from workflows.definition import Definition

#: A level of a criterion and how many gave it: instrument, relation, criterion, level, count.
Tally = tuple[str, str, str, str, int]


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
