"""The predikat of units, angka kredit, and the reasons of both, which alone may be redacted"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0014"

APPEND_ONLY = ("unit_ratings", "credit_entries")


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


def within_agency(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        [f"{of}.agency_id", f"{of}.id"],
        name=op.f(f"fk_{table}_agency_id_{column}_{of}"),
    )


def upgrade() -> None:
    op.create_table(
        "reasons",
        sa.Column("text", sa.String(length=10000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_reasons_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reasons")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_reasons_agency_id_id")),
    )
    op.create_index(op.f("ix_reasons_agency_id"), "reasons", ["agency_id"])
    _unit_ratings()
    _credit_entries()
    for table in APPEND_ONLY:
        refuse_changes(table)


def _unit_ratings() -> None:
    table = "unit_ratings"
    op.create_table(
        table,
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("reason_id", sa.Uuid(), nullable=False),
        sa.Column("reason_sha256", sa.String(length=64), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_unit_ratings_number")),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "cycle_id"],
            ["cycles.agency_id", "cycles.year", "cycles.id"],
            name=op.f("fk_unit_ratings_agency_id_year_cycle_id_cycles"),
        ),
        within_agency(table, "unit_id", "units"),
        within_agency(table, "set_by", "people"),
        within_agency(table, "reason_id", "reasons"),
        sa.PrimaryKeyConstraint(
            *("agency_id", "year", "cycle_id", "unit_id", "number"), name=op.f("pk_unit_ratings")
        ),
    )


def _credit_entries() -> None:
    table = "credit_entries"
    checks = {
        "number": "(case_id IS NULL) = (number IS NULL)",
        "node": "(case_id IS NULL) = (node IS NULL)",
        "reason": "(case_id IS NULL) = (reason_id IS NOT NULL)",
        "reason_sha256": "(reason_id IS NULL) = (reason_sha256 IS NULL)",
        "days": "until_on >= from_on",
    }
    op.create_table(
        table,
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("node", sa.String(length=40), nullable=True),
        sa.Column("reason_id", sa.Uuid(), nullable=True),
        sa.Column("reason_sha256", sa.String(length=64), nullable=True),
        sa.Column("noted_by", sa.Uuid(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_{table}_{n}")) for n, text in checks.items()),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "case_id"],
            ["cases.agency_id", "cases.year", "cases.id"],
            name=op.f("fk_credit_entries_agency_id_year_case_id_cases"),
        ),
        within_agency(table, "person_id", "people"),
        within_agency(table, "noted_by", "people"),
        within_agency(table, "reason_id", "reasons"),
        sa.PrimaryKeyConstraint("agency_id", "year", "id", name=op.f("pk_credit_entries")),
        sa.UniqueConstraint(
            *("agency_id", "year", "case_id", "node", "number"),
            name=op.f("uq_credit_entries_agency_id_year_case_id_node_number"),
        ),
    )
    op.create_index("ix_credit_entries_person", table, ["agency_id", "person_id"])


def downgrade() -> None:
    op.drop_index("ix_credit_entries_person", "credit_entries")
    op.drop_table("credit_entries")
    op.drop_table("unit_ratings")
    op.drop_index(op.f("ix_reasons_agency_id"), "reasons")
    op.drop_table("reasons")
