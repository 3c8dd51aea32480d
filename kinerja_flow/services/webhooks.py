"""Webhooks: HR says which addresses hear of the agency's events, and changes or ends that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.config import Settings
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Blocker, Conflict, Invalid, NotFound, Refused
from kinerja_flow.models import DEAD, WAITING, Delivery, Webhook
from kinerja_flow.policy import Actor, only_hr, only_readers
from kinerja_flow.services.webhook_forms import FORM
from kinerja_flow.webhooks import Destinations, new_secret, sealed, wrong_with

#: No agency has more: each event is written once for each.
MOST_WEBHOOKS = 20
#: After a new secret was drawn, what is sent is signed with the one before as well, so long.
OVERLAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A webhook's new secret, which is never shown again, and until when the former one signs."""

    id: UUID
    secret: str
    former_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WebhookSeen:
    """A webhook as HR sees it; `waiting` and `dead` are how many deliveries wait or were given
    up."""

    id: UUID
    name: str
    url: str
    events: tuple[str, ...]
    created_at: datetime
    former_until: datetime | None
    failing_since: datetime | None
    paused_at: datetime | None
    waiting: int
    dead: int


def subscribe(actor: Actor, entry: Mapping[str, Any], settings: Settings) -> WithSecret:
    """A new webhook; its secret is answered this once. It hears of what happens from now on.

    Raises Invalid for an address to which nothing could ever be sent, Refused without a secret key
    of the installation, under which the secret could be kept. HR alone.
    """
    only_hr(actor, "webhook")
    values = _read(entry, settings)
    with transaction() as session:
        secret = new_secret()
        _refuse_many(session, actor)
        webhook = Webhook(
            agency_id=actor.agency_id,
            **values,
            secret=_kept(secret, settings),
            created_by=actor.person_id,
            created_at=clock.now(),
        )
        session.add(webhook)
        session.flush()
        return WithSecret(webhook.id, secret)


def _read(entry: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    values, wrong = FORM.read(entry)
    if "url" in values and (why := wrong_with(values["url"], Destinations.of(settings))):
        wrong.append(_barred(why, values["url"], settings))
    if wrong:
        raise Invalid(wrong)
    return {**values, "events": sorted(set(values["events"]))}


def _barred(why: str, url: str, settings: Settings) -> Blocker:
    if why == "port":
        return Blocker("webhook_port", "url", params={"ports": settings.webhook_ports})
    if why == "insecure":
        return Blocker("webhook_insecure", "url")
    return Blocker("webhook_address", "url", params={"url": url})


def _refuse_many(session: Session, actor: Actor) -> None:
    of = select(func.count()).where(Webhook.agency_id == actor.agency_id)
    if session.scalars(of).one() >= MOST_WEBHOOKS:
        raise Refused.of("webhooks_too_many", "webhook", most=MOST_WEBHOOKS)


def _kept(secret: str, settings: Settings) -> str:
    if not settings.secret_key:
        raise Refused.of("secret_key_missing", "webhook")
    return sealed(secret, settings.secret_key)


def change(
    actor: Actor, webhook_id: UUID, entry: Mapping[str, Any], settings: Settings
) -> WebhookSeen:
    """Change name, address and events. What waits already goes to the new address. HR alone."""
    only_hr(actor, "webhook")
    values = _read(entry, settings)
    with transaction() as session:
        webhook = found(session, actor, webhook_id, to_change=True)
        for name, value in values.items():
            setattr(webhook, name, value)
        session.flush()
        return _seen(session, [webhook])[0]


def rotate(actor: Actor, webhook_id: UUID, settings: Settings) -> WithSecret:
    """A new secret, answered this once. For a day what is sent is signed with the former one too,
    so that nothing is refused while the other side changes over; HR alone."""
    only_hr(actor, "webhook")
    with transaction() as session:
        webhook = found(session, actor, webhook_id, to_change=True)
        secret, until = new_secret(), clock.now() + OVERLAP
        webhook.former_secret, webhook.former_until = webhook.secret, until
        webhook.secret = _kept(secret, settings)
        return WithSecret(webhook.id, secret, until)


def resume(actor: Actor, webhook_id: UUID) -> WebhookSeen:
    """Send again after a pause; what waited is due at once. Conflict where it is not paused."""
    only_hr(actor, "webhook")
    with transaction() as session:
        webhook = found(session, actor, webhook_id, to_change=True)
        if webhook.paused_at is None:
            raise Conflict.of("webhook_runs", "webhook")
        webhook.paused_at = webhook.failing_since = None
        waits = (Delivery.webhook_id == webhook.id, Delivery.outcome == WAITING)
        session.execute(update(Delivery).where(*waits).values(try_at=clock.now()))
        session.flush()
        return _seen(session, [webhook])[0]


def end(actor: Actor, webhook_id: UUID) -> None:
    """End a webhook, with all that was to be sent to it. HR alone."""
    only_hr(actor, "webhook")
    with transaction() as session:
        webhook = found(session, actor, webhook_id, to_change=True)
        session.execute(delete(Delivery).where(Delivery.webhook_id == webhook.id))
        session.delete(webhook)


def webhooks_of(actor: Actor) -> list[WebhookSeen]:
    """The agency's webhooks, oldest first, for HR and auditors. Two queries, for any number."""
    only_readers(actor, "webhook")
    with reading() as session:
        of = select(Webhook).where(Webhook.agency_id == actor.agency_id).order_by(Webhook.id)
        return _seen(session, session.scalars(of).all())


def webhook(actor: Actor, webhook_id: UUID) -> WebhookSeen:
    """One of the agency's webhooks, for HR and auditors. Raises NotFound, Forbidden."""
    only_readers(actor, "webhook")
    with reading() as session:
        return _seen(session, [found(session, actor, webhook_id)])[0]


def found(session: Session, actor: Actor, webhook_id: UUID, *, to_change: bool = False) -> Webhook:
    """The agency's webhook, locked against other changes where it is to change; NotFound for any
    other."""
    of = (Webhook.agency_id == actor.agency_id, Webhook.id == webhook_id)
    sought = select(Webhook).where(*of)
    row = session.scalar(sought.with_for_update() if to_change else sought)
    if row is None:
        raise NotFound.of("no_such_webhook", "webhook")
    return row


def _seen(session: Session, rows: Iterable[Webhook]) -> list[WebhookSeen]:
    listed = list(rows)
    counts = _counts(session, [row.id for row in listed])
    return [
        WebhookSeen(
            *(row.id, row.name, row.url, tuple(row.events), row.created_at, row.former_until),
            *(row.failing_since, row.paused_at),
            *(counts.get((row.id, outcome), 0) for outcome in (WAITING, DEAD)),
        )
        for row in listed
    ]


def _counts(session: Session, ids: list[UUID]) -> Mapping[tuple[UUID, str], int]:
    d = Delivery
    of = (d.webhook_id.in_(ids), d.outcome.in_((WAITING, DEAD)))
    counted = select(d.webhook_id, d.outcome, func.count()).where(*of)
    return {(i, o): n for i, o, n in session.execute(counted.group_by(d.webhook_id, d.outcome))}
