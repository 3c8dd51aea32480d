"""The queries behind each group of facts: a fixed number of them for one case or for thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from kinerja_flow.facts import (
    ChildFacts,
    ObjectionFacts,
    PastAct,
    PlanRowFacts,
    ResultFacts,
    SheetFacts,
)
from kinerja_flow.models import (
    ActionStep,
    Answer,
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
from kinerja_flow.workflow.contested import contests
from kinerja_flow.workflow.scope import Scope, of_cases, sha256_of


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
    columns = (h.case_id, h.action, h.actor_id, h.seq, h.at, h.on_behalf_of_id)
    found: dict[UUID | None, list[PastAct]] = defaultdict(list)
    for row in scope.rows(select(*columns).order_by(h.case_id, h.seq), h, kin):
        kind = kin[row.case_id].kind
        found[row.case_id].append(PastAct(kind, *row[1:]))
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
    columns = (r.case_id, r.number, r.level, r.value, r.digest, r.decided_by, r.decided_for_id)
    found: dict[UUID, list[ResultFacts]] = defaultdict(list)
    for row in scope.rows(select(*columns).order_by(r.number), r, scope.home_ids):
        found[row.case_id].append(ResultFacts(*row[1:]))
    return scope.by_home({key: tuple(rows) for key, rows in found.items()}, ())


def objections(scope: Scope) -> Mapping[UUID, tuple[ObjectionFacts, ...]]:
    found = contests(scope.session, scope.agency_id, scope.home_ids)
    return scope.by_home({key: tuple(rows) for key, rows in found.items()}, ())


def sheets(scope: Scope) -> Mapping[UUID, tuple[SheetFacts, ...]]:
    s = Sheet
    columns = (s.case_id, s.instrument, s.relation, s.rater_id, s.answers, s.written_by_id)
    found: dict[UUID, list[SheetFacts]] = defaultdict(list)
    for row in scope.rows(select(*columns), s, scope.home_ids):
        found[row.case_id].append(SheetFacts(*row[1:]))
    return scope.by_home({key: tuple(rows) for key, rows in found.items()}, ())


def writers(scope: Scope) -> Mapping[UUID, frozenset[UUID]]:
    sheets, released = (
        of_cases(select(t.c.case_id, t.c.written_by_id), t).where(t.c.written_by_id.is_not(None))
        for t in (Sheet.__table__, Answer.__table__)
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    of = {"agency": scope.agency_id, "year": scope.year, "cases": scope.home_ids}
    for case_id, person in scope.session.execute(sheets.union(released), of):
        found[case_id].add(person)
    return scope.by_home({key: frozenset(ids) for key, ids in found.items()}, frozenset())


def children(scope: Scope) -> Mapping[UUID, tuple[ChildFacts, ...]]:
    columns = (Case.kind, Case._phase, Case.closed_at, Case.from_on, Case.until_on)
    statement = select(Case.parent_id, Case.id, *columns).where(
        Case.agency_id == scope.agency_id,
        Case.year == scope.year,
        Case.parent_id.in_(scope.own_ids),
    )
    found: dict[UUID | None, list[ChildFacts]] = defaultdict(list)
    for parent_id, case_id, kind, phase, closed_at, *period in scope.session.execute(statement):
        child = ChildFacts(case_id, kind, phase, closed_at is not None, *period)
        found[parent_id].append(child)
    return {case.id: tuple(found[case.id]) for case in scope.cases}


def gone(scope: Scope) -> Mapping[UUID, frozenset[UUID]]:
    """Those who take part in the case or its parent and have left the agency."""
    p = Participant
    left = (
        select(p.case_id, p.person_id)
        .join(Person, (Person.agency_id == p.agency_id) & (Person.id == p.person_id))
        .where(Person.left_on <= scope.today)
    )
    found: dict[UUID | None, set[UUID]] = defaultdict(set)
    for case_id, person_id in scope.rows(left, p, scope.family_ids):
        found[case_id].add(person_id)
    return {case.id: frozenset(found[case.id] | found[case.parent_id]) for case in scope.cases}


def eligible(scope: Scope) -> Mapping[UUID, frozenset[UUID]]:
    here = select(Person.id).where(
        Person.agency_id == scope.agency_id,
        Person.kind == "employee",
        or_(Person.left_on.is_(None), Person.left_on > scope.today),
    )
    found = frozenset(scope.session.scalars(here))
    return dict.fromkeys(scope.own_ids, found)
