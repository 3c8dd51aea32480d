"""What a document is read for: a result with its appraisal; and whose name a row bears."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from kinerja_flow.facts import Facts
from kinerja_flow.models import Case, Person, Result


class Ground(NamedTuple):
    """A result with the facts of its appraisal: when it was shown, and until when it was the
    newest; `is_past` once a later one was delivered, and not while that is in the making.

    `kept` are the names that were kept at the delivery: whoever is renamed stays there as they
    were."""

    session: Session
    facts: Facts
    result: Result
    shown_at: datetime
    until: datetime | None
    is_past: bool
    kept: Mapping[UUID, str]

    def name(self, person_id: UUID | None, now: str | None) -> str:
        return (self.kept.get(person_id) if person_id else None) or now or ""


def named(statement: Any, person: Any) -> Select[Any]:
    """The statement with the present name of whoever its rows name."""
    is_person = Person.id == person
    named: Select[Any] = statement.add_columns(Person.name.label("who"))
    return named.outerjoin(Person, is_person)


def family(ground: Ground) -> Any:
    """The appraisal and the cases that hang on it."""
    case = ground.facts.case
    here = (Case.agency_id == case.agency_id, Case.year == case.year)
    return select(Case.id).where(*here, or_(Case.id == case.id, Case.parent_id == case.id))
