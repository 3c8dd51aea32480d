"""Who was whose assessor on which day: the dated parts of appraisals, as those may read who may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from kinerja_flow import policy
from kinerja_flow.clock import Calendar
from kinerja_flow.db import reading
from kinerja_flow.errors import INPUTS, Blocker, Forbidden, Invalid
from kinerja_flow.models import COUNTED, Agency, Case, Participant
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.event_words import ground_label
from kinerja_flow.services.windows import is_day
from kinerja_flow.workflow import DEFINITIONS, OFFICES, named, relation_label
from workflows.definition import Label
from workflows.faults import shown
from workflows.vocabulary import FORMER

#: Who reads the history of an appraisal's assessors.
READERS = ("employee", "assessor", FORMER, "reviewer", "examiner", *sorted(policy.READERS))


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody's time in an office of a case: until `until_at`, or until further notice.

    `ground` is a code: of the launch, of the act that appointed them, or of the change.
    """

    case_id: UUID
    employee_id: UUID
    relation: str
    relation_label: Label
    person_id: UUID
    ground: str
    ground_label: Label
    from_at: datetime
    until_at: datetime | None


_p, _c = Participant, Case
_HELD: Any = (
    select(
        *(_p.case_id, _p.relation, _p.person_id, _p.ground, _p.from_at, _p.until_at),
        *(_c.subject_id, _c.digest),
    )
    .join(_c, and_(_c.agency_id == _p.agency_id, _c.year == _p.year, _c.id == _p.case_id))
    .where(_p.from_at.is_not(None))
    .order_by(_p.from_at, _p.id)
)


def assessors_of(case_id: UUID, actor: Actor) -> list[Held]:
    """Who assessed, reviewed and examined in an appraisal and its child cases, oldest first.

    For the employee, those who assess or did, and HR. Raises NotFound or Forbidden.
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        if not policy.relations(facts, actor) & set(READERS):
            raise Forbidden(named(facts, [policy.not_yours(facts, actor, READERS)]))
        home, case = facts.home_id, facts.case
        mine = (_c.agency_id == case.agency_id, _c.year == case.year)
        family = or_(_c.id == home, _c.parent_id == home)
        offices = _p.relation.in_((*OFFICES, FORMER))
        return _held(session, _HELD.where(*mine, family, offices))


def assessed_on(actor: Actor, employee_id: UUID, day: date) -> list[Held]:
    """Who was somebody's assessor at the end of a day: one for each appraisal of theirs.

    HR reads all; others the appraisals that are about them or in which they hold or held an
    office. Nothing is found of an appraisal that was not open yet. Raises Invalid for what is no
    day.
    """
    return _on(actor, _c.subject_id == employee_id, day)


def assessing_on(actor: Actor, assessor_id: UUID, day: date) -> list[Held]:
    """Whose assessor somebody was at the end of a day, for the same readers."""
    return _on(actor, _p.person_id == assessor_id, day)


def _on(actor: Actor, whose: ColumnElement[bool], day: date) -> list[Held]:
    if not is_day(day):
        raise Invalid([Blocker("input_not_date", "day", (), {"value": shown(day)}, INPUTS)])
    with reading() as session:
        zone = session.scalars(select(Agency.zone).where(Agency.id == actor.agency_id)).one()
        end = Calendar(zone).end_of(day)
        stood = (_p.from_at < end, or_(_p.until_at.is_(None), _p.until_at >= end))
        mine = (_p.agency_id == actor.agency_id, _p.relation == "assessor")
        counts = _c.cycle_id.in_(COUNTED)
        found = _HELD.where(*mine, counts, whose, *stood, _may_read(actor))
        return _held(session, found)


def _held(session: Session, found: Select[Any]) -> list[Held]:
    rows = session.execute(found).all()
    known = {row.digest: DEFINITIONS.get(session, row.digest) for row in rows}
    return [
        Held(
            case_id=row.case_id,
            employee_id=row.subject_id,
            relation=row.relation,
            relation_label=relation_label(known[row.digest], row.relation),
            person_id=row.person_id,
            ground=row.ground,
            ground_label=ground_label(known[row.digest], row.ground),
            from_at=row.from_at,
            until_at=row.until_at,
        )
        for row in rows
    ]


def _may_read(actor: Actor) -> ColumnElement[bool]:
    if actor.roles & policy.READERS:
        return _c.id.is_not(None)
    own = aliased(Participant)
    takes_part = exists().where(
        own.agency_id == _p.agency_id,
        own.year == _p.year,
        own.case_id == _p.case_id,
        own.person_id == actor.person_id,
        own.relation.in_((*OFFICES, FORMER)),
    )
    return or_(_c.subject_id == actor.person_id, takes_part)
