"""Agencies, units, people, posts and reporting lines: who is where, under whom, from when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from kinerja_flow.db import transaction
from kinerja_flow.errors import Invalid
from kinerja_flow.models import (
    Agency,
    DayOff,
    Person,
    Post,
    PostHolding,
    ReportingLine,
    RoleGrant,
    Unit,
)
from kinerja_flow.policy import Actor
from kinerja_flow.services import account_events
from kinerja_flow.services.acting import actor_for as actor_for

#: The three zones of the country.
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


def create_agency(key: str, name: str, zone: str = "Asia/Jakarta") -> int:
    """A new agency (instansi) in one of the three zones of the country; its number."""
    if zone not in ZONES:
        raise Invalid.of("unknown_zone", "zone", zone=zone[:40])
    with transaction() as session:
        agency = Agency(key=key, name=name, zone=zone)
        session.add(agency)
        session.flush()
        return agency.id


def add_unit(agency_id: int, name: str, parent_id: UUID | None = None) -> UUID:
    """A unit kerja of the agency, inside another or at the top."""
    return _add(Unit(agency_id=agency_id, name=name, parent_id=parent_id))


def add_person(agency_id: int, name: str, **columns: Any) -> UUID:
    """A person of the agency; `columns` may be kind, nip, employment, rank, left_on."""
    return _add(Person(agency_id=agency_id, name=name, **columns))


def add_post(agency_id: int, unit_id: UUID, title: str, **columns: Any) -> UUID:
    """A post (jabatan) in a unit; `columns` may be level and field."""
    return _add(Post(agency_id=agency_id, unit_id=unit_id, title=title, **columns))


def hold_post(agency_id: int, person_id: UUID, post_id: UUID, from_on: date, **span: Any) -> UUID:
    """Somebody holds a post from a day on; `span` may be until_on and kind."""
    of = {"agency_id": agency_id, "person_id": person_id, "post_id": post_id}
    return _add(PostHolding(**of, from_on=from_on, **span))


def report_to(agency_id: int, post_id: UUID, from_on: date, **superior: Any) -> UUID:
    """A post reports to another post (superior_post_id) or to an official (superior_id)."""
    return _add(ReportingLine(agency_id=agency_id, post_id=post_id, from_on=from_on, **superior))


def grant_role(agency_id: int, person_id: UUID, role: str, from_on: date) -> UUID:
    """Somebody holds an office in the system from a day on: hr, administrator or auditor."""
    of = {"agency_id": agency_id, "person_id": person_id}
    with transaction() as session:
        account_events.note(session, Actor(person_id, agency_id), "role_granted")
        return _add(RoleGrant(**of, role=role, from_on=from_on))


def add_days_off(agency_id: int, days: Iterable[tuple[date, str]]) -> None:
    """Days on which the agency does not work beside weekends and public holidays."""
    with transaction() as session:
        session.add_all(DayOff(agency_id=agency_id, day_on=day, name=name) for day, name in days)


def _add(row: Any) -> UUID:
    with transaction() as session:
        session.add(row)
        session.flush()
        found: UUID = row.id
        return found


def end_holdings(agency_id: int, last_on: date, **whose: UUID) -> None:
    """What a person (person_id) or a post (post_id) still holds or is held by ends with a day."""
    wanted = [getattr(PostHolding, name) == value for name, value in whose.items()]
    still = (PostHolding.agency_id == agency_id, PostHolding.until_on.is_(None))
    with transaction() as session:
        session.execute(update(PostHolding).where(*still, *wanted).values(until_on=last_on))


def leave(agency_id: int, person_id: UUID, left_on: date) -> None:
    """Somebody leaves the agency: from that day on they hold no post and act no more."""
    with transaction() as session:
        end_holdings(agency_id, left_on - timedelta(days=1), person_id=person_id)
        who = (Person.agency_id == agency_id, Person.id == person_id)
        session.execute(update(Person).where(*who).values(left_on=left_on))
