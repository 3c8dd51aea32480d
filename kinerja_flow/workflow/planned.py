"""The plans of cases as scoring reads them, with what was last reported of each indicator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from kinerja_flow.models import PlanIndicator, PlanItem, Realisation
from kinerja_flow.scoring import IndicatorRow, PlanRow
from kinerja_flow.workflow.scope import Scope


def plans_of(scope: Scope) -> Mapping[UUID, list[PlanRow]]:
    """The plan of each home case. Its rows are named by their place, "RHK 2" and "IKI 2.1":

    a stored explanation never changes, so the titles, which may have to be redacted, stay out.
    """
    p, reached, indicators = PlanItem, _realisations(scope), _indicators(scope)
    found: dict[UUID, list[PlanRow]] = defaultdict(list)
    for item in scope.rows(select(p.__table__).order_by(p.ordinal, p.id), p, scope.home_ids):
        place = len(found[item.case_id]) + 1
        own = tuple(
            IndicatorRow(
                str(row.id),
                f"IKI {place}.{index}",
                row.aspect,
                row.polarity,
                row.target,
                row.upper,
                row.baseline,
                reached.get(row.id),
                row.is_objective,
                row.catalogue_key,
            )
            for index, row in enumerate(indicators.get(item.id, ()), start=1)
        )
        row = PlanRow(str(item.id), f"RHK {place}", item.section, item.weight, own)
        found[item.case_id].append(row)
    return found


def _indicators(scope: Scope) -> Mapping[UUID, list[Any]]:
    n = PlanIndicator
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in scope.rows(select(n.__table__).order_by(n.ordinal, n.id), n, scope.home_ids):
        found[row.item_id].append(row)
    return found


def _realisations(scope: Scope) -> Mapping[UUID, Fraction | None]:
    """The latest realisation of each indicator: by its day, then by when it was noted."""
    r = Realisation
    latest = (r.day_on.desc(), r.noted_at.desc(), r.id.desc())
    place = func.row_number().over(partition_by=r.indicator_id, order_by=latest)
    ranked = (
        select(r.indicator_id, r.value, place.label("place"))
        .where(r.agency_id == scope.agency_id, r.year == scope.year, r.case_id.in_(scope.home_ids))
        .subquery()
    )
    newest = select(ranked.c.indicator_id, ranked.c.value).where(ranked.c.place == 1)
    return {row.indicator_id: row.value for row in scope.session.execute(newest)}
