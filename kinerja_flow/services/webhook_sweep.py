"""The sweep of webhooks: what is due is sent, at least once, until it is taken or given up.

A delivery is claimed in a transaction of its own, sent outside of any, and what came of it written
in another. A process that dies between leaves a claim that runs out: then it is sent again.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.config import Settings
from kinerja_flow.db import transaction
from kinerja_flow.models import WAITING, Delivery, Webhook
from kinerja_flow.services.webhook_events import tell
from kinerja_flow.services.webhook_outcomes import Attempt, keep
from kinerja_flow.webhooks import Message, Sent, Unsealable, send, unsealed

#: A claim counts as lost so long after the time that a delivery may take.
SPARE = timedelta(minutes=1)
#: What has ended is kept so long, to look at and to send again.
KEPT = timedelta(days=30)


@dataclass(slots=True)
class Round:
    """How many deliveries of a sweep were taken, and how many attempts failed."""

    sent: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class _Claim:
    """A delivery that is ours until its claim runs out."""

    id: UUID
    webhook_id: UUID
    attempt: int
    event: str
    at: datetime
    data: Mapping[str, Any]
    url: str
    secret: str
    former_secret: str | None

    @property
    def attempted(self) -> Attempt:
        return Attempt(self.id, self.webhook_id, self.attempt)


def deliver(
    settings: Settings, *, most: int = 1_000, goes_on: Callable[[], bool] = lambda: True
) -> Round:
    """Send what is due, webhook by webhook in turn; one that fails is left alone until the next
    sweep, so that it holds up nobody else. Safe when several run, and when one dies.
    """
    tell()
    done, asked = Round(), _due()
    while asked and done.sent < most and goes_on():
        webhook_id = asked.pop(0)
        is_taken = _deliver_one(webhook_id, settings)
        if is_taken:
            done.sent += 1
            asked.append(webhook_id)
        elif is_taken is not None:
            done.failed += 1
    return done


def _due() -> list[UUID]:
    """The webhooks that have something due; what ended long ago is forgotten on the way."""
    d = Delivery
    mine = exists().where(d.webhook_id == Webhook.id, d.outcome == WAITING, d.try_at <= clock.now())
    with transaction() as session:
        session.execute(delete(d).where(d.ended_at < clock.now() - KEPT))
        of = select(Webhook.id).where(Webhook.paused_at.is_(None), mine)
        found = list(session.scalars(of.order_by(Webhook.id)))
    random.shuffle(found)  # nosec B311: no secret hangs on it
    return found


def _deliver_one(webhook_id: UUID, settings: Settings) -> bool | None:
    """Whether what has been due longest was taken; None where nothing is due any more."""
    with transaction() as session:
        claim = _claimed(session, webhook_id, settings)
    if claim is None:
        return None
    sent = _sent(claim, settings)
    with transaction() as session:
        keep(session, claim.attempted, sent)
    return sent.is_taken


def _claimed(session: Session, webhook_id: UUID, settings: Settings) -> _Claim | None:
    d, w, now = Delivery, Webhook, clock.now()
    columns = (d.id, d.webhook_id, d.attempts + 1, d.event, d.at, d.data, w.url, w.secret)
    former = select(w.former_secret).where(w.id == webhook_id, w.former_until > now)
    due = (
        select(*columns, former.scalar_subquery())
        .join(w, w.id == d.webhook_id)
        .where(w.id == webhook_id, w.paused_at.is_(None), d.outcome == WAITING, d.try_at <= now)
        .order_by(d.try_at, d.id)
        .limit(1)
        .with_for_update(of=d, skip_locked=True)
    )
    row = session.execute(due).one_or_none()
    if row is None:
        return None
    claim = _Claim(*row)
    until = now + timedelta(seconds=settings.webhook_seconds) + SPARE
    mine = update(d).where(d.id == claim.id)
    session.execute(mine.values(attempts=claim.attempt, try_at=until))
    return claim


def _sent(claim: _Claim, settings: Settings) -> Sent:
    kept = [one for one in (claim.secret, claim.former_secret) if one is not None]
    try:
        secrets = [unsealed(one, settings.secret_key) for one in kept]
    except Unsealable:
        return Sent("secret")
    said = {"type": claim.event, "timestamp": _written(claim.at), "data": claim.data}
    body = json.dumps(said, sort_keys=True)
    return send(Message(claim.url, str(claim.id), clock.now(), body, secrets), settings)


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
