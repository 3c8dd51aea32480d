"""Agencies, their nested units, people, and who held which post under whom from when to when."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Key, Name, Words, new_id
from workflows.definition import ABSENCES


class Agency(Base):
    """An instansi. Its number comes first in the key of every big table."""

    __tablename__ = "agencies"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[Name]
    zone: Mapped[Key] = mapped_column(default="Asia/Jakarta")


def within_agency(column: str, table: str) -> ForeignKeyConstraint:
    """A reference to a row of the same agency: none can point across agencies."""
    return ForeignKeyConstraint(["agency_id", column], [f"{table}.agency_id", f"{table}.id"])


class OfAgency:
    """A row of one agency; ids are unique in themselves, and looked up within the agency."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)


class DayOff(Base):
    """A day of the agency's own calendar: off, or worked although it is a public holiday."""

    __tablename__ = "days_off"
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[Name]
    is_worked: Mapped[bool] = mapped_column(default=False)


class Unit(OfAgency, Base):
    """A unit kerja or perangkat daerah, inside another or at the top."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("agency_id", "id"), within_agency("parent_id", "units"))
    parent_id: Mapped[UUID | None] = mapped_column(index=True)
    name: Mapped[Name]


class Person(OfAgency, Base):
    """Somebody who takes part: an employee, an official from outside the agency, or a persona.

    A persona (`practice`) is nobody: it plays the other parts of a practice appraisal.
    A person is not an account. The NIP is text of 18 digits and never a key: duplicates and older
    numbers without one exist.
    """

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("agency_id", "id"),
        CheckConstraint("kind IN ('employee', 'external', 'practice')", name="kind"),
        # Every sweep asks who has left and still takes part.
        Index(
            "ix_people_left",
            "left_on",
            sqlite_where=Column("left_on").is_not(None),
            postgresql_where=Column("left_on").is_not(None),
        ),
    )
    name: Mapped[Name]
    kind: Mapped[Key] = mapped_column(default="employee")
    nip: Mapped[Key | None] = mapped_column(index=True)
    employment: Mapped[Key | None]
    rank: Mapped[Key | None]
    left_on: Mapped[date | None]


class Post(OfAgency, Base):
    """A jabatan in a unit. Field, title and level decide which criteria and indicators apply, and
    which competencies it requires of its holder."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("agency_id", "id"), within_agency("unit_id", "units"))
    unit_id: Mapped[UUID] = mapped_column(index=True)
    title: Mapped[Name]
    level: Mapped[Key | None]
    field: Mapped[Key | None]

    @property
    def profile(self) -> dict[str, str | None]:
        """What `applies_to` of a template looks at, but for the rank, which is the holder's."""
        return {"field": self.field, "post": self.title, "level": self.level}


class Dated:
    """Something true from a day on, through a last day; without one, until further notice."""

    from_on: Mapped[date]
    until_on: Mapped[date | None]


class PostHolding(OfAgency, Dated, Base):
    """Who held a post when: definitively, or as Plt (vacancy) or Plh (absence)."""

    __tablename__ = "post_holdings"
    __table_args__ = (
        within_agency("person_id", "people"),
        within_agency("post_id", "posts"),
        CheckConstraint("kind IN ('definitive', 'plt', 'plh')", name="kind"),
        Index(None, "person_id", "from_on"),
        Index(None, "post_id", "from_on"),
    )
    person_id: Mapped[UUID]
    post_id: Mapped[UUID]
    kind: Mapped[Key] = mapped_column(default="definitive")


class Absence(OfAgency, Dated, Base):
    """That somebody does not work for long, on leave or for study, and a segment may not count."""

    __tablename__ = "absences"
    __table_args__ = (
        within_agency("person_id", "people"),
        CheckConstraint(f"kind IN {ABSENCES}", name="kind"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="forwards"),
        Index(None, "person_id", "from_on"),
    )
    person_id: Mapped[UUID]
    kind: Mapped[Key]


class ReportingLine(OfAgency, Dated, Base):
    """Which post a post reports to, or which external official at the top."""

    __tablename__ = "reporting_lines"
    __table_args__ = (
        within_agency("post_id", "posts"),
        within_agency("superior_post_id", "posts"),
        within_agency("superior_id", "people"),
        CheckConstraint("(superior_post_id IS NULL) <> (superior_id IS NULL)", name="one_superior"),
        Index(None, "post_id", "from_on"),
    )
    post_id: Mapped[UUID]
    superior_post_id: Mapped[UUID | None]
    superior_id: Mapped[UUID | None]


class Account(OfAgency, Base):
    """A way to sign in. One person may be without one, as external officials often are.

    Login and e-mail stand in one spelling (`services/logins.py`); beside them the person's NIP
    opens the account. `totp_step` is the last step of time whose code was used, None until the
    second step was set up.
    """

    __tablename__ = "accounts"
    __table_args__ = (within_agency("person_id", "people"),)
    person_id: Mapped[UUID] = mapped_column(unique=True)
    login: Mapped[Name | None] = mapped_column(unique=True)
    email: Mapped[Name | None] = mapped_column(unique=True)
    password_hash: Mapped[Name | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[Words | None]
    totp_step: Mapped[int | None]


class RoleGrant(OfAgency, Dated, Base):
    """An office in the system (hr, administrator, auditor) that somebody holds for a time."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint("role IN ('hr', 'administrator', 'auditor')", name="role"),
        within_agency("person_id", "people"),
    )
    person_id: Mapped[UUID] = mapped_column(index=True)
    role: Mapped[Key]
