"""From what happened to what is sent: each event becomes a delivery for each webhook that asked.

The database notes every event of the history in the transaction of its act; what is noted here is
taken away in the transaction that writes the deliveries. So nothing is missed however long an act
takes to commit, and nothing told twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, delete, exists, insert, select, tuple_
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import new_id, transaction
from kinerja_flow.models import (
    COUNTED,
    Case,
    Cycle,
    Delivery,
    FollowUp,
    HistoryEvent,
    Objection,
    Webhook,
    WebhookEvent,
)
from kinerja_flow.services.webhook_types import LAUNCHED, Happened
from kinerja_flow.workflow import DEFINITIONS

#: As many events are told of in one transaction.
CHUNK = 500
_H, _E = HistoryEvent, WebhookEvent


def note_launch(session: Session, cycle: Cycle) -> None:
    """Note that appraisals of a cycle were opened, where its agency has a webhook."""
    if session.scalar(select(exists().where(Webhook.agency_id == cycle.agency_id))):
        of = {"agency_id": cycle.agency_id, "year": cycle.year, "cycle_id": cycle.id}
        session.add(WebhookEvent(**of, at=clock.now()))


def tell() -> int:
    """Make a delivery of every event noted so far, for each webhook that asked for it; how many.

    Safe when several run: each takes events that no other one holds.
    """
    told = 0
    while True:
        with transaction() as session:
            first = select(_E.__table__).order_by(_E.id).limit(CHUNK)
            noted = session.execute(first.with_for_update(skip_locked=True)).all()
            told += _told(session, noted)
        if len(noted) < CHUNK:
            return told


def _told(session: Session, noted: Sequence[Any]) -> int:
    if not noted:
        return 0
    rows = list(_deliveries(session, noted))
    if rows:
        session.execute(insert(Delivery), rows)
    session.execute(delete(_E).where(_E.id.in_([event.id for event in noted])))
    return len(rows)


def _deliveries(session: Session, noted: Sequence[Any]) -> Iterator[dict[str, Any]]:
    listening = _listening(session, {event.agency_id for event in noted})
    for agency_id, at, event, data in _happened(session, noted):
        for webhook in listening[agency_id]:
            if event in webhook.events and at >= webhook.created_at:
                of = {"id": new_id(), "agency_id": agency_id, "webhook_id": webhook.id}
                yield {**of, "event": event, "at": at, "data": data, "try_at": clock.now()}


def _listening(session: Session, agencies: set[int]) -> Mapping[int, list[Any]]:
    w = Webhook
    columns = (w.agency_id, w.id, w.events, w.created_at)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(select(*columns).where(w.agency_id.in_(agencies)).order_by(w.id)):
        found[row.agency_id].append(row)
    return found


def _happened(session: Session, noted: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Agency, instant, type and data of what is told of these events."""
    for event in noted:
        if event.cycle_id is not None:
            data = {"cycle_id": str(event.cycle_id), "year": event.year}
            yield event.agency_id, event.at, LAUNCHED, data
    keys = [(e.agency_id, e.year, e.case_id, e.seq) for e in noted if e.case_id is not None]
    for row in session.execute(_of_history(keys)) if keys else ():
        happened = Happened(row, DEFINITIONS.get(session, row.definition))
        if not happened.is_secret:
            for event in happened.types():
                yield row.agency_id, row.at, event, happened.data()


def _of_history(keys: Sequence[tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The events of the history under these keys, with what their cases are; none of practice."""
    case, key = (Case.agency_id, Case.year, Case.id), (_H.agency_id, _H.year, _H.case_id)
    columns: tuple[Any, ...] = (
        *key,
        _H.seq,
        _H.at,
        _H.action,
        _H.capacity,
        _H.from_state,
        _H.to_state,
    )
    columns += (_H.definition, _H.change, Case.cycle_id, Case.kind, Case.parent_id)
    o, f = Objection, FollowUp
    return (
        select(*columns, Case.subject_id, o.level.label("objection"), f.key.label("follow_up"))
        .join(Case, tuple_(*case) == tuple_(*key))
        .outerjoin(o, tuple_(o.agency_id, o.year, o.case_id) == tuple_(*key))
        .outerjoin(f, tuple_(f.agency_id, f.year, f.case_id) == tuple_(*key))
        .where(tuple_(*key, _H.seq).in_(keys), Case.cycle_id.in_(COUNTED))
        .order_by(_H.at, _H.case_id, _H.seq)
    )
