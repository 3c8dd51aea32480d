"""What every act leaves behind: history, statements, notifications, deadlines, idempotency keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Digest, Key, Name, Text, Words, Year, new_id
from kinerja_flow.models.cases import OfCase
from kinerja_flow.models.plans import one_of
from kinerja_flow.models.substitution import OnBehalf


class HistoryEvent(OfCase, OnBehalf, Base):
    """One change of a case; `seq` is the version it led to. The database refuses to change it.

    `change` holds ids, codes, exact values and hashes, never free text or names. `capacity` is
    the relation in which the actor stood, `definition` the one the act was decided under.
    """

    __tablename__ = "history"
    also = (Index("ix_history_at", "agency_id", "year", "at"),)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    action: Mapped[Key]
    actor_id: Mapped[UUID | None]
    capacity: Mapped[Key]
    from_state: Mapped[Key | None]
    to_state: Mapped[Key]
    definition: Mapped[Digest]
    change: Mapped[dict[str, Any]]


class Statement(OfCase, Base):
    """A value or text that somebody gave with an act, as the template's `takes` asked for it.

    The text can be redacted by a recorded act; its SHA-256 stays, here and in the history.
    """

    __tablename__ = "statements"
    seq: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[Key] = mapped_column(primary_key=True)
    action: Mapped[Key]
    actor_id: Mapped[UUID | None]
    capacity: Mapped[Key]
    said_at: Mapped[datetime]
    value: Mapped[Words | None]
    text: Mapped[Text | None]
    sha256: Mapped[Digest | None]


class Notification(Base):
    """A line of the outbox: somebody is to hear of an event. Nothing goes out before the commit.

    An event that concerns no case, but the agency's own affairs, has neither year, case nor seq.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_recipient", "agency_id", "recipient_id", "created_at"),
        Index(
            "ix_outbox_unsent",
            "created_at",
            sqlite_where=Column("sent_at").is_(None),
            postgresql_where=Column("sent_at").is_(None),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[int]
    year: Mapped[Year | None]
    case_id: Mapped[UUID | None]
    seq: Mapped[int | None]
    event: Mapped[Name]
    recipient_id: Mapped[UUID]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


DEADLINE_KINDS = ("remind", "escalate", "action")


class Deadline(OfCase, Base):
    """A due instant of a case: a reminder, an escalation, or an act of the clock.

    `seq` is the version that set it running. It is done once `fired_at` is set, in the same
    transaction as its effect; leaving the state removes those that are left.
    """

    __tablename__ = "deadlines"
    also = (
        one_of("kind", DEADLINE_KINDS),
        Index(
            "ix_deadlines_due",
            "try_at",
            sqlite_where=Column("fired_at").is_(None),
            postgresql_where=Column("fired_at").is_(None),
        ),
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Key]
    action: Mapped[Key | None]
    to: Mapped[list[Any]]
    due_at: Mapped[datetime]
    try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[Key | None]
    fired_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """The answer to a request that may be sent again; `request` is the SHA-256 of what it asked.

    Those about a case go with its sealed answers when a stage closes.
    """

    __tablename__ = "idempotency_keys"
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[Key] = mapped_column(primary_key=True)
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    request: Mapped[Digest]
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
