"""Plans as a document shows them: the RHK with their indicators, and the lists beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from kinerja_flow.models import PlanIndicator, PlanItem, PlanNote
from kinerja_flow.workflow.scope import Scope


def plans(scope: Scope) -> Mapping[UUID, Mapping[str, Any]]:
    """The plan of each appraisal as JSON, in the order of its rows: three queries."""
    indicators, notes = _indicators(scope), _notes(scope)
    found: dict[UUID, dict[str, Any]] = defaultdict(lambda: {"items": [], "notes": []})
    for case_id, item in _items(scope):
        found[case_id]["items"].append({**item, "indicators": indicators[UUID(item["id"])]})
    for case_id, note in notes:
        found[case_id]["notes"].append(note)
    return found


def _items(scope: Scope) -> list[tuple[UUID, dict[str, Any]]]:
    i, above = PlanItem, aliased(PlanItem)
    is_above = (above.agency_id == i.agency_id) & (above.id == i.superior_item_id)
    superior = func.coalesce(above.title, i.superior_text).label("superior")
    columns = (i.case_id, i.id, i.section, i.title, i.perspective, i.weight, superior)
    wanted = select(*columns).outerjoin(above, is_above).order_by(i.ordinal, i.id)
    return [_said(row) for row in scope.rows(wanted, i, scope.home_ids)]


def _indicators(scope: Scope) -> Mapping[UUID, list[dict[str, Any]]]:
    i = PlanIndicator
    columns = (i.item_id, i.id, i.aspect, i.title, i.target_raw, i.unit, i.is_objective)
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in scope.rows(select(*columns).order_by(i.ordinal, i.id), i, scope.home_ids):
        item_id, said = _said(row)
        found[item_id].append(said)
    return found


def _notes(scope: Scope) -> list[tuple[UUID, dict[str, Any]]]:
    n = PlanNote
    columns = (n.case_id, n.section, n.about, n.text)
    wanted = select(*columns).order_by(n.section, n.id)
    return [_said(row) for row in scope.rows(wanted, n, scope.home_ids)]


def _said(row: Any) -> tuple[UUID, dict[str, Any]]:
    """Whose a row is (its first column), and what else it says, without what is empty."""
    owner, *_ = row
    said = dict(zip(row._fields[1:], row[1:], strict=True))
    plain = (bool, str)
    return owner, {
        name: value if isinstance(value, plain) else str(value)
        for name, value in said.items()
        if value is not None
    }
