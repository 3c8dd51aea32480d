"""Indeks Kepuasan Masyarakat (IKM): what citizens' answers to the nine elements come to.

PermenPANRB 14/2017: answers from 1 to 4; the mean of the element means, times 25; the grade is
looked up after rounding to two places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kinerja_flow.scoring.figures import half_up, mean, mean_of

#: What a level is worth on the scale of 100.
CONVERSION = 25
LEVELS = frozenset(map(Fraction, (1, 2, 3, 4)))
#: The least index of each grade (mutu pelayanan), from the best down.
GRADES = (
    ("A", Fraction("88.31")),
    ("B", Fraction("76.61")),
    ("C", Fraction(65)),
    ("D", Fraction(25)),
)


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The exact mean of each element, the index (25 to 100) of all of them, and its grade.

    An element without a mean is None and leaves index and grade None: missing is not zero.
    """

    elements: Mapping[str, Fraction | None]
    index: Fraction | None
    grade: str | None


def satisfaction_of(counts: Mapping[str, Mapping[Fraction, int]]) -> Satisfaction:
    """The index of counts by element and value; every element weighs the same, exactly 1/9 of nine.

    Raises ValueError for a value that is not on the scale of 1 to 4.
    """
    if any(value not in LEVELS for element in counts.values() for value in element):
        raise ValueError("the index is of answers from 1 to 4")
    elements = {key: mean_of(found) if found else None for key, found in counts.items()}
    known = [value for value in elements.values() if value is not None]
    if not known or len(known) < len(elements):
        return Satisfaction(elements, None, None)
    index = mean(known) * CONVERSION
    rounded = half_up(index, 2)
    grade = next(grade for grade, least in GRADES if rounded >= least)
    return Satisfaction(elements, index, grade)
