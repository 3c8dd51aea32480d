"""Who takes part in a case: read together with it, or by a query for one case or for thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from kinerja_flow.facts import REMEMBERED, Part
from kinerja_flow.models import CASES, Participant
from kinerja_flow.workflow.scope import Scope, of_cases
from kinerja_flow.workflow.statements import Hot, Listed

_PARTS = Participant.__table__
_p = _PARTS.c
_PART = (_p.id, _p.relation, _p.person_id, _p.from_at, _p.until_at)
_TAKING_PART = select(_p.case_id, *_PART).order_by(_p.id)
#: The parts in a case, as a column of a statement that reads the case.
PARTS_OF_CASE = (
    select(Listed(*_PART))
    .where(_p.agency_id == CASES.c.agency_id, _p.year == CASES.c.year, _p.case_id == CASES.c.id)
    .scalar_subquery()
)
_PEOPLE = of_cases(_TAKING_PART, _PARTS)
_PEOPLE_OF_ONE = Hot(
    _TAKING_PART.where(
        _p.agency_id == bindparam("agency"),
        _p.year == bindparam("year"),
        _p.case_id.in_([bindparam(name, type_=_p.case_id.type) for name in ("case", "home")]),
    )
)


def listed(case_id: UUID, said: Sequence[list[Any]] | None) -> list[Any]:
    """The rows that `PARTS_OF_CASE` says."""
    return [
        (case_id, UUID(part_id), relation, UUID(person_id), _instant(from_at), _instant(until_at))
        for part_id, relation, person_id, from_at, until_at in sorted(said or ())
    ]


def _instant(said: str | None) -> datetime | None:
    if said is None:
        return None
    instant = datetime.fromisoformat(said)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _taking_part(scope: Scope) -> list[Any]:
    if scope.parts is not None:
        return scope.parts
    if len(scope.cases) > 1:
        return scope.fetch(_PEOPLE, scope.family_ids)
    of: dict[str, Any] = {"agency": scope.agency_id, "year": scope.year}
    of |= {"case": scope.own_ids[0], "home": scope.home_ids[0]}
    return _PEOPLE_OF_ONE.rows(scope.session, of)


def people(scope: Scope) -> Mapping[UUID, tuple[Part, ...]]:
    """The parts of each case and its parent; of ended ones those who judged."""
    found: dict[UUID | None, list[tuple[UUID, str, UUID, bool, bool]]] = defaultdict(list)
    for case_id, part_id, relation, person_id, from_at, until_at in _taking_part(scope):
        has_ended, has_begun = _is_past(until_at, scope.now), _is_past(from_at, scope.now)
        if not has_ended or (relation in REMEMBERED and has_begun):
            is_active = has_begun and not has_ended
            found[case_id].append((part_id, relation, person_id, is_active, has_ended))
    return {
        case.id: tuple(
            [Part(*row[:4], False, row[4]) for row in found[case.id]]
            + [Part(*row[:4], True, row[4]) for row in found[case.parent_id]]
        )
        for case in scope.cases
    }


def _is_past(instant: datetime | None, now: datetime) -> bool:
    return instant is not None and instant <= now
