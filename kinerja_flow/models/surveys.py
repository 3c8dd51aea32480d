"""Surveys of citizens: links, sealed replies, what is left of them after the close, complaints.

Nothing here leads to a citizen: no address, no name, no time of an answer. A reply holds no token,
and after the close only counts and comments are left, each under a random id (design.md, 8).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Digest, Key, Text, Year
from kinerja_flow.models.cases import of_case
from kinerja_flow.models.organisation import OfAgency, within_agency
from kinerja_flow.models.plans import one_of

#: One-time links, one link for everybody, and figures that were collected elsewhere.
SURVEY_KINDS = ("token", "open", "import")
#: Where a complaint came in.
COMPLAINT_SOURCES = ("survey", "import")


def about_one(name: str = "one_subject") -> CheckConstraint:
    """A row is about a unit, or about one appraisal; not both and not neither."""
    return CheckConstraint("(unit_id IS NULL) <> (case_id IS NULL)", name=name)


class Survey(OfAgency, Base):
    """Citizens' answers to an instrument, about a unit or about one employee's service.

    `min_count` is frozen when the survey is opened, before anybody is invited. `per_day` is how
    often one address and browser may use the open link whose SHA-256 is `secret_hash`. The replies
    of too small a survey move to `rolls_up_to` while that one is open.
    """

    __tablename__ = "surveys"
    __table_args__ = (
        UniqueConstraint("agency_id", "id"),
        ForeignKeyConstraint(
            ["agency_id", "year", "cycle_id"], ["cycles.agency_id", "cycles.year", "cycles.id"]
        ),
        of_case(),
        within_agency("unit_id", "units"),
        within_agency("rolls_up_to", "surveys"),
        within_agency("opened_by", "people"),
        about_one(),
        one_of("kind", SURVEY_KINDS),
        CheckConstraint("opens_on <= closes_on", name="days"),
        CheckConstraint("min_count >= 2", name="min_count"),
        Index("ix_surveys_unit", "agency_id", "cycle_id", "unit_id"),
        Index("ix_surveys_case", "agency_id", "year", "case_id"),
        Index(
            "ix_surveys_due",
            "closes_on",
            sqlite_where=Column("closed_at").is_(None),
            postgresql_where=Column("closed_at").is_(None),
        ),
    )
    year: Mapped[Year]
    cycle_id: Mapped[UUID]
    instrument: Mapped[Key]
    unit_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    kind: Mapped[Key]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    min_count: Mapped[int]
    per_day: Mapped[int | None]
    secret_hash: Mapped[Digest | None] = mapped_column(unique=True)
    rolls_up_to: Mapped[UUID | None]
    opened_by: Mapped[UUID | None]


class OfSurvey:
    """A row of one survey."""

    agency_id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    survey_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)


class SurveyToken(Base):
    """A one-time link, known by the SHA-256 of its random token; it goes when its survey closes."""

    __tablename__ = "survey_tokens"
    __table_args__ = (
        within_agency("survey_id", "surveys"),
        Index("ix_survey_tokens_survey", "agency_id", "survey_id"),
    )
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    agency_id: Mapped[int]
    survey_id: Mapped[UUID]
    expires_on: Mapped[date]
    is_used: Mapped[bool] = mapped_column(default=False)


class SurveyReply(OfSurvey, Base):
    """One citizen's answers (criterion → level), sealed until the survey closes, then deleted."""

    __tablename__ = "survey_replies"
    __table_args__ = (within_agency("survey_id", "surveys"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    answers: Mapped[dict[str, Any]]
    comment: Mapped[Text | None]


class SurveyTally(OfSurvey, Base):
    """How many citizens gave a criterion a level; only where enough of them answered it."""

    __tablename__ = "survey_tallies"
    __table_args__ = (
        within_agency("survey_id", "surveys"),
        CheckConstraint("count > 0", name="count"),
    )
    criterion: Mapped[Key] = mapped_column(primary_key=True)
    level: Mapped[Key] = mapped_column(primary_key=True)
    count: Mapped[int]


class SurveyComment(OfSurvey, Base):
    """A citizen's comment, apart from all figures, under a random id."""

    __tablename__ = "survey_comments"
    __table_args__ = (within_agency("survey_id", "surveys"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    text: Mapped[Text]


class Complaint(OfAgency, Base):
    """A pengaduan, passed on at once and without identity; what was answered, and when."""

    __tablename__ = "complaints"
    __table_args__ = (
        of_case(),
        within_agency("unit_id", "units"),
        about_one(),
        one_of("source", COMPLAINT_SOURCES),
        Index("ix_complaints_unit", "agency_id", "unit_id", "received_on"),
        Index("ix_complaints_case", "agency_id", "year", "case_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    year: Mapped[Year]
    unit_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    received_on: Mapped[date]
    text: Mapped[Text]
    source: Mapped[Key]
    answered_on: Mapped[date | None]
    response: Mapped[Text | None]


class SurveySalt(Base):
    """The secret of a day, under which senders are recognised on that day and no longer."""

    __tablename__ = "survey_salts"
    __table_args__ = (ForeignKeyConstraint(["agency_id"], ["agencies.id"]),)
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[Digest]


class SurveyMark(Base):
    """How often a form, or a sender by address and browser, came in today: an HMAC and a count.

    It goes with its salt when the day is over, and leads to no reply.
    """

    __tablename__ = "survey_marks"
    __table_args__ = (ForeignKeyConstraint(["agency_id"], ["agencies.id"]),)
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    mark: Mapped[Digest] = mapped_column(primary_key=True)
    count: Mapped[int]


class SurveyImport(Base):
    """A file that was read, by the SHA-256 of it and of what it was read into."""

    __tablename__ = "survey_imports"
    __table_args__ = (
        ForeignKeyConstraint(["agency_id"], ["agencies.id"]),
        within_agency("imported_by", "people"),
    )
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    kind: Mapped[Key]
    row_count: Mapped[int]
    imported_on: Mapped[date]
    imported_by: Mapped[UUID | None]
