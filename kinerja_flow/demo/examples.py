"""What can be tried on the demo's database: a result of each cycle, and who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from kinerja_flow.db import transaction
from kinerja_flow.models import Case, Cycle, Person, Result, RoleGrant


@dataclass(frozen=True, slots=True)
class Example:
    """A cycle, the case in it with the most results, whose it is, and an HR officer to ask as."""

    cycle_id: UUID
    cycle: str
    case_id: UUID
    person: str
    officer: str


def examples() -> Iterator[Example]:
    """One of each cycle that has results, the cycles by name."""
    shown: set[UUID] = set()
    with transaction() as session:
        officers = {
            agency_id: (person_id, nip or str(person_id))
            for agency_id, person_id, nip in session.execute(
                select(Person.agency_id, Person.id, Person.nip)
                .join(RoleGrant, RoleGrant.person_id == Person.id)
                .where(RoleGrant.role == "hr")
            )
        }
        told = (Cycle.id, Cycle.name, Case.id, Person.name, Case.subject_id, Case.agency_id)
        rows = session.execute(
            select(*told)
            .join(Case, Case.cycle_id == Cycle.id)
            .join(Person, Person.id == Case.subject_id)
            .join(Result, Result.case_id == Case.id)
            .where(Cycle.practice_of.is_(None))
            .group_by(*told)
            .order_by(Cycle.name, func.count(Result.number).desc(), Person.name)
        )
        for cycle_id, cycle, case_id, name, subject_id, agency_id in rows:
            officer, nip = officers[agency_id]
            if cycle_id not in shown and subject_id != officer:
                shown.add(cycle_id)
                yield Example(cycle_id, cycle, case_id, name, nip)
