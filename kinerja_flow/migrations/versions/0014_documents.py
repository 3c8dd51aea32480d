"""Documents: what of a delivered result's document would else change after its delivery"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "case_id"],
            ["cases.agency_id", "cases.year", "cases.id"],
            name=op.f("fk_documents_agency_id_year_case_id_cases"),
        ),
        sa.PrimaryKeyConstraint(
            "agency_id", "year", "case_id", "number", "seq", name=op.f("pk_documents")
        ),
    )


def downgrade() -> None:
    op.drop_table("documents")
