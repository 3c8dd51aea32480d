"""Angka kredit that is on record: which entries count, and what a result adds to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.models import CreditEntry, Result
from kinerja_flow.scoring import CreditFacts, Node, from_json
from kinerja_flow.workflow.scope import Scope
from workflows.definition import Definition
from workflows.vocabulary import CREDIT


class Entry(NamedTuple):
    """An entry as it is kept; without a case it is an opening balance."""

    id: UUID
    person_id: UUID
    level: str
    value: Fraction
    from_on: date
    until_on: date
    case_id: UUID | None
    number: int | None
    node: str | None
    reason_id: UUID | None
    noted_by: UUID | None
    noted_at: datetime


def entries_of(session: Session, agency_id: int, people: Collection[UUID]) -> list[Entry]:
    """All entries of these people, in the order in which they were made."""
    e = CreditEntry
    columns = [getattr(e, name) for name in Entry._fields]
    mine = select(*columns).where(e.agency_id == agency_id, e.person_id.in_(people))
    return [Entry(*row) for row in session.execute(mine.order_by(e.noted_at, e.id))]


def counting(entries: Iterable[Entry]) -> list[Entry]:
    """Those that count: of a case the newest result's, of the opening balances of a person in a
    jenjang the one entered last. `entries` come in the order in which they were made."""
    found: dict[tuple[object, ...], Entry] = {}
    for one in entries:
        key = (one.person_id, one.case_id, one.node or one.level)
        before = found.get(key)
        if before is None or (before.number or 0) <= (one.number or 0):
            found[key] = one
    return list(found.values())


def totals(entries: Iterable[Entry]) -> dict[str, Fraction]:
    """What entries that count add up to, by jenjang: credit is cumulative within one."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for one in entries:
        found[one.level] += one.value
    return dict(found)


def credit(scope: Scope) -> Mapping[UUID, CreditFacts]:
    """What each case's newest result is worth, and what its employee has besides: two queries, none
    where no template reckons credit."""
    steps = {digest: _steps(one) for digest, one in scope.definitions.items()}
    if not any(steps.values()):
        return dict.fromkeys(scope.own_ids, CreditFacts({}, frozenset(), {}, {}))
    newest = _newest(scope)
    of_person: dict[UUID, list[Entry]] = defaultdict(list)
    people = {case.subject_id for case in scope.cases}
    for entry in entries_of(scope.session, scope.agency_id, people):
        of_person[entry.person_id].append(entry)
    found = {}
    for case in scope.cases:
        home, mine = case.parent_id or case.id, of_person[case.subject_id]
        nodes = newest.get(home, {})
        counted = counting(mine)
        found[case.id] = CreditFacts(
            nodes={name: nodes[name] for name in steps[case.digest] if name in nodes},
            recorded=frozenset((e.node or "", e.number or 0) for e in mine if e.case_id == home),
            total=totals(e for e in counted if e.case_id != home),
            balances={e.level: e.until_on for e in counted if e.case_id is None},
        )
    return found


def _steps(definition: Definition) -> tuple[str, ...]:
    return tuple(step.node for step in definition.scoring if step.call.name == CREDIT)


def _newest(scope: Scope) -> Mapping[UUID, Mapping[str, Node]]:
    """The nodes of each home case's newest result."""
    r = Result
    said = select(r.case_id, r.explanation).order_by(r.number)
    newest = {row.case_id: row.explanation for row in scope.rows(said, r, scope.home_ids)}
    return {case_id: from_json(said).nodes for case_id, said in newest.items()}
