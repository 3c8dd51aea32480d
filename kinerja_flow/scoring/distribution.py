"""How the levels of a unit's people keep to the guidance for its predikat: whole people, exactly.

SE MenPANRB 3/2023 gives percentages and says neither how they become people nor how small a unit
may be; both are settings of the template. It is guidance: nothing here re-rates anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from kinerja_flow.scoring.figures import HUNDRED, half_up, listed
from kinerja_flow.scoring.saying import Spoken, sentence
from workflows.definition import Definition, Guideline, Label, Organisation, Scale

KEPT, OPEN, BROKEN = "kept", "open", "broken"
#: What becomes of a share that is no whole number of people.
ROUNDING: Mapping[str, Callable[[Fraction], int]] = {
    "up": ceil,
    "down": floor,
    "half_up": lambda share: int(half_up(share, 0)),
}
#: How that is said, and how each kind of guideline is, by how it stands.
_ROUNDED = {"up": "rounding_up", "down": "rounding_down", "half_up": "rounding_half_up"}
_AT_MOST = {KEPT: "at_most_kept", OPEN: "at_most_open", BROKEN: "at_most_broken"}
_AT_LEAST = {KEPT: "at_least_kept", OPEN: "at_least_open", BROKEN: "at_least_broken"}
_SOMEBODY = {KEPT: "somebody_kept", OPEN: "somebody_open", BROKEN: "somebody_broken"}


def people_in(percent: Fraction, size: int, rounding: str) -> int:
    """How many of `size` people a percentage is: 70% of 10 is 7; what falls between two whole
    numbers goes up, down, or half up."""
    return ROUNDING[rounding](percent * size / HUNDRED)


@dataclass(frozen=True, slots=True)
class Line:
    """One guideline of a unit: its limit as people, how many are there, and whether it is kept.

    `state` is "kept", "open" (people who are not rated yet could still keep it) or "broken".
    """

    guideline: Guideline
    limit: int
    count: int
    state: str
    sentence: Label


@dataclass(frozen=True, slots=True)
class Distribution:
    """A unit as it stands: its `size` people, `counts` of them by level, the others not rated yet.

    `level` is the unit's predikat, None where nobody has set it. Without one, and where the unit
    is smaller than the template's least size, there are no `lines`, and `sentence` says so.
    """

    level: str | None
    size: int
    counts: Mapping[str, int]
    lines: tuple[Line, ...]
    sentence: Label

    @property
    def is_checked(self) -> bool:
        return bool(self.lines)

    @property
    def unrated(self) -> int:
        return self.size - sum(self.counts.values())

    @property
    def broken(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.state == BROKEN)

    def broken_by(self, level: str) -> tuple[Line, ...]:
        """The broken guidelines that somebody of this level has a part in: by being among those
        who are too many, or by not being among those who are too few."""
        return tuple(
            line
            for line in self.broken
            if (level in line.guideline.levels) == (line.guideline.at_most is not None)
        )


def distribution(
    organisation: Organisation,
    scales: Mapping[str, Scale],
    level: str | None,
    size: int,
    counts: Mapping[str, int],
) -> Distribution:
    """The unit held against the guidance for its predikat. The counts are at most `size` people."""
    if level is None or size < organisation.least_size:
        least = organisation.least_size
        small = sentence("unit_small", size=size, least=least)
        said = sentence("unit_unrated") if level is None else small
        return Distribution(level, size, counts, (), said)
    unit = _Unit(organisation.rounding, size, counts, _texts(scales))
    lines = tuple(unit.line(one) for one in organisation.guidance.get(level, ()))
    named = dict(scales[organisation.scale].levels).get(level, Label(level, level))
    said = sentence("unit_rated" if lines else "unit_unguided", level=named, size=size)
    return Distribution(level, size, counts, lines, said)


def _texts(scales: Mapping[str, Scale]) -> Mapping[str, Label]:
    return {key: label for scale in scales.values() for key, label in scale.levels}


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit while its guidelines are held against it."""

    rounding: str
    size: int
    counts: Mapping[str, int]
    texts: Mapping[str, Label]

    @property
    def unrated(self) -> int:
        return self.size - sum(self.counts.values())

    def line(self, one: Guideline) -> Line:
        count = sum(self.counts.get(level, 0) for level in one.levels)
        limit, state = self._judged(one, count)
        levels = listed([self.texts.get(level, Label(level, level)) for level in one.levels], " / ")
        words: dict[str, Spoken] = {"levels": levels, "count": count, "limit": limit}
        words |= {"size": self.size, "unrated": self.unrated}
        percent = one.at_most if one.at_most is not None else one.at_least
        if percent is None:
            return Line(one, limit, count, state, sentence(_SOMEBODY[state], **words))
        words |= {"percent": percent, "share": percent * self.size / HUNDRED}
        words["rounding"] = sentence(_ROUNDED[self.rounding])
        said = _AT_MOST if one.at_most is not None else _AT_LEAST
        return Line(one, limit, count, state, sentence(said[state], **words))

    def _judged(self, one: Guideline, count: int) -> tuple[int, str]:
        """The limit as people, and whether it is kept whatever those not rated yet come to."""
        most = count + self.unrated
        if one.at_most is not None:
            limit = people_in(one.at_most, self.size, self.rounding)
            return limit, BROKEN if count > limit else KEPT if most <= limit else OPEN
        limit = 1 if one.at_least is None else people_in(one.at_least, self.size, self.rounding)
        return limit, KEPT if count >= limit else OPEN if most >= limit else BROKEN


class UnitFacts(NamedTuple):
    """The employee's unit in the cycle: its predikat, and how many of its people have which level.

    `stands` counts the newest results, those without one under None. `is_counted` is False for an
    earlier segment of somebody who moved; `own` is the case's own level among the counted.
    """

    level: str | None
    stands: Mapping[str | None, int]
    is_counted: bool
    own: str | None

    def standing(self, definition: Definition, level: str | None) -> Distribution | None:
        """The unit held against its guidance, with the employee at this level; None where the
        template has no guidance."""
        if definition.organisation is None:
            return None
        counts = Counter(self.stands)
        counts[self.own] -= 1
        counts[level] += 1
        size = counts.total()
        known = {key: count for key, count in counts.items() if key is not None and count}
        return distribution(definition.organisation, definition.scales, self.level, size, known)
