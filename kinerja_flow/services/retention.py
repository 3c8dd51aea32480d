"""How long is kept what need not be kept for ever, and the sweep of what is over.

Never history, results, signatures, documents, or what they rest on. UU 27/2022 articles 43 and 44
ask for the end of what is no longer needed; how long each thing is needed no rule for appraisals
says, so that every time here is a setting of the agency with a default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import (
    CursorResult,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)

from kinerja_flow import clock
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Invalid
from kinerja_flow.models import (
    RUNNING,
    AccountEvent,
    Agency,
    Case,
    Complaint,
    Evidence,
    IdempotencyKey,
    Notification,
    Retention,
    Run,
    RunFile,
    RunRow,
    ServiceToken,
    Survey,
    SurveyComment,
    Swept,
)
from kinerja_flow.policy import Actor, only_hr, only_readers
from kinerja_flow.services import forms
from kinerja_flow.services.redacted_documents import MARKER

log = structlog.get_logger()

#: As many rows go in one transaction.
CHUNK = 5_000
#: An agency is swept once in this time.
EVERY = timedelta(days=1)
#: What an agency's sweep is marked with once it is through.
_ALL = "all"


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept for a time: `days` by default, and what is done with what is over.

    `over` says which rows are, before an instant; `sets` the columns that give way to the marker:
    without any, the rows go.
    """

    days: int
    model: Any
    over: Callable[[datetime], Any]
    sets: tuple[str, ...] = ()


def _of_closed_survey(before: datetime) -> Any:
    c, s = SurveyComment, Survey
    same = and_(s.agency_id == c.agency_id, s.id == c.survey_id)
    return exists(select(s.id).where(same, s.closed_at < before))


def _of_closed_case(before: datetime) -> Any:
    """Links of evidence in appraisals that came to their end."""
    e, c = Evidence, Case
    same = and_(c.agency_id == e.agency_id, c.year == e.year, c.id == e.case_id)
    return and_(e.link.is_not(None), exists(select(c.id).where(same, c.closed_at < before)))


def _of_ended_run(before: datetime) -> Any:
    """Rows of runs that ended, or that were prepared and never started."""
    w, r = RunRow, Run
    same = and_(r.agency_id == w.agency_id, r.id == w.run_id)
    return exists(select(r.id).where(same, _ended(before)))


def _ended(before: datetime) -> Any:
    return and_(Run.state != RUNNING, func.coalesce(Run.ended_at, Run.prepared_at) < before)


def _of_nothing(before: datetime) -> Any:
    """Runs that ended, and of which nothing else is left."""
    left = (
        exists(select(m.run_id).where(m.agency_id == Run.agency_id, m.run_id == Run.id))
        for m in (RunRow, RunFile)
    )
    return and_(_ended(before), *(~one for one in left))


KEPT: Mapping[str, Kept] = {
    "idempotency_keys": Kept(7, IdempotencyKey, lambda t: IdempotencyKey.created_at < t),
    "notifications": Kept(730, Notification, lambda t: Notification.created_at < t),
    "ended_tokens": Kept(
        365,
        ServiceToken,
        lambda t: or_(ServiceToken.expires_at < t, ServiceToken.revoked_at < t),
    ),
    "account_events": Kept(730, AccountEvent, lambda t: AccountEvent.at < t),
    "complaints": Kept(
        1825, Complaint, lambda t: Complaint.received_on < t.date(), ("text", "response")
    ),
    "survey_comments": Kept(1825, SurveyComment, _of_closed_survey),
    "run_files": Kept(30, RunFile, lambda t: RunFile.made_at < t),
    "run_rows": Kept(365, RunRow, _of_ended_run),
    "runs": Kept(1825, Run, _of_nothing),
    "evidence_links": Kept(1825, Evidence, _of_closed_case, ("link",)),
}


#: Files of bukti dukung and objections, which `file_sweep` removes.
FILES = "evidence_files"
#: For how many days each thing is kept where an agency says nothing else.
DAYS: Mapping[str, int] = {**{what: kept.days for what, kept in KEPT.items()}, FILES: 1825}


class RetentionForm(forms.Form):
    """How many days something is kept."""

    what = forms.choice("what", tuple(DAYS))
    days = forms.count("days", 1, 36_500)


FORM = RetentionForm()


@dataclass(frozen=True, slots=True)
class Term:
    """For how many days an agency keeps something; `set_by` nobody: the default."""

    what: str
    days: int
    default: int
    set_by: UUID | None


