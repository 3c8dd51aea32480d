"""What was sent to a webhook, what waits, what was given up, and for HR sending it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow import clock
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Conflict, NotFound
from kinerja_flow.models import WAITING, Delivery
from kinerja_flow.policy import Actor, only_hr, only_readers
from kinerja_flow.services.webhooks import found

MOST = 100


@dataclass(frozen=True, slots=True)
class DeliverySeen:
    """One event for one webhook, as HR sees it: how often it was attempted, and what came of the
    last time."""

    id: UUID
    event: str
    at: datetime
    data: Mapping[str, Any]
    outcome: str
    attempts: int
    problem: str | None
    status: int | None
    try_at: datetime | None
    ended_at: datetime | None


def deliveries(
    actor: Actor,
    webhook_id: UUID,
    outcome: str | None = None,
    *,
    after: UUID | None = None,
    most: int = MOST,
) -> list[DeliverySeen]:
    """What was or is to be sent to a webhook, newest first, from below the delivery `after`; of
    one outcome, or of all."""
    only_readers(actor, "webhook")
    d = Delivery
    with reading() as session:
        of = select(d).where(d.webhook_id == found(session, actor, webhook_id).id)
        of = of if outcome is None else of.where(d.outcome == outcome)
        of = of if after is None else of.where(d.id < after)
        listed = of.order_by(d.id.desc()).limit(max(1, min(most, MOST + 1)))
        return [_seen(row) for row in session.scalars(listed)]


def replay(actor: Actor, webhook_id: UUID, delivery_id: UUID) -> DeliverySeen:
    """Send a delivery again, under the same id: at once, and with all attempts before it.

    Conflict for one that still waits for its next attempt. HR alone.
    """
    only_hr(actor, "webhook")
    d = Delivery
    with transaction() as session:
        hook = found(session, actor, webhook_id, to_change=True)
        of = (d.webhook_id == hook.id, d.id == delivery_id)
        row = session.scalar(select(d).where(*of).with_for_update())
        if row is None:
            raise NotFound.of("no_such_delivery", "delivery")
        if row.outcome == WAITING:
            raise Conflict.of("delivery_waits", "delivery")
        row.outcome, row.attempts, row.ended_at = WAITING, 0, None
        row.try_at = clock.now()
        session.flush()
        return _seen(row)


def _seen(row: Delivery) -> DeliverySeen:
    said = (row.id, row.event, row.at, row.data, row.outcome, row.attempts, row.problem, row.status)
    return DeliverySeen(*said, row.try_at if row.outcome == WAITING else None, row.ended_at)
