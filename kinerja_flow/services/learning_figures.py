"""Exact figures of a group of people by question or indicator; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TypeVar
from uuid import UUID

from kinerja_flow.scoring.figures import mean
from workflows.definition import Definition, Label

#: Figures over fewer people say something of single ones, and are not shown.
LEAST = 3

_V = TypeVar("_V")
Key = tuple[str, ...]
Values = Mapping[Key, Sequence[Fraction]]


@dataclass(frozen=True, slots=True)
class Learned:
    """How a question or an indicator came out over the people of a unit.

    `key` is (instrument, criterion, relation), or the key of an indicator of the catalogue. The
    figures are exact: means on the instrument's scale, achievements in percent. `before` is the
    mean of the cycle before (None: there was none, or too few people in it).
    """

    key: Key
    label: Label
    people: int
    mean: Fraction
    lowest: Fraction
    highest: Fraction
    variance: Fraction
    before: Fraction | None

    @property
    def deviation(self) -> float:
        """The standard deviation (of the whole group): how far people lie apart."""
        return sqrt(self.variance)

    @property
    def change(self) -> Fraction | None:
        """By how much it rose (or fell, below zero) since the cycle before."""
        return None if self.before is None else self.mean - self.before


def gathered(values: Iterable[tuple[Key, Fraction]]) -> Values:
    found: dict[Key, list[Fraction]] = defaultdict(list)
    for key, value in values:
        found[key].append(value)
    return found


def enough(
    unit_id: UUID, inside: Mapping[UUID | None, Sequence[UUID]], values: Mapping[UUID, Sequence[_V]]
) -> list[_V]:
    """What of the values in a unit and in all below it, each by the unit of whose it is, is told.

    Told is what smaller units tell, with what is left beside it where that is of LEAST people: so
    nobody's own follows from the difference between a unit and the units in it.
    """
    return _enough(unit_id, inside, values, set())[0]


def _enough(
    unit_id: UUID,
    inside: Mapping[UUID | None, Sequence[UUID]],
    values: Mapping[UUID, Sequence[_V]],
    seen: set[UUID],
) -> tuple[list[_V], list[_V]]:
    """What is told and what is left; a unit that was `seen` stands in a circle."""
    told, left = list[_V](), list(values.get(unit_id, ()))
    seen.add(unit_id)
    for below in inside.get(unit_id, ()):
        if below not in seen:
            more, others = _enough(below, inside, values, seen)
            told, left = told + more, left + others
    return (told, left) if len(left) < LEAST else (told + left, [])


class Names:
    """What a key is called."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.entries = {(one.key,): one.label for one in definition.indicators}

    def __call__(self, key: Key) -> Label:
        if key in self.entries:
            return self.entries[key]
        instrument, criterion, _ = key
        of = self.definition.instruments[instrument].criteria
        return next(one.label for one in of if one.key == criterion)


def learned(now: Values, then: Values, named: Names) -> Iterator[Learned]:
    """The figures of every key that enough people have, in the order of the keys."""
    for key, values in sorted(now.items()):
        if len(values) >= LEAST:
            middle = mean(values)
            past = then.get(key, ())
            yield Learned(
                key=key,
                label=named(key),
                people=len(values),
                mean=middle,
                lowest=min(values),
                highest=max(values),
                variance=mean([(value - middle) ** 2 for value in values]),
                before=mean(past) if len(past) >= LEAST else None,
            )
