"""Service tokens, and idempotency keys of requests that are about no case"""

import sqlalchemy as sa
from alembic import op

from kinerja_flow.db import Json

revision = "0016"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "service_tokens",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_service_tokens_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "owner_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_service_tokens_agency_id_owner_id_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_tokens")),
        sa.UniqueConstraint("sha256", name=op.f("uq_service_tokens_sha256")),
    )
    with op.batch_alter_table("service_tokens", schema=None) as batch:
        batch.create_index(batch.f("ix_service_tokens_agency_id"), ["agency_id"], unique=False)
        batch.create_index(batch.f("ix_service_tokens_owner_id"), ["owner_id"], unique=False)
    with op.batch_alter_table("idempotency_keys", schema=None) as batch:
        batch.alter_column("case_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM idempotency_keys WHERE case_id IS NULL")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch:
        batch.alter_column("case_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_table("service_tokens")
