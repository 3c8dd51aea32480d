"""How far one indicator's realisation reaches its target, in percent of the target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kinerja_flow.scoring.figures import HUNDRED, ZERO, clamp
from kinerja_flow.scoring.material import IndicatorRow

LOWER = ("mirrored", "ratio")
ZERO_TARGETS = ("met_or_zero", "not_measured")
NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class Method:
    """What a template settles: the highest value in percent, the formula where less is better,
    the rule for zero targets, whether a baseline turns the measure into one of improvement."""

    cap: Fraction = Fraction(120)
    lower: str = "mirrored"
    zero_target: str = "met_or_zero"
    improvement: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator of which everything that its formula needs is known."""

    polarity: str
    target: Fraction
    upper: Fraction
    baseline: Fraction | None
    realisation: Fraction

    @property
    def is_met(self) -> bool:
        if self.polarity == "range":
            return self.target <= self.realisation <= self.upper
        if self.polarity == "lower":
            return self.realisation <= self.target
        return self.realisation >= self.target

    @property
    def aims_to_improve(self) -> bool:
        """Whether the target is better than the baseline, in the indicator's own direction."""
        if self.baseline is None or self.polarity == "range":
            return False
        gain = self.target - self.baseline
        return gain < 0 if self.polarity == "lower" else gain > 0

    @property
    def gain(self) -> Fraction:
        """The share of the planned improvement that was reached, 1 for all of it."""
        start = self.baseline or ZERO
        return (self.realisation - start) / (self.target - start)


@dataclass(frozen=True, slots=True)
class Achievement:
    """The percentage from 0 to the cap, the formula it came from, and the value before capping.

    `raw` is None where the formula has no bound (a ratio over nothing used).
    """

    formula: str
    value: Fraction
    raw: Fraction | None

    @property
    def is_capped(self) -> bool:
        return self.raw is None or self.raw != self.value


#: Each formula of `design.md`, section 6, over a reading; in percent.
FORMULAS: Mapping[str, Callable[[Reading], Fraction | None]] = {
    "normal": lambda r: HUNDRED * r.realisation / r.target,
    "mirrored": lambda r: HUNDRED * (2 * r.target - r.realisation) / r.target,
    "ratio": lambda r: HUNDRED * r.target / r.realisation if r.realisation > 0 else None,
    "improvement": lambda r: HUNDRED * r.gain,
    "inside_range": lambda _: HUNDRED,
    "under_range": lambda r: HUNDRED * r.realisation / r.target,
    "over_range": lambda r: HUNDRED * r.realisation / r.upper,
    "met_or_zero": lambda r: HUNDRED if r.is_met else ZERO,
}


def lacking(row: IndicatorRow) -> tuple[str, ...]:
    """The names of the values that the indicator needs and does not have."""
    needed = ["target", "realisation"] + (["upper"] if row.polarity == "range" else [])
    return tuple(name for name in needed if getattr(row, name) is None)


def read(row: IndicatorRow) -> Reading:
    """The row as a reading. ValueError while it is lacking something."""
    target, realisation = row.target, row.realisation
    if target is None or realisation is None or lacking(row):
        raise ValueError(f"indicator {row.id} lacks {', '.join(lacking(row))}")
    upper = target if row.upper is None else row.upper
    return Reading(row.polarity, target, upper, row.baseline, realisation)


def formula(reading: Reading, method: Method) -> str:
    """The name of the formula that applies, or "not_measured"."""
    if method.improvement and reading.aims_to_improve:
        return "improvement"
    if reading.polarity == "range":
        return _range_formula(reading, method)
    if reading.target <= 0:
        return method.zero_target
    return method.lower if reading.polarity == "lower" else "normal"


def achieved(reading: Reading, method: Method) -> Achievement | None:
    """The achievement; None for a zero target that the template leaves unmeasured.

    Normal and range targets as in the annex of PermenPANRB 8/2021 (one source): a range counts
    100 inside its bounds, else the realisation over the bound that it missed. No regulation
    states a formula where less is better: "mirrored" is 100 × (2 × target - realisation) / target,
    "ratio" 100 × target / realisation. A target of zero or less has no percentage:
    "met_or_zero" gives 100 or 0. Values stay between 0 and the cap (120 in PP 30/2019).
    """
    name = formula(reading, method)
    if name == NOT_MEASURED:
        return None
    raw = FORMULAS[name](reading)
    value = method.cap if raw is None else clamp(raw, ZERO, method.cap)
    return Achievement(name, value, raw)


def _range_formula(reading: Reading, method: Method) -> str:
    if reading.is_met:
        return "inside_range"
    is_under = reading.realisation < reading.target
    bound = reading.target if is_under else reading.upper
    if bound <= 0:
        return method.zero_target
    return "under_range" if is_under else "over_range"
