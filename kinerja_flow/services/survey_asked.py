"""Which survey somebody means, whether it can be answered now, and what it asks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.errors import Conflict, Forbidden, NotFound
from kinerja_flow.models import Agency, Case, Cycle, Survey
from kinerja_flow.policy import CITIZEN, Actor
from kinerja_flow.workflow import DEFINITIONS
from workflows.definition import Criterion, Definition, Instrument, Scale
from workflows.profiles import applies

#: No link is longer; what is, is none of ours.
LONGEST_LINK = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What a survey asks: the instrument with those of its criteria that are asked here."""

    definition: Definition
    instrument: Instrument
    criteria: tuple[Criterion, ...]

    @property
    def scale(self) -> Scale:
        return self.definition.scales[self.instrument.scale]


def hash_of(secret: str) -> str:
    """The SHA-256 by which a link is known; the link itself is kept nowhere."""
    return hashlib.sha256(secret[:LONGEST_LINK].encode("utf-8", "replace")).hexdigest()


def survey_of(session: Session, survey_id: UUID, actor: Actor, *, lock: bool = False) -> Survey:
    """A survey of the actor's agency; one of another agency is not there."""
    wanted = select(Survey).where(Survey.id == survey_id, Survey.agency_id == actor.agency_id)
    found = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise NotFound.of("no_such_survey", "survey")
    return found


def held_survey(session: Session, survey_id: UUID, actor: Actor, *, lock: bool = False) -> Survey:
    """A survey that the actor may hold as an officer: one that is not about themself."""
    found = survey_of(session, survey_id, actor, lock=lock)
    refuse_own(session, found.case_id, actor)
    return found


def refuse_own(session: Session, case_id: UUID | None, actor: Actor) -> None:
    """Forbidden where the officer's own appraisal would rest on what they ask or hand in."""
    of = (Case.agency_id == actor.agency_id, Case.id == case_id)
    subject = session.scalar(select(Case.subject_id).where(*of)) if case_id else None
    if subject is not None and subject == actor.person_id:
        raise Forbidden.of("own_case", "case", by="hr")


def asked_in(session: Session, survey: Survey) -> Asked:
    """What a survey asks, by the template version that its cycle pins."""
    digest = select(Cycle.digest).where(Cycle.id == survey.cycle_id)
    definition = DEFINITIONS.get(session, session.scalars(digest).one())
    instrument = definition.instruments[survey.instrument]
    return Asked(definition, instrument, _criteria(session, survey, instrument))


def _criteria(session: Session, survey: Survey, instrument: Instrument) -> tuple[Criterion, ...]:
    """Of a unit those that are for everybody; of an employee those that apply to them."""
    if survey.case_id is None:
        return tuple(c for c in instrument.criteria if not c.applies_to)
    of = (Case.agency_id == survey.agency_id, Case.id == survey.case_id)
    profile = session.scalars(select(Case.profile).where(*of)).one()
    return tuple(c for c in instrument.criteria if applies(c, profile))


def for_citizens(definition: Definition) -> dict[str, Instrument]:
    """The instruments that citizens answer."""
    return {k: i for k, i in definition.instruments.items() if CITIZEN in i.answered_by}


def today_in(session: Session, agency_id: int) -> date:
    """The present day where the agency is."""
    zone = session.scalars(select(Agency.zone).where(Agency.id == agency_id)).one()
    return Calendar(zone).day_of(clock.now())


def refuse_over(session: Session, survey: Survey) -> None:
    """Conflict where a survey takes no more answers."""
    today = today_in(session, survey.agency_id)
    if survey.closed_at is not None or survey.closes_on < today:
        raise Conflict.of("survey_closed", "survey")


def is_open(survey: Survey, today: date) -> bool:
    """Whether citizens can answer the survey on this day."""
    return survey.closed_at is None and survey.opens_on <= today <= survey.closes_on
