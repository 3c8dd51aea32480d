"""As whom an operator asks: somebody of the agency that a case or a cycle is of, by NIP or id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select

from kinerja_flow.db import reading
from kinerja_flow.errors import Invalid, NotFound
from kinerja_flow.models import Case, Cycle, Person, Unit
from kinerja_flow.policy import Actor
from kinerja_flow.services.organisations import actor_for

One = TypeVar("One")


def caller_of_case(case_id: UUID, who: str) -> Actor:
    """The person as an actor of the case's agency; NotFound where there is no such case."""
    return _caller(Case, case_id, who, "case")


def caller_of_cycle(cycle_id: UUID, who: str) -> Actor:
    """The person as an actor of the cycle's agency; NotFound where there is no such cycle."""
    return _caller(Cycle, cycle_id, who, "cycle")


def caller_about(who: str, person: str) -> tuple[Actor, UUID]:
    """Who asks, as an actor of their own agency, and about whom of it; both by NIP or id.

    Raises NotFound where nobody is called so, Invalid where several are.
    """
    with reading() as session:
        asks = _only(session.scalars(select(Person).where(_is_called(who)).limit(2)).all(), who)
        here = select(Person.id).where(Person.agency_id == asks.agency_id, _is_called(person))
        about = _only(session.scalars(here.limit(2)).all(), person)
    return actor_for(asks.agency_id, asks.id), about


def _caller(model: type[Case] | type[Cycle], row_id: UUID, who: str, what: str) -> Actor:
    with reading() as session:
        agency_id = session.scalar(select(model.agency_id).where(model.id == row_id))
        if agency_id is None:
            raise NotFound.of(f"no_such_{what}", what)
    return actor_for(agency_id, person_called(agency_id, who))


def caller_of_unit(unit: str, who: str) -> tuple[UUID, Actor]:
    """A unit, by id or by a name that no other has, and the person as an actor of its agency."""
    with reading() as session:
        named = Unit.id == UUID(unit) if _is_id(unit) else Unit.name == unit
        found = session.execute(select(Unit.id, Unit.agency_id).where(named).limit(2)).all()
    if not found:
        raise NotFound.of("no_such_unit", "unit")
    if len(found) > 1:
        raise Invalid.of("unit_of_several", "unit", name=unit)
    [(unit_id, agency_id)] = found
    return unit_id, actor_for(agency_id, person_called(agency_id, who))


def person_called(agency_id: int | None, who: str) -> UUID:
    """Somebody of an agency, by NIP or id. Raises NotFound, Invalid (a NIP of several)."""
    here = select(Person.id).where(Person.agency_id == agency_id, _is_called(who))
    with reading() as session:
        return _only(session.scalars(here.limit(2)).all(), who)


def _is_called(who: str) -> ColumnElement[bool]:
    return Person.id == UUID(who) if _is_id(who) else Person.nip == who


def _only(found: Sequence[One], who: str) -> One:
    if not found:
        raise NotFound.of("no_such_person", "person")
    if len(found) > 1:
        raise Invalid.of("nip_of_several", "person", nip=who)
    return found[0]


def _is_id(who: str) -> bool:
    try:
        UUID(who)
    except ValueError:
        return False
    return True
