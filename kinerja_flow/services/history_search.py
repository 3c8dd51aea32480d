"""What was done in an agency, found by year, day, employee or case: for HR and auditors.

Acts of those who rate anonymously in any template of the agency are left out, whoever looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import reading
from kinerja_flow.documents.tables import TEXT, Column, Table, write_csv, write_xlsx
from kinerja_flow.errors import Refused
from kinerja_flow.models import (
    COUNTED,
    Agency,
    Case,
    Cycle,
    HistoryEvent,
    Person,
    TemplateVersion,
)
from kinerja_flow.policy import Actor, only_readers
from kinerja_flow.services.case_history import Event, told
from kinerja_flow.services.exports import MESSAGES
from kinerja_flow.services.reports import definitions_of

MOST = 100
#: A file holds no more acts: whoever needs more asks for fewer days at a time.
MOST_IN_FILE = 100_000
_COLUMNS = ("at", "whose", "case", "act", "who", "capacity", "from_state", "to_state")


class Place(NamedTuple):
    """Where in the order of the acts one stands."""

    at: datetime
    case_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class Sought:
    """Which acts are wanted: of cycles of a year, from a day through a day (in the agency's zone),
    in appraisals of an employee, or in one case."""

    year: int
    from_on: date | None = None
    until_on: date | None = None
    subject_id: UUID | None = None
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An act, with the names of whose case it was in and who did it (None: time, or the system)."""

    case_id: UUID
    subject: str
    who: str | None
    event: Event

    @property
    def place(self) -> Place:
        return Place(self.event.at, self.case_id, self.event.seq)


def search(
    actor: Actor, sought: Sought, *, after: Place | None = None, most: int = MOST
) -> list[Found]:
    """Acts of the agency, newest first, from behind a place. A fixed number of queries."""
    only_readers(actor, "history")
    h = HistoryEvent
    with reading() as session:
        found = _matching(session, actor, sought)
        if after is not None:
            found = found.where(h.at <= after.at, tuple_(h.at, h.case_id, h.seq) < tuple_(*after))
        rows = session.execute(found.limit(max(1, min(most, MOST + 1)))).all()
        return list(_told(session, rows))


def export(actor: Actor, sought: Sought, form: str, into: BinaryIO, language: str = "id") -> int:
    """The same acts as a table (csv or xlsx) without live formulas, at the times of the agency's
    zone; how many rows it has. Refused where there are more than a file holds."""
    only_readers(actor, "history")
    with reading() as session:
        found, zone = _matching(session, actor, sought), ZoneInfo(_zone(session, actor))
        _refuse_many(session, found)
        rows = session.execute(found.execution_options(yield_per=1000))
        table = Table(
            title=MESSAGES.say("kind.history", language),
            columns=[Column(MESSAGES.say(name, language), TEXT) for name in _COLUMNS],
            rows=(_line(one, zone, language) for part in rows.partitions()
                  for one in _told(session, part)),
            made_at=clock.now(),
            exact=MESSAGES.say("exact", language),
        )  # fmt: skip
        return write_xlsx(table, into) if form == "xlsx" else write_csv(table, into)


def _refuse_many(session: Session, found: Select[Any]) -> None:
    """A file that ends early would pass for all there is."""
    places = found.with_only_columns(HistoryEvent.seq).order_by(None).limit(MOST_IN_FILE + 1)
    count = session.scalars(select(func.count()).select_from(places.subquery())).one()
    if count > MOST_IN_FILE:
        raise Refused.of("history_too_long", "history", most=MOST_IN_FILE)


def years(actor: Actor) -> list[int]:
    """The years of the agency's cycles, newest first."""
    only_readers(actor, "history")
    found = select(Cycle.year).where(Cycle.agency_id == actor.agency_id).distinct()
    with reading() as session:
        return list(session.scalars(found.order_by(Cycle.year.desc())))


def _matching(session: Session, actor: Actor, sought: Sought) -> Select[Any]:
    h, who = HistoryEvent, aliased(Person)
    of_case = and_(Case.agency_id == h.agency_id, Case.year == h.year, Case.id == h.case_id)
    subject = and_(Person.agency_id == Case.agency_id, Person.id == Case.subject_id)
    by = and_(who.agency_id == h.agency_id, who.id == h.actor_id)
    columns: tuple[Any, ...] = (h, Case.kind, Person.name, who.name)
    found: Select[Any] = (
        select(*columns)
        .join(Case, of_case)
        .join(Person, subject)
        .outerjoin(who, by)
        .where(h.agency_id == actor.agency_id, h.year == sought.year, Case.cycle_id.in_(COUNTED))
        .where(h.capacity.not_in(_anonymous(session, actor)), *_narrowed(session, actor, sought))
    )
    return found.order_by(h.at.desc(), h.case_id.desc(), h.seq.desc())


def _narrowed(session: Session, actor: Actor, sought: Sought) -> Iterator[Any]:
    h = HistoryEvent
    here = Calendar(_zone(session, actor))
    if sought.from_on is not None:
        yield h.at >= here.end_of(sought.from_on - timedelta(days=1))
    if sought.until_on is not None:
        yield h.at < here.end_of(sought.until_on)
    if sought.subject_id is not None:
        yield Case.subject_id == sought.subject_id
    if sought.case_id is not None:
        yield h.case_id == sought.case_id


def _zone(session: Session, actor: Actor) -> str:
    return session.scalars(select(Agency.zone).where(Agency.id == actor.agency_id)).one()


def _anonymous(session: Session, actor: Actor) -> set[str]:
    """The relations that are anonymous in some template which the agency has or had."""
    used = [model.digest for model in (Cycle, TemplateVersion)]
    digests = {
        digest
        for column in used
        for digest in session.scalars(
            select(column).where(column.class_.agency_id == actor.agency_id).distinct()
        )
    }
    uses = (one.relations.values() for one in definitions_of(session, digests).values())
    return {use.name for found in uses for use in found if use.anonymous}


def _told(session: Session, rows: Iterable[Any]) -> Iterator[Found]:
    listed = list(rows)
    known = definitions_of(session, {row[0].definition for row in listed})
    for row, kind, subject, who in listed:
        yield Found(row.case_id, subject, who, told(known[row.definition], kind, row))


def _line(found: Found, zone: ZoneInfo, language: str) -> list[str | None]:
    event = found.event
    labels = (
        *(event.action_label, event.capacity_label),
        *(event.from_state_label, event.to_state_label),
    )
    act, capacity, before, after = (one(language) if one else None for one in labels)
    about = [event.at.astimezone(zone).isoformat(), found.subject, str(found.case_id)]
    return [*about, act, found.who, capacity, before, after]
