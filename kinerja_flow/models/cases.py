"""The case, which alone has a state, and who takes part in it from when to when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from kinerja_flow.db import Base, Digest, Key, Year, new_id
from kinerja_flow.models.organisation import within_agency


class OfCase:
    """A row of one case. Agency and year come first in its key, so that it may be partitioned."""

    # `sort_order`: what a mixin declares would else come last in the key, and find no case by it.
    agency_id: Mapped[int] = mapped_column(primary_key=True, sort_order=-3)
    year: Mapped[Year] = mapped_column(primary_key=True, sort_order=-2)
    case_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805  (a class-level declaration)
        return (of_case(), *getattr(cls, "also", ()))


def of_case() -> ForeignKeyConstraint:
    columns = ["agency_id", "year", "case_id"]
    return ForeignKeyConstraint(columns, ["cases.agency_id", "cases.year", "cases.id"])


class Case(Base):
    """One appraisal, checkpoint, objection or follow-up, moved by the machine of its kind.

    `version` counts moves and changes to what a move decides on, and is the number of history
    events. State, phase and version cannot be assigned: `workflow.store` writes them, nobody else.
    `profile` is the field, title and level of the employee's post and their rank, as they stood
    when the case was opened: it decides which criteria apply and which levels are required.
    `windows` holds dates that were moved for this case alone.
    """

    __tablename__ = "cases"
    __table_args__ = (
        ForeignKeyConstraint(
            ["agency_id", "year", "cycle_id"], ["cycles.agency_id", "cycles.year", "cycles.id"]
        ),
        within_agency("subject_id", "people"),
        within_agency("post_id", "posts"),
        within_agency("unit_id", "units"),
        ForeignKeyConstraint(
            ["agency_id", "year", "parent_id"], ["cases.agency_id", "cases.year", "cases.id"]
        ),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="parent"),
        Index("ix_cases_lookup", "agency_id", "id"),
        Index("ix_cases_board", "agency_id", "year", "cycle_id", "kind", "state"),
        Index("ix_cases_subject", "agency_id", "subject_id", "year"),
        Index("ix_cases_parent", "agency_id", "year", "parent_id"),
        # Nobody is appraised twice for the same cycle, post and period.
        Index(
            "uq_cases_root",
            *("agency_id", "year", "cycle_id", "subject_id", "from_on"),
            unique=True,
            sqlite_where=Column("parent_id").is_(None),
            postgresql_where=Column("parent_id").is_(None),
        ),
    )
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[Year] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    cycle_id: Mapped[UUID]
    kind: Mapped[Key]
    parent_id: Mapped[UUID | None]
    subject_id: Mapped[UUID]
    post_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None] = mapped_column(index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    profile: Mapped[dict[str, Any]]
    digest: Mapped[Digest] = mapped_column(ForeignKey("definitions.digest"))
    windows: Mapped[dict[str, Any] | None]
    _state: Mapped[Key] = mapped_column("state")
    _phase: Mapped[Key] = mapped_column("phase")
    _version: Mapped[int] = mapped_column("version")
    entered_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    @hybrid_property
    def state(self) -> str:
        return self._state

    @hybrid_property
    def phase(self) -> str:
        return self._phase

    @hybrid_property
    def version(self) -> int:
        return self._version


class Participant(Base):
    """Somebody's part in a case: as whose assessor, examiner, peer; proposed, confirmed, ended.

    The latest assessor is the one whose part has not ended; earlier rows stay and are the answer
    to who was whose assessor on which day. `ground` is a code, never a text.
    """

    __tablename__ = "participants"
    __table_args__ = (
        of_case(),
        within_agency("person_id", "people"),
        Index("ix_participants_tasks", "agency_id", "person_id", "relation"),
        Index("ix_participants_case", "agency_id", "year", "case_id", "relation"),
        # Nobody stands twice in one relation of a case.
        Index(
            "uq_participants_part",
            *("agency_id", "year", "case_id", "relation", "person_id"),
            unique=True,
            sqlite_where=Column("until_at").is_(None),
            postgresql_where=Column("until_at").is_(None),
        ),
    )
    agency_id: Mapped[int]
    year: Mapped[Year]
    case_id: Mapped[UUID]
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    relation: Mapped[Key]
    person_id: Mapped[UUID]
    ground: Mapped[Key]
    proposed_by: Mapped[UUID | None]
    from_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]


#: What a case counts up to: the shape that `workflow.store` writes with statements of its own.
CASES: Table = Case.__table__  # type: ignore[assignment]
__all__ = ["CASES", "Case", "OfCase", "Participant", "of_case"]
