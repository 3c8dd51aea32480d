"""What became of an objection, and the evidence of both sides in it"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

OUTCOMES = "outcome IN ('stands', 'changed', 'accepted')"


def upgrade() -> None:
    with op.batch_alter_table("objections", schema=None) as batch:
        batch.add_column(sa.Column("level", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("outcome", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("decided_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("decided_for_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint(op.f("ck_objections_outcome"), OUTCOMES)
    with op.batch_alter_table("objections", schema=None) as batch:
        batch.alter_column("level", server_default=None)
    op.create_table(
        "exhibits",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("shows", sa.String(length=10000), nullable=False),
        sa.Column("link", sa.String(length=10000), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=200), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(link IS NULL) <> (sha256 IS NULL)", name=op.f("ck_exhibits_link_or_file")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "case_id"],
            ["cases.agency_id", "cases.year", "cases.id"],
            name=op.f("fk_exhibits_agency_id_year_case_id_cases"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "year", "case_id", "id", name=op.f("pk_exhibits")),
    )


def downgrade() -> None:
    op.drop_table("exhibits")
    with op.batch_alter_table("objections", schema=None) as batch:
        batch.drop_constraint(op.f("ck_objections_outcome"), type_="check")
        for name in ("decided_at", "decided_for_id", "decided_by", "outcome", "level"):
            batch.drop_column(name)
