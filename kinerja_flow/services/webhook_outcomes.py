"""What comes of an attempt to deliver: taken, tried again, given up; and its webhook paused."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.models import DEAD, TAKEN, WAITING, Delivery, Webhook
from kinerja_flow.services.officers import tell_officers
from kinerja_flow.webhooks import Sent

#: A delivery is given up after so many attempts, about a day after the first.
MOST_ATTEMPTS = 14
#: How long the next attempt waits: twice as long each time, up to the longest, less some chance.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
#: A webhook that took nothing for so long is paused when the next delivery is given up.
PATIENCE = timedelta(days=2)
#: The event of which HR hears.
PAUSED = "webhook.paused"
#: The other side says that it is no more.
GONE = 410


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which attempt it was of which delivery; they are numbered from 1."""

    delivery_id: UUID
    webhook_id: UUID
    number: int


def keep(session: Session, attempt: Attempt, sent: Sent) -> None:
    """Write what came of an attempt, unless the claim ran out and another one was made."""
    of = select(Webhook).where(Webhook.id == attempt.webhook_id).with_for_update()
    webhook = session.scalar(of)
    d, now = Delivery, clock.now()
    is_over = attempt.number >= MOST_ATTEMPTS or sent.status == GONE
    values: dict[str, Any] = {"problem": sent.problem, "status": sent.status}
    if sent.is_taken:
        values |= {"outcome": TAKEN, "ended_at": now}
    elif is_over:
        values |= {"outcome": DEAD, "ended_at": now}
    else:
        values |= {"try_at": now + wait_after(attempt.number)}
    mine = (d.id == attempt.delivery_id, d.attempts == attempt.number, d.outcome == WAITING)
    kept = session.connection().execute(update(d).where(*mine).values(**values))
    if webhook is None or kept.rowcount == 0:
        return  # HR ended the webhook meanwhile, or somebody else has sent it by now
    _mark(session, webhook, sent, is_over)


def wait_after(attempt: int) -> timedelta:
    """How long the attempt after this one waits: chance takes up to a half, so that what failed
    together does not come back together."""
    longest: timedelta = min(FIRST_WAIT * 2 ** min(attempt - 1, 16), LONGEST_WAIT)
    return longest * random.uniform(0.5, 1)  # nosec B311: no secret hangs on it


def _mark(session: Session, webhook: Webhook, sent: Sent, is_over: bool) -> None:
    """What an attempt says of its webhook: that it works, fails, or is to be paused."""
    now = clock.now()
    if sent.is_taken:
        webhook.failing_since = None
        return
    webhook.failing_since = webhook.failing_since or now
    is_hopeless = sent.status == GONE or webhook.failing_since <= now - PATIENCE
    if is_over and is_hopeless and webhook.paused_at is None:
        webhook.paused_at = now
        tell_officers(session, webhook.agency_id, PAUSED, but=None)
