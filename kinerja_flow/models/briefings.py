"""What people were told of a cycle: what they read and asked; and whom one practises with."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Digest, Key, Text, Year
from kinerja_flow.models.organisation import OfAgency, within_agency


def _of_cycle() -> ForeignKeyConstraint:
    columns = ["agency_id", "year", "cycle_id"]
    return ForeignKeyConstraint(columns, ["cycles.agency_id", "cycles.year", "cycles.id"])


class BriefingReceipt(Base):
    """That somebody read the briefing for a role, as it stood: `digest` is its SHA-256."""

    __tablename__ = "briefing_receipts"
    __table_args__ = (_of_cycle(), within_agency("person_id", "people"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    year: Mapped[Year] = mapped_column(primary_key=True)
    cycle_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[Key] = mapped_column(primary_key=True)
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]


class BriefingQuestion(OfAgency, Base):
    """A question about a cycle, and its answer. Unless `is_named`, nobody is told who asked."""

    __tablename__ = "briefing_questions"
    __table_args__ = (
        _of_cycle(),
        within_agency("asked_by", "people"),
        within_agency("answered_by", "people"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        Index("ix_briefing_questions_cycle", "agency_id", "cycle_id", "asked_at"),
    )
    year: Mapped[Year]
    cycle_id: Mapped[UUID]
    asked_by: Mapped[UUID]
    is_named: Mapped[bool]
    role: Mapped[Key | None]
    text: Mapped[Text]
    asked_at: Mapped[datetime]
    answer: Mapped[Text | None]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]


class Persona(Base):
    """Who plays which part in the practice appraisals of an agency."""

    __tablename__ = "practice_personas"
    __table_args__ = (within_agency("person_id", "people"),)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    part: Mapped[Key] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(unique=True)
