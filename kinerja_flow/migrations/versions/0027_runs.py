"""Bulk runs, their rows, and the files that they write"""

import sqlalchemy as sa
from alembic import op

from kinerja_flow.db import Json

revision = "0027"
down_revision = "0023"
branch_labels = None
depends_on = None


def of_person(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        ["people.agency_id", "people.id"],
        name=op.f(f"fk_runs_agency_id_{column}_people"),
    )


def of_run(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", "run_id"],
        ["runs.agency_id", "runs.id"],
        name=op.f(f"fk_{table}_agency_id_run_id_runs"),
    )


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("params", Json, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('prepared', 'running', 'over', 'cancelled')", name=op.f("ck_runs_state")
        ),
        of_person("prepared_by"),
        of_person("started_by"),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_runs")),
    )
    running = sa.Column("state") == "running"
    op.create_index(
        "ix_runs_running", "runs", ["started_at"], sqlite_where=running, postgresql_where=running
    )
    op.create_table(
        "run_rows",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("cells", Json, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("blockers", Json, nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('undone', 'done', 'refused')", name=op.f("ck_run_rows_outcome")
        ),
        of_run("run_rows"),
        sa.PrimaryKeyConstraint("agency_id", "run_id", "ordinal", name=op.f("pk_run_rows")),
    )
    by_outcome = ["agency_id", "run_id", "outcome", "ordinal"]
    op.create_index("ix_run_rows_outcome", "run_rows", by_outcome)
    op.create_table(
        "run_files",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        of_run("run_files"),
        sa.PrimaryKeyConstraint("agency_id", "run_id", name=op.f("pk_run_files")),
    )


def downgrade() -> None:
    op.drop_table("run_files")
    op.drop_index("ix_run_rows_outcome", "run_rows")
    op.drop_table("run_rows")
    op.drop_index("ix_runs_running", "runs")
    op.drop_table("runs")
