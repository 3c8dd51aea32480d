"""Measurements from outside systems, which nobody changes, and answers to contradictions"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TABLE = "measurements"
REASONS = (
    "'wrong_value', 'wrong_subject', 'wrong_day', 'counted_twice', 'late_data', 'source_error'"
)


def refuse_changes() -> None:
    """Let the database refuse to update, delete or empty the table, as it does for the history."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_{event.lower()} BEFORE {event} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        )


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=True),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_measurements_one_subject")
        ),
        sa.CheckConstraint(
            "value IS NOT NULL OR corrects_id IS NOT NULL", name=op.f("ck_measurements_value")
        ),
        sa.CheckConstraint(
            "(corrects_id IS NULL) = (reason IS NULL)", name=op.f("ck_measurements_correction")
        ),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_measurements_reason")),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_measurements_agency_id_person_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_measurements_agency_id_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "corrects_id"],
            ["measurements.agency_id", "measurements.year", "measurements.id"],
            name=op.f("fk_measurements_agency_id_year_corrects_id_measurements"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "year", "id", name=op.f("pk_measurements")),
        sa.UniqueConstraint(
            "agency_id",
            "year",
            "corrects_id",
            name=op.f("uq_measurements_agency_id_year_corrects_id"),
        ),
        sa.UniqueConstraint(
            *("agency_id", "year", "source", "reference"),
            name=op.f("uq_measurements_agency_id_year_source_reference"),
        ),
    )
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.create_index("ix_measurements_person", ["agency_id", "year", "person_id", "key"])
        batch_op.create_index("ix_measurements_unit", ["agency_id", "year", "unit_id", "key"])
        batch_op.create_index("ix_measurements_reference", ["agency_id", "source", "reference"])

    op.create_table(
        "contradiction_answers",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("indicator_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=10000), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.String(length=40), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "case_id"],
            ["cases.agency_id", "cases.year", "cases.id"],
            name=op.f("fk_contradiction_answers_agency_id_year_case_id_cases"),
        ),
        sa.PrimaryKeyConstraint(
            "agency_id", "year", "case_id", "id", name=op.f("pk_contradiction_answers")
        ),
    )
    with op.batch_alter_table("contradiction_answers", schema=None) as batch_op:
        batch_op.create_index("ix_contradiction_answers_indicator", ["indicator_id"])
    refuse_changes()


def downgrade() -> None:
    with op.batch_alter_table("contradiction_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_contradiction_answers_indicator")
    op.drop_table("contradiction_answers")
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.drop_index("ix_measurements_reference")
        batch_op.drop_index("ix_measurements_unit")
        batch_op.drop_index("ix_measurements_person")
    op.drop_table(TABLE)
