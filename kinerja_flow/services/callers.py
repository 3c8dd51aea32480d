"""As whom an operator asks: somebody of the agency that a case or a cycle is of, by NIP or id."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from kinerja_flow.db import reading
from kinerja_flow.errors import Invalid, NotFound
from kinerja_flow.models import Case, Cycle, Person
from kinerja_flow.policy import Actor
from kinerja_flow.services.organisations import actor_for


def caller_of_case(case_id: UUID, who: str) -> Actor:
    """The person as an actor of the case's agency; NotFound where there is no such case."""
    return _caller(Case, case_id, who, "case")


def caller_of_cycle(cycle_id: UUID, who: str) -> Actor:
    """The person as an actor of the cycle's agency; NotFound where there is no such cycle."""
    return _caller(Cycle, cycle_id, who, "cycle")


def _caller(model: type[Case] | type[Cycle], row_id: UUID, who: str, what: str) -> Actor:
    with reading() as session:
        agency_id = session.scalar(select(model.agency_id).where(model.id == row_id))
        if agency_id is None:
            raise NotFound.of(f"no_such_{what}", what)
        named = Person.id == UUID(who) if _is_id(who) else Person.nip == who
        here = select(Person.id).where(Person.agency_id == agency_id, named)
        found = session.scalars(here.limit(2)).all()
    if not found:
        raise NotFound.of("no_such_person", "person")
    if len(found) > 1:
        raise Invalid.of("nip_of_several", "person", nip=who)
    return actor_for(agency_id, found[0])


def _is_id(who: str) -> bool:
    try:
        UUID(who)
    except ValueError:
        return False
    return True
