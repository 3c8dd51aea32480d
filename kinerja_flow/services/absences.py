"""Who is away for long, on leave or for study: HR's list, by which segments may not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Blocker, Forbidden, Invalid, NotFound
from kinerja_flow.models import Absence, Person
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.services import forms
from kinerja_flow.services.forms import Form
from kinerja_flow.workflow import Insert, write
from workflows.definition import ABSENCES


class AbsenceForm(Form):
    """An absence: of whom, why, from its first through its last day; without one it goes on."""

    person = forms.identity("person")
    kind = forms.choice("kind", ABSENCES)
    from_on = forms.day("from_on")
    until_on = forms.day("until_on", optional=True)


ABSENCE = AbsenceForm()


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as HR reads it."""

    id: UUID
    kind: str
    from_on: date
    until_on: date | None


def add(actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Record an absence; its id. A result that was computed before stays as it is.

    Raises Forbidden for whoever is no HR officer, Invalid, NotFound for another agency's people.
    """
    only_hr(actor, "absence")
    said, wrong = ABSENCE.read(entry)
    first, last = said.get("from_on"), said.get("until_on")
    if first and last and last < first:
        wrong.append(Blocker("ends_before_it_begins", "until_on", ("hr",)))
    if wrong:
        raise Invalid(wrong)
    _refuse_own(actor, said["person"])
    with transaction() as session:
        _refuse_stranger(session, actor, said["person"])
        absence_id = new_id()
        row = {"id": absence_id, "agency_id": actor.agency_id, "person_id": said["person"]}
        row |= {"kind": said["kind"], "from_on": first, "until_on": last}
        table: Any = Absence.__table__
        write(session, [Insert(table, row)])
        return absence_id


def listed(actor: Actor, person_id: UUID) -> list[Away]:
    """The absences of somebody of the agency, earliest first."""
    only_hr(actor, "absence")
    a = Absence
    mine = (a.agency_id == actor.agency_id, a.person_id == person_id)
    with reading() as session:
        _refuse_stranger(session, actor, person_id)
        rows = session.execute(
            select(a.id, a.kind, a.from_on, a.until_on).where(*mine).order_by(a.from_on, a.id)
        )
        return [Away(*row) for row in rows]


def remove(actor: Actor, absence_id: UUID) -> None:
    """Take back an absence that was recorded by mistake; results that rest on it stay."""
    only_hr(actor, "absence")
    a = Absence
    here = (a.agency_id == actor.agency_id, a.id == absence_id)
    with transaction() as session:
        person_id = session.scalar(select(a.person_id).where(*here).with_for_update())
        if person_id is None:
            raise NotFound.of("no_such_absence", "absence")
        _refuse_own(actor, person_id)
        session.execute(delete(a).where(*here))


def _refuse_own(actor: Actor, person_id: UUID) -> None:
    """Forbidden to the officer themself, whose segments would count or not by their own word."""
    if person_id == actor.person_id:
        raise Forbidden.of("own_absence", "person")


def _refuse_stranger(session: Session, actor: Actor, person_id: UUID) -> None:
    here = (Person.agency_id == actor.agency_id, Person.kind != "practice")
    if session.scalar(select(Person.id).where(*here, Person.id == person_id)) is None:
        raise NotFound.of("no_such_person", "person")
