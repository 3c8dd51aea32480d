"""Notifications for somebody: their own, and those of the officials for whom they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session

from kinerja_flow.clock import Calendar
from kinerja_flow.db import reading
from kinerja_flow.models import Agency, Case, Notification, Participant, Person
from kinerja_flow.policy import Actor, Grant
from kinerja_flow.policy.grants import DELEGABLE
from kinerja_flow.services.event_words import event_label
from kinerja_flow.workflow import DEFINITIONS
from kinerja_flow.workflow.naming import term, worded
from workflows.definition import Label

#: As many notifications are read at a time.
PAGE = 50
#: Where the page before ended: the instant and id of its last notification.
Cursor = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to hear of: the event on a case, or (None) in the agency's own affairs.
    `on_behalf_of_id` is the absent official to whom it was sent, None for the actor's own."""

    id: UUID
    case_id: UUID | None
    seq: int | None
    event: str
    event_label: Label
    sentence: Label
    created_at: datetime
    on_behalf_of_id: UUID | None

    @property
    def cursor(self) -> Cursor:
        return self.created_at, self.id


def notifications_for(
    actor: Actor, *, after: Cursor | None = None, most: int = PAGE
) -> list[Notice]:
    """The actor's notifications, newest first, and those of whoever they stand in for today.

    Of the latter only what came in the days of the grant and concerns a case in which the absent
    official holds an office that is delegated: never their own appraisal, nor one in which the
    actor is appraised or takes part otherwise. Two queries, however many there are.
    """
    n = Notification
    with reading() as session:
        zone = session.scalars(select(Agency.zone).where(Agency.id == actor.agency_id)).one()
        lent = [_lent(actor, grant, Calendar(zone)) for grant in actor.grants]
        wanted = or_(n.recipient_id == actor.person_id, *lent)
        page = _newest().where(n.agency_id == actor.agency_id, wanted)
        if after is not None:
            page = page.where(tuple_(n.created_at, n.id) < tuple_(*after))
        rows = session.execute(page.limit(max(1, min(most, PAGE))))
        return [_notice(session, actor, row) for row in rows]


def _newest() -> Select[Any]:
    n = Notification
    columns: tuple[Any, ...] = (n.id, n.case_id, n.seq, n.event, n.created_at, n.recipient_id)
    about: tuple[Any, ...] = (Case.digest, Person.name.label("subject"))
    of_case = and_(Case.agency_id == n.agency_id, Case.year == n.year, Case.id == n.case_id)
    of_person = and_(Person.agency_id == n.agency_id, Person.id == Case.subject_id)
    newest = (n.created_at.desc(), n.id.desc())
    told = select(*columns, *about).outerjoin(Case, of_case)
    return told.outerjoin(Person, of_person).order_by(*newest)


def _lent(actor: Actor, grant: Grant, calendar: Calendar) -> ColumnElement[bool]:
    """Sent to the absent official in the days of the grant, as holder of a delegated office."""
    n = Notification
    return and_(
        n.recipient_id == grant.absent_id,
        n.created_at >= calendar.end_of(grant.from_on - timedelta(days=1)),
        n.created_at < calendar.end_of(grant.until_on),
        Case.subject_id.not_in((grant.absent_id, actor.person_id)),
        _takes_part(grant.absent_id, Participant.relation.in_(DELEGABLE)),
        ~_takes_part(actor.person_id, Participant.relation.not_in(DELEGABLE)),
    )


def _takes_part(person_id: UUID | None, how: ColumnElement[bool]) -> ColumnElement[bool]:
    p = Participant
    of_case = p.case_id.in_((Case.id, Case.parent_id))
    here = and_(p.agency_id == Case.agency_id, p.year == Case.year, of_case)
    return exists().where(here, p.person_id == person_id, p.until_at.is_(None), how)


def _notice(session: Session, actor: Actor, row: Any) -> Notice:
    own = row.recipient_id == actor.person_id
    behind = None if own else row.recipient_id
    label, sentence = _words(session, row)
    said = (row.event, label, sentence, row.created_at, behind)
    return Notice(row.id, row.case_id, row.seq, *said)


def _words(session: Session, row: Any) -> tuple[Label, Label]:
    """What the event is called; and the same in a sentence, with what it is about and whom."""
    kind, _, event = row.event.partition(".")
    if row.digest is None:
        alone = term("event", kind) or Label(row.event, row.event)
        return alone, alone
    definition = DEFINITIONS.get(session, row.digest)
    label, subject = event_label(definition, kind, event), Label(row.subject, row.subject)
    machine = definition.machines[kind]
    return label, worded("notice.of_case", kind=machine.label, subject=subject, event=label)
