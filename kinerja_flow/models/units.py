"""What units came to, what that adds to people's credit, and the reasons that were given."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Digest, Key, Text, Year, new_id
from kinerja_flow.models.cases import of_case
from kinerja_flow.models.organisation import OfAgency, within_agency
from kinerja_flow.models.substitution import OnBehalf


class Reason(OfAgency, Base):
    """Why a row was written that nobody can change: apart from it, so that the text may be
    redacted. The row keeps its SHA-256."""

    __tablename__ = "reasons"
    __table_args__ = (UniqueConstraint("agency_id", "id"),)
    text: Mapped[Text]


class UnitRating(OnBehalf, Base):
    """The predikat of a unit in a cycle, by somebody one level above its head (SE MenPANRB 3/2023).

    The database refuses to change one; a later `number` supersedes it, and the old stays readable.
    """

    __tablename__ = "unit_ratings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["agency_id", "year", "cycle_id"], ["cycles.agency_id", "cycles.year", "cycles.id"]
        ),
        within_agency("unit_id", "units"),
        within_agency("set_by", "people"),
        within_agency("reason_id", "reasons"),
        CheckConstraint("number > 0", name="number"),
    )
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[Year] = mapped_column(primary_key=True)
    cycle_id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[Key]
    reason_id: Mapped[UUID]
    reason_sha256: Mapped[Digest]
    set_by: Mapped[UUID]
    set_at: Mapped[datetime]


class CreditEntry(Base):
    """Angka kredit of a person in a jenjang, exactly: what a result came to, or an opening balance.

    The database refuses to change one. A result (`case_id`, `number`) has one entry for each `node`
    at most, and of a case the newest number counts; of the opening balances in a jenjang, which
    have a reason instead, the one entered last. PermenPANRB 1/2023.
    """

    __tablename__ = "credit_entries"
    __table_args__ = (
        of_case(),
        within_agency("person_id", "people"),
        within_agency("noted_by", "people"),
        within_agency("reason_id", "reasons"),
        CheckConstraint("(case_id IS NULL) = (number IS NULL)", name="number"),
        CheckConstraint("(case_id IS NULL) = (node IS NULL)", name="node"),
        CheckConstraint("(case_id IS NULL) = (reason_id IS NOT NULL)", name="reason"),
        CheckConstraint("(reason_id IS NULL) = (reason_sha256 IS NULL)", name="reason_sha256"),
        CheckConstraint("until_on >= from_on", name="days"),
        UniqueConstraint("agency_id", "year", "case_id", "node", "number"),
        Index("ix_credit_entries_person", "agency_id", "person_id"),
    )
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[Year] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID]
    level: Mapped[Key]
    value: Mapped[Fraction]
    from_on: Mapped[date]
    until_on: Mapped[date]
    case_id: Mapped[UUID | None]
    number: Mapped[int | None]
    node: Mapped[Key | None]
    reason_id: Mapped[UUID | None]
    reason_sha256: Mapped[Digest | None]
    noted_by: Mapped[UUID | None]
    noted_at: Mapped[datetime]
