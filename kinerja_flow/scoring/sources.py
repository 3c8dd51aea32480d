"""What several sources say of one indicator: each one's figure, and which of them counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kinerja_flow.scoring.figures import HUNDRED, ZERO, mean
from workflows.measured import SELF_REPORT, SHARE, Measured


def aggregated(method: Measured, values: Collection[Fraction]) -> Fraction:
    """One figure of at least one value, exact and the same in whatever order they came.

    The median of an even number is the mean of the middle two; a share is in percent.
    """
    if method.aggregate == SHARE:
        assert method.within is not None, "a checked template gives a share its limits"
        return HUNDRED * sum(map(method.within.holds, values)) / len(values)
    if method.aggregate == "median":
        ordered = sorted(values)
        middle = len(ordered) // 2
        return (ordered[middle] + ordered[~middle]) / 2
    return sum(values, ZERO) if method.aggregate == "sum" else mean(values)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one source says of an indicator, and from how many values it comes."""

    source: str
    value: Fraction
    count: int = 1

    @property
    def is_measured(self) -> bool:
        return self.source != SELF_REPORT


@dataclass(frozen=True, slots=True)
class Sources:
    """All figures of an indicator in order of trust. `digest` is the SHA-256 of every value behind
    them while they contradict each other; `chosen` the source that an answer to just these values
    lets count."""

    method: Measured
    figures: tuple[Figure, ...] = ()
    digest: str = ""
    chosen: str | None = None

    @property
    def counting(self) -> Figure | None:
        """The figure that counts: of the chosen source, else of the one most trusted."""
        named = (figure for figure in self.figures if figure.source == self.chosen)
        return next(named, self.figures[0] if self.figures else None)

    @property
    def is_contradicted(self) -> bool:
        return contradict(self.method, self.figures)


def contradict(method: Measured, figures: Sequence[Figure]) -> bool:
    """Whether two sources differ by more than the tolerance."""
    values = [figure.value for figure in figures]
    return len(values) > 1 and max(values) - min(values) > method.tolerance


def by_trust(method: Measured, figures: Collection[Figure]) -> tuple[Figure, ...]:
    """Named sources in the template's order, then other systems, and the self-report at last."""
    named = {source: place for place, source in enumerate(method.sources)}

    def place(figure: Figure) -> tuple[bool, int, str]:
        return (not figure.is_measured, named.get(figure.source, len(named)), figure.source)

    return tuple(sorted(figures, key=place))
