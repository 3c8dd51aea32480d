"""The close of a survey: counts and comments are released in sets, all that links them is deleted.

As for every anonymous answer (design.md, section 8): one batch, random ids, random order, one
transaction, and only what enough citizens said.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import transaction
from kinerja_flow.errors import Conflict
from kinerja_flow.models import (
    Agency,
    Survey,
    SurveyComment,
    SurveyReply,
    SurveyTally,
    SurveyToken,
)
from kinerja_flow.policy import CLOCK, Actor, only_hr
from kinerja_flow.services.late_answers import hold_asked, tell_asked
from kinerja_flow.services.organisations import ZONES
from kinerja_flow.services.survey_asked import held_survey
from kinerja_flow.services.survey_marks import forget_marks

log = structlog.get_logger()

#: Where random ids and orders come from; a test hands in one that repeats itself.
CHANCE: random.Random = random.SystemRandom()
Reply = tuple[dict[str, Any], str | None]


def close_survey(survey_id: UUID, actor: Actor, chance: random.Random = CHANCE) -> None:
    """Close a survey before its last day is over, as HR. Raises Conflict if it is closed."""
    only_hr(actor, "survey")
    with transaction() as session:
        survey = held_survey(session, survey_id, actor, lock=True)
        if survey.closed_at is not None:
            raise Conflict.of("survey_closed", "survey")
        _close(session, survey, actor, chance)


def close_due(most: int = 1000) -> int:
    """Close every survey whose last day is over; how many. Safe when several run: each is claimed,
    closed and marked in one transaction of its own, and one that fails holds no other up.

    Surveys of employees come first, so that what too few said can still move to their unit's.
    """
    closed, failed = 0, set[UUID]()
    for _ in range(most):
        survey_id: UUID | None = None
        try:
            with transaction() as session:
                survey = session.scalars(_due(failed)).first()
                if survey is None:
                    forget_marks(session)
                    break
                survey_id = survey.id
                by_clock = Actor(agency_id=survey.agency_id, engine=CLOCK.engine)
                _close(session, survey, by_clock, CHANCE)
                closed += 1
        except Exception as error:
            if survey_id is None:
                raise
            failed.add(survey_id)
            log.error("survey_not_closed", error=type(error).__name__)
    return closed


def _due(failed: set[UUID]) -> Any:
    s = Survey
    over = or_(*(and_(Agency.zone == zone, s.closes_on < _today(zone)) for zone in ZONES))
    due = select(s).join(Agency, Agency.id == s.agency_id).where(s.closed_at.is_(None), over)
    due = due.where(s.id.not_in(failed)).order_by(s.rolls_up_to.is_(None), s.closes_on, s.id)
    return due.limit(1).with_for_update(of=s, skip_locked=True)


def _today(zone: str) -> date:
    return Calendar(zone).day_of(clock.now())


def _close(session: Session, survey: Survey, actor: Actor, chance: random.Random) -> None:
    """Release or hand on the replies, and delete them with every link; who has a result already
    hears of counts that came after it."""
    r, t = SurveyReply, SurveyToken
    mine = (r.agency_id == survey.agency_id, r.survey_id == survey.id)
    found = session.execute(select(r.answers, r.comment).where(*mine))
    replies: list[Reply] = [(row.answers, row.comment) for row in found]
    if len(replies) >= survey.min_count:
        hold_asked(session, survey)
        if release(session, survey, replies, chance):
            tell_asked(session, actor, survey)
    elif above := _above(session, survey):
        session.execute(update(r).where(*mine).values(survey_id=above))
    session.execute(delete(r).where(*mine))
    session.execute(delete(t).where(t.agency_id == survey.agency_id, t.survey_id == survey.id))
    survey.closed_at, survey.secret_hash = clock.now(), None


def _above(session: Session, survey: Survey) -> UUID | None:
    """The survey that too few replies move to, while it is open."""
    s = Survey
    up = (s.agency_id == survey.agency_id, s.id == survey.rolls_up_to, s.closed_at.is_(None))
    return session.scalar(select(s.id).where(*up).with_for_update(read=True))


def release(
    session: Session, survey: Survey, replies: Iterable[Reply], chance: random.Random
) -> bool:
    """Keep the counts of what enough citizens answered, and the comments, apart from each other;
    whether there are any counts.

    What is written depends on what was said and on `chance`, never on who said it or when: texts
    are sorted before they are shuffled.
    """
    key = {"agency_id": survey.agency_id, "survey_id": survey.id}
    replies = list(replies)
    counts = Counter(pair for answers, _ in replies for pair in answers.items())
    tallies = [{**key, **tally} for tally in told(counts, survey.min_count)]
    texts = sorted(comment for _, comment in replies if comment)
    chance.shuffle(texts)
    comments = [{**key, "id": _drawn(chance), "text": text} for text in texts]
    for model, rows in ((SurveyTally, tallies), (SurveyComment, comments)):
        if rows:
            session.execute(insert(model), rows)
    return bool(tallies)


def told(counts: Counter[tuple[str, str]], least: int) -> list[dict[str, Any]]:
    """The counts by criterion and level, of criteria that at least so many answered, in order."""
    answered: Counter[str] = Counter()
    for (criterion, _), count in counts.items():
        answered[criterion] += count
    return [
        {"criterion": criterion, "level": level, "count": count}
        for (criterion, level), count in sorted(counts.items())
        if answered[criterion] >= least
    ]


def _drawn(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)
