"""The queries behind each group of facts: a fixed number of them for one case or for thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from kinerja_flow.facts import (
    ChildFacts,
    Part,
    PastAct,
    PlanRowFacts,
    ResultFacts,
    SheetFacts,
)
from kinerja_flow.models import (
    CASES,
    ActionStep,
    Case,
    Evidence,
    HistoryEvent,
    Participant,
    Person,
    PlanIndicator,
    PlanItem,
    PlanNote,
    Result,
    RoleGrant,
    Sheet,
)
from kinerja_flow.workflow.scope import Scope, of_cases, sha256_of
from kinerja_flow.workflow.statements import Hot, Listed

_PARTS = Participant.__table__
_p = _PARTS.c
_TAKING_PART = (
    select(_p.case_id, _p.id, _p.relation, _p.person_id, _p.from_at, _p.until_at).order_by(_p.id)
)
#: The parts in a case, as a column of a statement that reads the case.
PARTS_OF_CASE = (
    select(Listed(_p.id, _p.relation, _p.person_id, _p.from_at, _p.until_at))
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


def listed_parts(case_id: UUID, said: Sequence[Sequence[Any]] | None) -> list[Any]:
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
    of = {"agency": scope.agency_id, "year": scope.year}
    of |= {"case": scope.own_ids[0], "home": scope.home_ids[0]}
    return _PEOPLE_OF_ONE.rows(scope.session, of)


def people(scope: Scope) -> Mapping[UUID, tuple[Part, ...]]:
    found: dict[UUID | None, list[tuple[UUID, str, UUID, bool]]] = defaultdict(list)
    for case_id, part_id, relation, person_id, from_at, until_at in _taking_part(scope):
        if not _is_past(until_at, scope.now):
            is_active = _is_past(from_at, scope.now)
            found[case_id].append((part_id, relation, person_id, is_active))
    return {
        case.id: tuple(
            [Part(*row, False) for row in found[case.id]]
            + [Part(*row, True) for row in found[case.parent_id]]
        )
        for case in scope.cases
    }


def _is_past(instant: datetime | None, now: datetime) -> bool:
    return instant is not None and instant <= now


def officers(scope: Scope) -> Mapping[UUID, frozenset[UUID]]:
    held = select(RoleGrant.person_id).where(
        RoleGrant.agency_id == scope.agency_id,
        RoleGrant.role == "hr",
        RoleGrant.from_on <= scope.today,
        or_(RoleGrant.until_on.is_(None), RoleGrant.until_on >= scope.today),
    )
    found = frozenset(scope.session.scalars(held))
    return dict.fromkeys(scope.own_ids, found)


def acts(scope: Scope) -> Mapping[UUID, tuple[PastAct, ...]]:
    """The acts on each case, on its parent and on its children: four eyes look over all of them."""
    h, kin = HistoryEvent, _kin(scope)
    columns = (h.case_id, h.action, h.actor_id, h.seq, h.at)
    found: dict[UUID | None, list[PastAct]] = defaultdict(list)
    for row in scope.rows(select(*columns).order_by(h.case_id, h.seq), h, kin):
        kind = kin[row.case_id].kind
        found[row.case_id].append(PastAct(kind, row.action, row.actor_id, row.seq, row.at))
    children: dict[UUID, list[UUID]] = defaultdict(list)
    for row in kin.values():
        children[row.parent_id].append(row.id)
    return {
        case.id: tuple(
            act for one in (case.id, case.parent_id, *children[case.id]) for act in found[one]
        )
        for case in scope.cases
    }


def _kin(scope: Scope) -> Mapping[UUID, Any]:
    """The cases themselves, their parents and their children."""
    statement = select(Case.id, Case.parent_id, Case.kind).where(
        Case.agency_id == scope.agency_id,
        Case.year == scope.year,
        or_(Case.id.in_(scope.family_ids), Case.parent_id.in_(scope.own_ids)),
    )
    return {row.id: row for row in scope.session.execute(statement)}


def plan(scope: Scope) -> Mapping[UUID, tuple[PlanRowFacts, ...]]:
    i = PlanItem
    columns = (i.case_id, i.id, i.weight, i.superior_item_id, i.superior_text)
    items = scope.rows(select(*columns).order_by(i.ordinal), i, scope.home_ids)
    indicators = _counts(scope, PlanIndicator, func.count())
    targets = _counts(scope, PlanIndicator, func.count(func.nullif(PlanIndicator.target_raw, "")))
    steps, evidence = (_counts(scope, model, func.count()) for model in (ActionStep, Evidence))
    found: dict[UUID, list[PlanRowFacts]] = defaultdict(list)
    for row in items:
        is_linked = row.superior_item_id is not None or row.superior_text is not None
        own = indicators.get(row.id, 0)
        lacks = own - targets.get(row.id, 0)
        counted = (own, lacks, steps.get(row.id, 0), evidence.get(row.id, 0))
        found[row.case_id].append(PlanRowFacts(row.id, row.weight, is_linked, *counted))
    return scope.by_home({key: tuple(rows) for key, rows in found.items()}, ())


def _counts(scope: Scope, model: Any, count: Any) -> Mapping[UUID, int]:
    statement = select(model.item_id, count).group_by(model.item_id)
    return {row[0]: row[1] for row in scope.rows(statement, model, scope.home_ids)}


def plan_digest(scope: Scope) -> Mapping[UUID, str]:
    """SHA-256 over the canonical form of all items, indicators and notes, in their order."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    models: tuple[Any, ...] = (PlanItem, PlanIndicator, PlanNote)
    for model in models:
        table = model.__table__
        names = [c.name for c in table.columns if c.name not in ("agency_id", "year", "case_id")]
        order = (model.section if model is PlanNote else model.ordinal, model.id)
        for row in scope.rows(select(table).order_by(*order), model, scope.home_ids):
            said = {name: getattr(row, name) for name in names}
            found[row.case_id].append({key: str(v) for key, v in said.items() if v is not None})
    return scope.by_home({key: sha256_of(rows) for key, rows in found.items()}, sha256_of([]))


