"""Whom other systems' programs tell us to call, what is to be told, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Key, Name, Year, new_id
from kinerja_flow.models.organisation import OfAgency, within_agency
from kinerja_flow.models.plans import one_of

#: What may become of a delivery: it waits for its (next) attempt, was taken, or was given up.
WAITING, TAKEN, DEAD = "waiting", "taken", "dead"


class Webhook(OfAgency, Base):
    """An address that hears of an agency's events. Its secrets are kept encrypted.

    `failing_since` is when an attempt failed first with none taken since. While it is paused
    nothing is sent, and what is to be sent waits.
    """

    __tablename__ = "webhooks"
    __table_args__ = (within_agency("created_by", "people"),)
    name: Mapped[Name]
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[Any]]
    secret: Mapped[str] = mapped_column(String(300))
    former_secret: Mapped[str | None] = mapped_column(String(300))
    former_until: Mapped[datetime | None]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]


class WebhookEvent(Base):
    """An event that an agency's webhooks have not been given yet: of a case, or of a cycle.

    The database itself adds a row for each event of the history, in the transaction of the act,
    where the agency has a webhook; the sweep takes it away.
    """

    __tablename__ = "webhook_events"
    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    agency_id: Mapped[int]
    year: Mapped[Year]
    case_id: Mapped[UUID | None]
    seq: Mapped[int | None]
    cycle_id: Mapped[UUID | None]
    at: Mapped[datetime]


class Delivery(Base):
    """One event for one webhook. Its id is the `webhook-id`, the same for every attempt.

    `try_at` is when it may be attempted next: while an attempt is under way, when that counts as
    lost. `data` holds ids and codes.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        one_of("outcome", (WAITING, TAKEN, DEAD)),
        Index(
            "ix_webhook_deliveries_due",
            *("webhook_id", "try_at"),
            sqlite_where=Column("outcome") == WAITING,
            postgresql_where=Column("outcome") == WAITING,
        ),
        Index("ix_webhook_deliveries_of", "webhook_id", "outcome", "id"),
        Index("ix_webhook_deliveries_ended", "ended_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[int]
    webhook_id: Mapped[UUID]
    event: Mapped[Key]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    outcome: Mapped[Key] = mapped_column(default=WAITING)
    try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[Key | None]
    status: Mapped[int | None]
    ended_at: Mapped[datetime | None]
