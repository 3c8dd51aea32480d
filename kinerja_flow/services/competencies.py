"""Gaps and strengths of a unit's people against their posts, for HR and the officials above."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.models import Agency, Case, Cycle, Person, Post, Unit
from kinerja_flow.policy import Actor
from kinerja_flow.scoring import Competency, Score, competencies_in
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.workflow import Chart, delivered_scores
from workflows.vocabulary import OFFICER


@dataclass(frozen=True, slots=True)
class Competences:
    """What somebody attained against their post, as their newest delivered result explains it.

    `result` is its number. Nothing is told of who said what: these are the figures that the
    employee was shown.
    """

    case_id: UUID
    person_id: UUID
    name: str
    unit_id: UUID | None
    post: str | None
    result: int
    competencies: tuple[Competency, ...]

    @property
    def gaps(self) -> tuple[Competency, ...]:
        """What stays below the standard, the largest gap first."""
        return gaps_in(self.competencies)

    @property
    def strengths(self) -> tuple[Competency, ...]:
        """What exceeds the standard, the largest strength first."""
        found = [one for one in self.competencies if one.strength]
        return tuple(sorted(found, key=lambda one: -(one.strength or 0)))


def gaps_in(competencies: tuple[Competency, ...]) -> tuple[Competency, ...]:
    """Those that stay below the standard, the largest gap first."""
    found = [one for one in competencies if one.gap]
    return tuple(sorted(found, key=lambda one: -(one.gap or 0)))


def today_of(session: Session, agency_id: int) -> date:
    zone = session.scalars(select(Agency.zone).where(Agency.id == agency_id)).one()
    return Calendar(zone).day_of(clock.now())


def competencies_of_unit(cycle_id: UUID, unit_id: UUID, actor: Actor) -> tuple[Competences, ...]:
    """The people of a unit and all below it who were told a result in the cycle, by name.

    HR sees all of them, an official those who stand below them in the reporting lines of today,
    and nobody sees themself. Of somebody who moved within the year only the last segment counts.
    Eight queries, however many people there are. NotFound where there is nobody to be seen.
    """
    with reading() as session:
        cycle = cycle_of(session, cycle_id, actor)
        units = _below(session, cycle.agency_id, unit_id)
        rows = _seen(session, actor, cycle.agency_id, _cases(session, cycle, units))
        ids = [row.id for row in rows]
        scores = delivered_scores(session, cycle.agency_id, cycle.year, ids)
    told = {row.subject_id: row for row in rows if row.id in scores}
    found = (_competences(row, *scores[row.id]) for row in told.values())
    return tuple(sorted(found, key=lambda one: (one.name, str(one.case_id))))


def _below(session: Session, agency_id: int, unit_id: UUID) -> set[UUID]:
    """The unit and all those inside it, each once even where they stand in a circle."""
    rows = session.execute(select(Unit.id, Unit.parent_id).where(Unit.agency_id == agency_id))
    inside: dict[UUID | None, list[UUID]] = {}
    for own_id, parent_id in rows:
        inside.setdefault(parent_id, []).append(own_id)
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
    """Those whose competencies the actor may see today; NotFound where these are none."""
    others = [row for row in rows if row.subject_id != actor.person_id]
    if OFFICER in actor.roles:
        return others
    chart = Chart(session, agency_id, today_of(session, agency_id))
    below = [row for row in others if actor.person_id in chart.line(row.subject_id)]
    if actor.person_id is None or not below:
        raise NotFound.of("no_such_unit", "unit")
    return below


def _competences(row: Any, number: int, score: Score) -> Competences:
    of = (row.id, row.subject_id, row.name, row.unit_id, row.title)
    return Competences(*of, number, competencies_in(score))
