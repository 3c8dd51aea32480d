"""The sweep: what is due is fired, each deadline once, through the same door as all acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Conflict, Problem
from kinerja_flow.facts import Facts
from kinerja_flow.models import CASES, Deadline, Notification
from kinerja_flow.policy import CLOCK, Actor
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.fall_back import fall_back
from kinerja_flow.services.retention import sweep_over
from kinerja_flow.services.survey_closing import close_due
from kinerja_flow.workflow import Insert, always, load_one, notification, recipients, write

_NEEDS = always("people", "officers")

log = structlog.get_logger()

#: How long a deadline that could not be fired waits before it is tried again, at most.
LONGEST_WAIT = timedelta(days=1)


@dataclass(slots=True)
class Sweep:
    """How many deadlines fired, how many still wait for something to be put right, in how many
    appraisals the part of somebody who has left fell to the next superior, and how many surveys of
    citizens were closed; how many rows went whose time was over."""

    fired: int = 0
    blocked: int = 0
    fallen: int = 0
    closed: int = 0
    swept: int = 0


def tick(most: int = 10_000) -> Sweep:
    """Fire what is due now. Safe when several run and when one dies: each deadline is claimed,
    carried out and marked as fired in one transaction of its own.

    Surveys whose last day is over are closed first, so that what the clock computes rests on them.
    A deadline that is refused keeps its blocker's code, waits longer each time, and holds nobody
    else up. First the parts of those who have left fall to whoever is to hear of what is due.
    """
    done = Sweep(closed=close_due(), fallen=fall_back())
    for _ in range(most):
        found = _next()
        if found is None:
            break
        if found:
            done.fired += 1
        else:
            done.blocked += 1
    done.swept = sweep_over()
    return done


def _next() -> bool | None:
    """Fire the deadline that has been due longest: whether it fired, None when none is due."""
    claimed: Row[Any] | None = None
    try:
        with transaction() as session:
            claimed = _claim(session)
            if claimed is None:
                return None
            _mark(session, claimed, fired_at=clock.now())
            _fire(session, claimed)
            return True
    except Exception as error:
        # Whatever is wrong with one case, the others' deadlines go on.
        if claimed is None:
            raise
        _put_off(claimed, _code(error))
        return False


def _code(error: Exception) -> str:
    """The rule in the way of a refused deadline; a fault of ours is logged as well."""
    if isinstance(error, Problem):
        return error.blockers[0].rule[:40]
    log.exception("deadline_failed")
    return type(error).__name__[:40]


def _claim(session: Session) -> Row[Any] | None:
    # The case is locked and not the deadline: acts lock their case first too, so that sweep and
    # act wait for each other at one place only; a case that somebody holds is passed over.
    d = Deadline
    of_case = (d.agency_id == CASES.c.agency_id) & (d.year == CASES.c.year)
    due = (
        select(d.__table__)
        .join(CASES, of_case & (d.case_id == CASES.c.id))
        .where(d.fired_at.is_(None), d.try_at <= clock.now())
        .order_by(d.try_at, d.case_id, d.seq, d.ordinal)
        .limit(1)
        .with_for_update(of=CASES, key_share=True, skip_locked=True)
    )
    return session.execute(due).one_or_none()


def _mark(session: Session, row: Row[Any], **values: Any) -> None:
    d = Deadline
    key = (d.agency_id == row.agency_id, d.year == row.year, d.case_id == row.case_id)
    mine = (*key, d.seq == row.seq, d.ordinal == row.ordinal, d.fired_at.is_(None))
    marked = session.connection().execute(update(d).where(*mine).values(**values))
    if marked.rowcount != 1:
        raise Conflict.of("changed_meanwhile", "deadline")


def _fire(session: Session, row: Row[Any]) -> None:
    if row.kind == "action":
        clock_here = Actor(agency_id=row.agency_id, engine=CLOCK.engine)
        act(row.case_id, clock_here, Act(row.action))
        return
    facts = load_one(session, row.agency_id, row.case_id, _NEEDS)
    event = f"{facts.case.kind}.{row.kind}.{facts.case.state}"
    key = {"agency_id": row.agency_id, "year": row.year, "case_id": row.case_id}
    table: Any = Notification.__table__
    write(
        session,
        [
            Insert(table, notification(key, facts.case.version, event, person, facts))
            for person in sorted(_heard(facts, row.to))
        ],
    )


def _heard(facts: Facts, to: list[str]) -> frozenset[UUID]:
    """Who hears of a due date: those named, or else whoever may act in the state."""
    acting = {name for a in facts.machine.actions_from(facts.case.state) for name in a.by}
    return recipients(facts, to or acting, facts.people)


def _put_off(row: Row[Any], code: str) -> None:
    # Past the longest wait the power is not even reckoned: it would outgrow what time can hold.
    wait = min(timedelta(minutes=2 ** min(row.attempts, 16)), LONGEST_WAIT)
    try_at: datetime = clock.now() + wait
    try:
        with transaction() as session:
            _mark(session, row, attempts=row.attempts + 1, try_at=try_at, problem=code)
    except Conflict:
        return  # somebody's act made the deadline void meanwhile
