"""Texts that officers redacted, and how long what need not be kept for ever is kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Digest, Key, Name
from kinerja_flow.models.organisation import OfAgency, within_agency
from kinerja_flow.models.plans import one_of

#: Why a text is redacted. A code: the reason itself would tell what was there.
GROUNDS = ("personal_data", "about_others", "unlawful", "requested", "court", "mistaken")


class Redaction(OfAgency, Base):
    """That an HR officer wants a free text redacted; the officer who makes up the number does it.

    `place` is the table and `row` the key of the row that the text stands in, `sha256` that of the
    text, which is in no table any more. The database refuses to change or delete one.
    """

    __tablename__ = "redactions"
    __table_args__ = (
        within_agency("officer_id", "people"),
        one_of("ground", GROUNDS),
        UniqueConstraint(
            *("agency_id", "place", "row", "field", "sha256", "ground", "officer_id", "is_done"),
            name="uq_redactions_wish",
        ),
    )
    place: Mapped[Key]
    row: Mapped[Name]
    field: Mapped[Key]
    sha256: Mapped[Digest]
    ground: Mapped[Key]
    officer_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    is_done: Mapped[bool]


class Retention(Base):
    """For how many days an agency keeps something, in place of the usual time."""

    __tablename__ = "retentions"
    __table_args__ = (
        within_agency("set_by", "people"),
        CheckConstraint("days > 0", name="days"),
    )
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    what: Mapped[Key] = mapped_column(primary_key=True)
    days: Mapped[int]
    set_by: Mapped[UUID]
    set_at: Mapped[datetime]


class Swept(OfAgency, Base):
    """That so many rows of something were over, and went, in one sweep: those before an instant,
    where the database asks for that before it lets any go."""

    __tablename__ = "swept"
    what: Mapped[Key]
    count: Mapped[int]
    swept_at: Mapped[datetime]
    before_at: Mapped[datetime | None]
