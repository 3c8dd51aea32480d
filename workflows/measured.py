"""How the values that outside systems send for an indicator become one figure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

AGGREGATES = ("sum", "mean", "median", "share_within")
#: The aggregate that counts values against a limit; its figure is a percentage.
SHARE = "share_within"
#: Whom a value is measured of: the employee, or the unit that the case belongs to.
MEASURED_OF = ("person", "unit")
#: What the employee reports is a source too, under this name; no outside system may bear it.
SELF_REPORT = "self_report"


@dataclass(frozen=True, slots=True)
class Within:
    """The limits of `share_within`, both included; one of them is empty but for a range."""

    low: Fraction | None = None
    high: Fraction | None = None

    def holds(self, value: Fraction) -> bool:
        over = self.low is None or value >= self.low
        return over and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Measured:
    """How an indicator is measured. `sources` stand in order of trust; those that are not named
    come after them. Figures of two sources that differ by more than `tolerance` contradict."""

    aggregate: str
    within: Within | None = None
    of: str = MEASURED_OF[0]
    tolerance: Fraction = Fraction()
    sources: tuple[str, ...] = ()
