"""Bulk runs: one act for many, what it is about row by row, and what came of each row."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Key, new_id
from kinerja_flow.models.organisation import within_agency
from kinerja_flow.models.plans import one_of

#: How far a run is: only looked at so far, under way, through, stopped by somebody.
PREPARED, RUNNING, OVER, CANCELLED = "prepared", "running", "over", "cancelled"
STATES = (PREPARED, RUNNING, OVER, CANCELLED)
#: What came of a row: nothing yet, what was wanted, or a refusal with its blockers.
UNDONE, DONE, REFUSED = "undone", "done", "refused"
OUTCOMES = (UNDONE, DONE, REFUSED)


class Run(Base):
    """One act for many: of which kind, with what, by whom, and how many rows came to what.

    `done` and `refused` are counted in the transaction in which the rows are; the others of the
    `total` are undone. Whoever started it is who acts.
    """

    __tablename__ = "runs"
    __table_args__ = (
        one_of("state", STATES),
        within_agency("prepared_by", "people"),
        within_agency("started_by", "people"),
        # Every sweep asks which runs are under way.
        Index(
            "ix_runs_running",
            "started_at",
            sqlite_where=Column("state") == RUNNING,
            postgresql_where=Column("state") == RUNNING,
        ),
    )
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[Key]
    params: Mapped[dict[str, Any]]
    state: Mapped[Key] = mapped_column(default=PREPARED)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    prepared_by: Mapped[UUID]
    prepared_at: Mapped[datetime]
    started_by: Mapped[UUID | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


def _of_run() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["agency_id", "run_id"], ["runs.agency_id", "runs.id"])


class RunRow(Base):
    """One thing that a run is about: a case or a person (`about`), or a line of a file (`cells`).

    `attempt` counts how often it was tried to the end; whoever writes what came of it names the
    attempt that they read, so that of two workers one has an effect.
    """

    __tablename__ = "run_rows"
    __table_args__ = (
        _of_run(),
        one_of("outcome", OUTCOMES),
        Index("ix_run_rows_outcome", "agency_id", "run_id", "outcome", "ordinal"),
    )
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    about: Mapped[UUID | None]
    cells: Mapped[dict[str, Any] | None]
    outcome: Mapped[Key] = mapped_column(default=UNDONE)
    blockers: Mapped[list[Any] | None]
    attempt: Mapped[int] = mapped_column(default=0)


class RunFile(Base):
    """The file that a run wrote, kept for a short time."""

    __tablename__ = "run_files"
    __table_args__ = (_of_run(),)
    agency_id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[Key]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
