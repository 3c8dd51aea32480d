"""How units are rated, and how that guides the levels of their people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Guideline:
    """How many people of a unit may, or shall, stand in these levels: at most or at least a percent
    of them; or `somebody`, one at least."""

    levels: tuple[str, ...]
    at_most: Fraction | None = None
    at_least: Fraction | None = None
    somebody: bool = False


@dataclass(frozen=True, slots=True)
class Organisation:
    """The predikat of units, on `scale`, and how it guides the distribution of people's levels.

    `of` is the scoring node whose levels are counted, `rounding` (up, down, half_up) what becomes
    of a percentage that is no whole number of people. Units of fewer than `least_size` people are
    not checked. SE MenPANRB 3/2023 states the percentages and neither of these two.
    """

    scale: str
    of: str
    guidance: Mapping[str, tuple[Guideline, ...]]
    rounding: str = "half_up"
    least_size: int = 1
