"""Template versions, the definitions they come to, and the cycles that pin one of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Digest, Key, Name, Year
from kinerja_flow.models.organisation import OfAgency, within_agency


class StoredDefinition(Base):
    """A definition in canonical form under its own SHA-256; the database refuses to change one."""

    __tablename__ = "definitions"
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    canonical: Mapped[str] = mapped_column(Text)


class TemplateVersion(OfAgency, Base):
    """A published template, numbered: the text that HR wrote. The database refuses to change it."""

    __tablename__ = "template_versions"
    __table_args__ = (
        UniqueConstraint("agency_id", "key", "number"),
        UniqueConstraint("agency_id", "id"),
        within_agency("published_by", "people"),
    )
    key: Mapped[Key]
    number: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[Digest] = mapped_column(ForeignKey("definitions.digest"))
    published_at: Mapped[datetime]
    published_by: Mapped[UUID | None]


class Cycle(OfAgency, Base):
    """A year's appraisal: a template version with the agency's choices, and what they came to.

    `digest` is the definition with the cycle's settings filled in. `windows` holds the first and
    last day of each window; `days_off` the calendar as it stood when the cycle was opened.
    A practice twin (`practice_of`) is somebody's trial of a cycle, and counts for nothing.
    """

    __tablename__ = "cycles"
    __table_args__ = (
        UniqueConstraint("agency_id", "year", "id"),
        within_agency("template_id", "template_versions"),
        ForeignKeyConstraint(
            ["agency_id", "year", "practice_of"], ["cycles.agency_id", "cycles.year", "cycles.id"]
        ),
        within_agency("practised_by", "people"),
        CheckConstraint("(practice_of IS NULL) = (practised_by IS NULL)", name="practice"),
        Index("ix_cycles_practice", "practice_of", "practised_by"),
    )
    year: Mapped[Year]
    name: Mapped[Name]
    template_id: Mapped[UUID]
    digest: Mapped[Digest] = mapped_column(ForeignKey("definitions.digest"))
    settings: Mapped[dict[str, Any]]
    windows: Mapped[dict[str, Any]]
    days_off: Mapped[list[Any]]
    from_on: Mapped[date]
    until_on: Mapped[date]
    opened_at: Mapped[datetime]
    practice_of: Mapped[UUID | None]
    practised_by: Mapped[UUID | None]


#: The ids of the cycles that count: in a practice twin somebody only practises.
COUNTED = select(Cycle.id).where(Cycle.practice_of.is_(None))
