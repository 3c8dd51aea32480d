"""The personas of an agency: nobody, who play the other parts of its practice appraisals."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.db import new_id
from kinerja_flow.models import Agency, Person, Persona
from kinerja_flow.workflow import relation_label
from kinerja_flow.workflow.personas import ABOVE, COLLEAGUE, OFFICER
from workflows.definition import Definition

#: As many stand ready for the parts that several people take.
LEAST_COLLEAGUES = 6


def cast_of(session: Session, agency_id: int, definition: Definition) -> dict[str, UUID]:
    """The agency's personas by part; those that are missing are made."""
    known = _known(session, agency_id)
    asked = sum(use.min for use in definition.relations.values())
    crowd = [f"{COLLEAGUE}{number}" for number in range(1, max(LEAST_COLLEAGUES, asked) + 1)]
    if missing := [part for part in (*ABOVE, OFFICER, *crowd) if part not in known]:
        # Two people who are the first of an agency to practise wait for each other here.
        session.execute(select(Agency.id).where(Agency.id == agency_id).with_for_update())
        known = _known(session, agency_id)
        for part in (part for part in missing if part not in known):
            name = f"{_called(definition, part)} (latihan)"
            person = Person(id=new_id(), agency_id=agency_id, name=name, kind="practice")
            session.add(person)
            session.flush()
            session.add(Persona(agency_id=agency_id, part=part, person_id=person.id))
            known[part] = person.id
        session.flush()
    return known


def _known(session: Session, agency_id: int) -> dict[str, UUID]:
    found = select(Persona.part, Persona.person_id).where(Persona.agency_id == agency_id)
    return {row.part: row.person_id for row in session.execute(found)}


def _called(definition: Definition, part: str) -> str:
    colleague, _, number = part.rpartition("_")
    if f"{colleague}_" == COLLEAGUE:
        return f"{relation_label(definition, 'peer').id} {number}"
    return relation_label(definition, part).id
