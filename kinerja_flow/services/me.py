"""Who somebody is to the system: person, agency, offices."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.db import reading
from kinerja_flow.models import Agency, Person
from kinerja_flow.policy import Actor


@dataclass(frozen=True, slots=True)
class Me:
    """The actor in words."""

    person_id: UUID
    name: str
    nip: str | None
    agency_id: int
    agency: str
    zone: str
    roles: tuple[str, ...]


def who_am_i(actor: Actor) -> Me:
    """The actor's own name, agency and offices of today."""
    with reading() as session:
        of = (Person.agency_id == actor.agency_id, Person.id == actor.person_id)
        columns = (Person.id, Person.name, Person.nip, Agency.id, Agency.name, Agency.zone)
        found = session.execute(
            select(*columns).join(Agency, Agency.id == Person.agency_id).where(*of)
        ).one()
    return Me(*found, roles=tuple(sorted(actor.roles)))