def set_retention(actor: Actor, entry: Mapping[str, Any]) -> None:
    """Say for how many days the agency keeps something, as HR. Raises Forbidden, Invalid."""
    only_hr(actor, "retention")
    values, wrong = FORM.read(entry)
    if wrong:
        raise Invalid(wrong)
    row = {"agency_id": actor.agency_id, "what": values["what"], "days": values["days"]}
    with transaction() as session:
        session.merge(Retention(**row, set_by=actor.person_id, set_at=clock.now()))


def retentions(actor: Actor) -> list[Term]:
    """For how long the agency keeps what, for HR and auditors."""
    only_readers(actor, "retention")
    r = Retention
    with reading() as session:
        rows = session.execute(
            select(r.what, r.days, r.set_by).where(r.agency_id == actor.agency_id)
        )
        own = {row.what: row for row in rows}
    return [
        Term(what, own[what].days, days, own[what].set_by)
        if what in own
        else Term(what, days, days, None)
        for what, days in DAYS.items()
    ]


def sweep_over() -> int:
    """Let go what is over in the agencies that were not swept for a day; how many rows went.

    By sets, each with its count in one transaction. One that dies is taken up where it was.
    """
    return for_each_due(_ALL, _sweep)


def for_each_due(mark: str, sweep: Callable[[int], int]) -> int:
    """Sweep each agency that is due; how much went. One that fails stops no other."""
    total = 0
    for agency_id in agencies_due(mark):
        try:
            total += sweep(agency_id)
        except Exception as error:
            log.error("agency_not_swept", agency=agency_id, error=type(error).__name__)
    return total


def agencies_due(mark: str) -> Sequence[int]:
    """The agencies for which a sweep was not marked as through for a day."""
    s, now = Swept, clock.now()
    lately = select(s.id).where(s.agency_id == Agency.id, s.what == mark, s.swept_at > now - EVERY)
    with reading() as session:
        return session.scalars(select(Agency.id).where(~lately.exists()).order_by(Agency.id)).all()


def days_of(agency_id: int) -> Mapping[str, int]:
    """For how many days an agency keeps each thing."""
    r = Retention
    with reading() as session:
        rows = session.execute(select(r.what, r.days).where(r.agency_id == agency_id))
        return {**DAYS, **{row.what: row.days for row in rows}}


def _sweep(agency_id: int) -> int:
    now, days = clock.now(), days_of(agency_id)
    before = {what: now - timedelta(days=days[what]) for what in KEPT}
    total = sum(_let_go(agency_id, what, before[what]) for what in _due(agency_id, before))
    with transaction() as session:
        session.add(Swept(agency_id=agency_id, what=_ALL, count=total, swept_at=clock.now()))
    return total


def _due(agency_id: int, before: Mapping[str, datetime]) -> list[str]:
    """The things of which some are over, asked at once: on most days none is."""
    asked = (_over(agency_id, kept, before[what]).exists() for what, kept in KEPT.items())
    with reading() as session:
        found = session.execute(select(*asked)).one()
    return [what for what, is_over in zip(KEPT, found, strict=True) if is_over]


def _let_go(agency_id: int, what: str, before: datetime) -> int:
    """All that is over of one thing, a set at a time."""
    kept, total, found = KEPT[what], 0, CHUNK
    while found == CHUNK:
        with transaction() as session:
            # On record first: of some tables the database lets nothing go otherwise.
            noted = Swept(agency_id=agency_id, what=what, count=0, swept_at=clock.now())
            noted.before_at = before
            session.add(noted)
            session.flush()
            noted.count = found = _as_set(
                session.connection(), kept, _over(agency_id, kept, before)
            )
            if not found:
                session.delete(noted)
        total += found
    return total


def _over(agency_id: int, kept: Kept, before: datetime) -> Select[Any]:
    """The keys of the next rows that are over."""
    keys = kept.model.__table__.primary_key.columns
    wanted = select(*keys).where(kept.model.agency_id == agency_id, kept.over(before))
    if kept.sets:
        left = (getattr(kept.model, name) != MARKER for name in kept.sets)
        wanted = wanted.where(or_(*left))
    return wanted.order_by(*keys).limit(CHUNK)


def _as_set(connection: Any, kept: Kept, over: Select[Any]) -> int:
    of = tuple_(*kept.model.__table__.primary_key.columns).in_(over)
    values = {name: case((getattr(kept.model, name).is_not(None), MARKER)) for name in kept.sets}
    change = update(kept.model).values(values) if kept.sets else delete(kept.model)
    done: CursorResult[Any] = connection.execute(change.where(of))
    return done.rowcount
