"""Sign-in: sessions, codes, the second step, and delays after failures"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019b"
down_revision = "0019"

INSTANT = sa.DateTime(timezone=True)
OF_ACCOUNT = ("sign_in_sessions", "recovery_codes", "sign_in_codes")


def upgrade() -> None:
    with op.batch_alter_table("accounts", schema=None) as batch:
        batch.alter_column("login", existing_type=sa.String(length=200), nullable=True)
        batch.add_column(sa.Column("email", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("totp_secret", sa.String(length=1000), nullable=True))
        batch.add_column(sa.Column("totp_step", sa.Integer(), nullable=True))
        batch.create_unique_constraint(batch.f("uq_accounts_email"), ["email"])
    op.execute("UPDATE accounts SET login = lower(login)")
    _of_account(
        "sign_in_sessions",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("address", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.UniqueConstraint("sha256", name=op.f("uq_sign_in_sessions_sha256")),
    )
    _of_account(
        "recovery_codes",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
    )
    _of_account(
        "sign_in_codes",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('paper', 'mail')", name=op.f("ck_sign_in_codes_kind")),
        sa.UniqueConstraint("sha256", name=op.f("uq_sign_in_codes_sha256")),
    )
    op.create_table(
        "sign_in_delays",
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_sign_in_delays")),
    )
    op.create_table(
        "reset_requests",
        sa.Column("login", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_reset_requests")),
    )


def _of_account(table: str, *columns: Any) -> None:
    """A table whose rows belong to an account."""
    to_agency, to_account = f"fk_{table}_agency_id_agencies", f"fk_{table}_account_id_accounts"
    op.create_table(
        table,
        *columns,
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f(to_agency)),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f(to_account)),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    with op.batch_alter_table(table, schema=None) as batch:
        for name in ("agency_id", "account_id"):
            batch.create_index(batch.f(f"ix_{table}_{name}"), [name], unique=False)


def downgrade() -> None:
    op.drop_table("reset_requests")
    op.drop_table("sign_in_delays")
    for table in reversed(OF_ACCOUNT):
        op.drop_table(table)
    op.execute("DELETE FROM accounts WHERE login IS NULL")
    with op.batch_alter_table("accounts", schema=None) as batch:
        batch.drop_constraint(batch.f("uq_accounts_email"), type_="unique")
        for name in ("totp_step", "totp_secret", "email"):
            batch.drop_column(name)
        batch.alter_column("login", existing_type=sa.String(length=200), nullable=False)
