"""Redactions of texts, how long things are kept, and what was swept"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0019b"
branch_labels = None
depends_on = None

GROUNDS = "'personal_data', 'about_others', 'unlawful', 'requested', 'court', 'mistaken'"


def refuse_changes(table: str) -> None:
    """Let the database refuse to update, delete or empty the table, as it does for the history."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def of_agency(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id"], ["agencies.id"], name=op.f(f"fk_{table}_agency_id_agencies")
    )


def of_person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        ["people.agency_id", "people.id"],
        name=op.f(f"fk_{table}_agency_id_{column}_people"),
    )


def upgrade() -> None:
    place = ("place", "row", "field", "sha256", "ground")
    op.create_table(
        "redactions",
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("row", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"ground IN ({GROUNDS})", name=op.f("ck_redactions_ground")),
        of_agency("redactions"),
        of_person("redactions", "officer_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redactions")),
        sa.UniqueConstraint(
            *("agency_id", *place, "officer_id", "is_done"),
            name="uq_redactions_wish",
        ),
    )
    op.create_index(op.f("ix_redactions_agency_id"), "redactions", ["agency_id"])
    refuse_changes("redactions")
    op.create_table(
        "retentions",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_retentions_days")),
        of_agency("retentions"),
        of_person("retentions", "set_by"),
        sa.PrimaryKeyConstraint("agency_id", "what", name=op.f("pk_retentions")),
    )
    op.create_table(
        "swept",
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        of_agency("swept"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swept")),
    )
    op.create_index(op.f("ix_swept_agency_id"), "swept", ["agency_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_swept_agency_id"), "swept")
    op.drop_table("swept")
    op.drop_table("retentions")
    op.drop_index(op.f("ix_redactions_agency_id"), "redactions")
    op.drop_table("redactions")
