"""Webhooks: whom to tell, what is to be told, and what came of it"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from kinerja_flow.db import Json

revision = "0021"
down_revision = "0022"

#: The columns of a notification that one without a case leaves empty.
OF_CASE: dict[str, Any] = {"year": sa.SmallInteger(), "case_id": sa.Uuid(), "seq": sa.Integer()}
UNSENT = sa.text("sent_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", Json, nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("former_secret", sa.String(length=300), nullable=True),
        sa.Column("former_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_webhooks_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "created_by"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_webhooks_agency_id_created_by_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_agency_id"), "webhooks", ["agency_id"])
    op.create_table(
        "webhook_events",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("cycle_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=40), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('waiting', 'taken', 'dead')", name=op.f("ck_webhook_deliveries_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    waiting = sa.text("outcome = 'waiting'")
    op.create_index(
        "ix_webhook_deliveries_due",
        "webhook_deliveries",
        ["webhook_id", "try_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    of = ["webhook_id", "outcome", "id"]
    op.create_index("ix_webhook_deliveries_of", "webhook_deliveries", of)
    op.create_index("ix_webhook_deliveries_ended", "webhook_deliveries", ["ended_at"])
    notifications_may_lack_a_case(True)
    tell_of_history()


def notifications_may_lack_a_case(may: bool) -> None:
    with op.batch_alter_table("outbox", schema=None) as batch:
        for name, kind in OF_CASE.items():
            batch.alter_column(name, existing_type=kind, nullable=may)


def tell_of_history() -> None:
    """Let the database note each event of the history for the agency's webhooks, if it has any."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION tell_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO webhook_events (agency_id, year, case_id, seq, at) "
            "SELECT a.agency_id, a.year, a.case_id, a.seq, a.at FROM added a "
            "WHERE EXISTS (SELECT FROM webhooks w WHERE w.agency_id = a.agency_id); "
            "RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER history_told AFTER INSERT ON history REFERENCING NEW TABLE AS added "
            "FOR EACH STATEMENT EXECUTE FUNCTION tell_webhooks()"
        )
        return
    op.execute(
        "CREATE TRIGGER history_told AFTER INSERT ON history "
        "WHEN EXISTS (SELECT 1 FROM webhooks w WHERE w.agency_id = NEW.agency_id) BEGIN "
        "INSERT INTO webhook_events (agency_id, year, case_id, seq, at) "
        "VALUES (NEW.agency_id, NEW.year, NEW.case_id, NEW.seq, NEW.at); END"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER history_told ON history")
        op.execute("DROP FUNCTION tell_webhooks()")
    else:
        op.execute("DROP TRIGGER history_told")
    op.execute("DELETE FROM outbox WHERE case_id IS NULL")
    notifications_may_lack_a_case(False)
    for table in ("webhook_deliveries", "webhook_events", "webhooks"):
        op.drop_table(table)
