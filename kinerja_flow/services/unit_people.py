"""The appraised people of a unit whose figures somebody may see: HR, and the officials above."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.errors import NotFound
from kinerja_flow.models import Agency, Case, Cycle, Person, Post, Unit
from kinerja_flow.policy import READERS, Actor
from kinerja_flow.workflow import Chart


def people_seen(
    session: Session, actor: Actor, cycle: Cycle, unit_id: UUID, *, may_be_none: bool = False
) -> list[Any]:
    """The appraisals in a cycle of a unit and of all below it, with whose they are.

    HR sees all of them, an official those who stand below them in the reporting lines of today,
    and nobody sees themself. In the order of their periods. NotFound for a unit of nowhere, and
    for whoever stands above nobody in it, unless there `may_be_none`.
    """
    units = units_below(session, cycle.agency_id, unit_id)
    rows = _seen(session, actor, cycle.agency_id, _cases(session, cycle, units))
    if not (rows or may_be_none or actor.roles & READERS):
        raise NotFound.of("no_such_unit", "unit")
    return rows


def today_of(session: Session, agency_id: int) -> date:
    zone = session.scalars(select(Agency.zone).where(Agency.id == agency_id)).one()
    return Calendar(zone).day_of(clock.now())


def inside_of(session: Session, agency_id: int) -> Mapping[UUID | None, list[UUID]]:
    """The units that stand directly in each unit."""
    rows = session.execute(select(Unit.id, Unit.parent_id).where(Unit.agency_id == agency_id))
    inside: dict[UUID | None, list[UUID]] = {}
    for own_id, parent_id in rows:
        inside.setdefault(parent_id, []).append(own_id)
    return inside


def units_below(session: Session, agency_id: int, unit_id: UUID) -> set[UUID]:
    """The unit and all those inside it, each once even where they stand in a circle."""
    inside = inside_of(session, agency_id)
    if not any(unit_id in children for children in inside.values()):
        raise NotFound.of("no_such_unit", "unit")
    found, waiting = set[UUID](), [unit_id]
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += inside.get(one, [])
    return found


def _cases(session: Session, cycle: Cycle, units: Collection[UUID]) -> list[Any]:
    """The appraisals of units in a cycle with whose they are, in the order of their periods."""
    columns = (Case.id, Case.subject_id, Case.unit_id, Person.name, Post.title)
    person = (Person.agency_id == Case.agency_id) & (Person.id == Case.subject_id)
    post = (Post.agency_id == Case.agency_id) & (Post.id == Case.post_id)
    of = (Case.agency_id == cycle.agency_id, Case.year == cycle.year, Case.cycle_id == cycle.id)
    roots = (Case.parent_id.is_(None), Case.unit_id.in_(list(units)))
    said = select(*columns).join(Person, person).outerjoin(Post, post).where(*of, *roots)
    return list(session.execute(said.order_by(Case.from_on, Case.id)))


def _seen(session: Session, actor: Actor, agency_id: int, rows: list[Any]) -> list[Any]:
    """Those whose figures the actor may see today."""
    others = [row for row in rows if row.subject_id != actor.person_id]
    if actor.roles & READERS:
        return others
    chart = Chart(session, agency_id, today_of(session, agency_id))
    return [row for row in others if actor.person_id in chart.line(row.subject_id)]
