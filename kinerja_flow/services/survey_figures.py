"""What citizens said, once it is released: counts, comments, and the satisfaction index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.db import reading
from kinerja_flow.errors import Conflict
from kinerja_flow.models import Survey, SurveyComment, SurveyTally
from kinerja_flow.policy import Actor, only_readers
from kinerja_flow.scoring import number_of
from kinerja_flow.scoring.satisfaction import LEVELS, Satisfaction, satisfaction_of
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.survey_asked import asked_in, survey_of
from kinerja_flow.services.survey_readers import refuse_reader

Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is left of a survey. Before the close, and of too few answers, there is nothing: not
    even how many answered. `counts` is criterion → level → how many."""

    is_closed: bool
    is_released: bool
    least: int
    counts: Counts
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A survey in HR's list."""

    id: UUID
    instrument: str
    unit_id: UUID | None
    case_id: UUID | None
    kind: str
    opens_on: date
    closes_on: date
    is_closed: bool


def surveys_of(cycle_id: UUID, actor: Actor) -> list[SurveyLine]:
    """The surveys of a cycle, as HR. Raises Forbidden, NotFound."""
    only_readers(actor, "survey")
    s = Survey
    columns = (s.id, s.instrument, s.unit_id, s.case_id, s.kind, s.opens_on, s.closes_on)
    with reading() as session:
        cycle_of(session, cycle_id, actor)
        of = (s.agency_id == actor.agency_id, s.cycle_id == cycle_id)
        rows = select(*columns, s.closed_at.is_not(None)).where(*of).order_by(s.opens_on, s.id)
        return [SurveyLine(*row) for row in session.execute(rows)]


def figures(survey_id: UUID, actor: Actor) -> Figures:
    """The released figures of a survey, for HR and for whoever assesses the unit's people, or the
    employee, that it is about. Raises Forbidden, NotFound."""
    with reading() as session:
        survey = _readable(session, survey_id, actor)
        counts = _counts(session, survey)
        c = SurveyComment
        of = (c.agency_id == survey.agency_id, c.survey_id == survey.id)
        comments = tuple(session.scalars(select(c.text).where(*of).order_by(c.id)))
        is_released = bool(counts or comments)
        closed = survey.closed_at is not None
        return Figures(closed, is_released, survey.min_count, counts, comments)


def satisfaction(survey_id: UUID, actor: Actor) -> Satisfaction:
    """The Indeks Kepuasan Masyarakat of a survey (PermenPANRB 14/2017), exact, by element.

    Raises Forbidden, NotFound, and Conflict for an instrument that is not answered from 1 to 4.
    """
    with reading() as session:
        survey = _readable(session, survey_id, actor)
        asked = asked_in(session, survey)
        value = {level: number_of(asked.scale, level) for level in asked.scale.keys}
        if set(value.values()) != LEVELS:
            raise Conflict.of("not_one_to_four", "instrument")
        counts = _counts(session, survey)
        found: dict[str, dict[Fraction, int]] = {c.key: {} for c in asked.criteria}
        for criterion in found:
            for level, count in counts.get(criterion, {}).items():
                found[criterion][value[level]] = count
        return satisfaction_of(found)


def _readable(session: Session, survey_id: UUID, actor: Actor) -> Survey:
    survey = survey_of(session, survey_id, actor)
    refuse_reader(session, actor, survey.unit_id, survey.case_id)
    return survey


def _counts(session: Session, survey: Survey) -> Counts:
    t = SurveyTally
    of = (t.agency_id == survey.agency_id, t.survey_id == survey.id)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows: Any = session.execute(select(t.criterion, t.level, t.count).where(*of))
    for criterion, level, count in sorted(map(tuple, rows)):
        found[criterion][level] = count
    return dict(found)