def results(scope: Scope) -> Mapping[UUID, tuple[ResultFacts, ...]]:
    r = Result
    columns = (r.case_id, r.number, r.level, r.value, r.digest, r.decided_by)
    found: dict[UUID, list[ResultFacts]] = defaultdict(list)
    for row in scope.rows(select(*columns).order_by(r.number), r, scope.home_ids):
        found[row.case_id].append(ResultFacts(*row[1:]))
    return scope.by_home({key: tuple(rows) for key, rows in found.items()}, ())


def sheets(scope: Scope) -> Mapping[UUID, tuple[SheetFacts, ...]]:
    s = Sheet
    columns = (s.case_id, s.instrument, s.relation, s.rater_id, s.answers)
    found: dict[UUID, list[SheetFacts]] = defaultdict(list)
    for row in scope.rows(select(*columns), s, scope.home_ids):
        found[row.case_id].append(SheetFacts(*row[1:]))
    return scope.by_home({key: tuple(rows) for key, rows in found.items()}, ())


def children(scope: Scope) -> Mapping[UUID, tuple[ChildFacts, ...]]:
    statement = select(Case.parent_id, Case.id, Case.kind, Case._phase, Case.closed_at).where(
        Case.agency_id == scope.agency_id,
        Case.year == scope.year,
        Case.parent_id.in_(scope.own_ids),
    )
    found: dict[UUID | None, list[ChildFacts]] = defaultdict(list)
    for parent_id, case_id, kind, phase, closed_at in scope.session.execute(statement):
        found[parent_id].append(ChildFacts(case_id, kind, phase, closed_at is not None))
    return {case.id: tuple(found[case.id]) for case in scope.cases}


def eligible(scope: Scope) -> Mapping[UUID, frozenset[UUID]]:
    here = select(Person.id).where(
        Person.agency_id == scope.agency_id,
        Person.kind == "employee",
        or_(Person.left_on.is_(None), Person.left_on > scope.today),
    )
    found = frozenset(scope.session.scalars(here))
    return dict.fromkeys(scope.own_ids, found)
