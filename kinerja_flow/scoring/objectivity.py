"""How much of a plan's weight is measured objectively."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kinerja_flow.scoring.figures import HUNDRED, weighted_mean
from kinerja_flow.scoring.material import PlanRow


def objective_share(rows: Sequence[PlanRow]) -> Fraction | None:
    """The percentage of the weight that lies on objective indicators; None without any weight.

    The indicators of a work result share its weight equally, as they do in its mean. Among
    weighted work results one without a weight has none; where none has one they are equal.
    """
    is_weighted = any(row.weight is not None for row in rows)
    plain = Fraction(0 if is_weighted else 1)
    return weighted_mean([(plain if r.weight is None else r.weight, _part(r)) for r in rows])


def _part(row: PlanRow) -> Fraction:
    if not row.indicators:
        return Fraction(0)
    return HUNDRED * sum(one.objective for one in row.indicators) / len(row.indicators)
