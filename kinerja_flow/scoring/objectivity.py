"""How much of a plan's weight lies on indicators of some kind, such as those that are objective."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from kinerja_flow.scoring.figures import HUNDRED, weighted_mean
from kinerja_flow.scoring.material import IndicatorRow, PlanRow

Fits = Callable[[IndicatorRow], bool]


def objective_share(rows: Sequence[PlanRow]) -> Fraction | None:
    """The percentage of the weight that lies on objective indicators; None without any weight."""
    return share_of(rows, lambda one: one.objective)


def share_of(rows: Sequence[PlanRow], fits: Fits) -> Fraction | None:
    """The percentage of the weight that lies on indicators that fit; None without any weight.

    The indicators of a work result share its weight equally, as they do in its mean. Among
    weighted work results one without a weight has none; where none has one they are equal.
    """
    plain = Fraction(0 if is_weighted(rows) else 1)
    weighed = [(plain if r.weight is None else r.weight, HUNDRED * _part(r, fits)) for r in rows]
    return weighted_mean(weighed)


def narrowed(rows: Sequence[PlanRow], fits: Fits) -> list[PlanRow]:
    """The work results with only the indicators that fit, and the part of their weight that these
    hold; those of which nothing is left are left out."""
    plain = None if is_weighted(rows) else Fraction(1)
    found = []
    for row in rows:
        if kept := tuple(one for one in row.indicators if fits(one)):
            weight = plain if row.weight is None else row.weight
            held = None if weight is None else weight * _part(row, fits)
            found.append(replace(row, weight=held, indicators=kept))
    return found


def is_weighted(rows: Sequence[PlanRow]) -> bool:
    """Whether any work result has a weight; else all are equal."""
    return any(row.weight is not None for row in rows)


def _part(row: PlanRow, fits: Fits) -> Fraction:
    return Fraction(sum(map(fits, row.indicators)), len(row.indicators) or 1)
