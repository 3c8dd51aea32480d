"""What outside systems measured, with its corrections, and what counts where they differ."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Digest, Key, Name, Text, Year, new_id
from kinerja_flow.models.cases import OfCase
from kinerja_flow.models.organisation import within_agency
from kinerja_flow.models.plans import one_of

#: Why a value is corrected. A code, since the row can never be changed, also not to redact it.
REASONS = (
    "wrong_value",
    "wrong_subject",
    "wrong_day",
    "counted_twice",
    "late_data",
    "source_error",
)


class Measurement(Base):
    """A value that a source sent for a person or a unit, under the key of a catalogue.

    The database refuses to change one. A correction is a row of its own about the same thing, which
    names what it corrects (`corrects_id`, each at most once); the last of such a chain counts, and
    one without a value takes the measurement back. `day_on` is the day in the agency's zone,
    `measured_at` the instant where one was given, `year` the year of the day. `reference` is the
    source's own name for the value: the same one sent twice is one.
    """

    __tablename__ = "measurements"
    __table_args__ = (
        within_agency("person_id", "people"),
        within_agency("unit_id", "units"),
        ForeignKeyConstraint(
            ["agency_id", "year", "corrects_id"],
            ["measurements.agency_id", "measurements.year", "measurements.id"],
        ),
        CheckConstraint("(person_id IS NULL) <> (unit_id IS NULL)", name="one_subject"),
        CheckConstraint("value IS NOT NULL OR corrects_id IS NOT NULL", name="value"),
        CheckConstraint("(corrects_id IS NULL) = (reason IS NULL)", name="correction"),
        one_of("reason", REASONS),
        UniqueConstraint("agency_id", "year", "corrects_id"),
        UniqueConstraint("agency_id", "year", "source", "reference"),
        Index("ix_measurements_person", "agency_id", "year", "person_id", "key"),
        Index("ix_measurements_unit", "agency_id", "year", "unit_id", "key"),
        Index("ix_measurements_reference", "agency_id", "source", "reference"),
    )
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[Year] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[Key]
    person_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    day_on: Mapped[date]
    measured_at: Mapped[datetime | None]
    value: Mapped[Fraction | None]
    unit: Mapped[Name]
    source: Mapped[Key]
    reference: Mapped[Name | None]
    noted_at: Mapped[datetime]
    noted_by: Mapped[UUID | None]
    corrects_id: Mapped[UUID | None]
    reason: Mapped[Key | None]


class ContradictionAnswer(OfCase, Base):
    """Which source of an indicator counts, and why, although another one says otherwise.

    It answers the very values of which `digest` is the SHA-256: a new or corrected value opens the
    contradiction again. The latest one for the same values holds.
    """

    __tablename__ = "contradiction_answers"
    also = (Index("ix_contradiction_answers_indicator", "indicator_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    indicator_id: Mapped[UUID]
    source: Mapped[Key]
    digest: Mapped[Digest]
    reason: Mapped[Text]
    answered_by: Mapped[UUID]
    capacity: Mapped[Key]
    answered_at: Mapped[datetime]
