"""Substitution: dated grants, and on whose behalf an act was done"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

#: The columns that say on whose behalf, by table. Added as they are: no table is made anew, so
#: that the triggers of those that are only ever added to stay in force.
COLUMNS = {
    "history": ("on_behalf_of_id", "grant_id"),
    "signatures": ("on_behalf_of_id", "grant_id"),
    "results": ("decided_for_id",),
    "sheets": ("written_by_id",),
    "answers": ("written_by_id",),
    "action_steps": ("on_behalf_of_id", "grant_id"),
    "activities": ("on_behalf_of_id", "grant_id"),
    "realisations": ("on_behalf_of_id", "grant_id"),
    "evidence": ("on_behalf_of_id", "grant_id"),
    "feedback": ("on_behalf_of_id", "grant_id"),
}


def upgrade() -> None:
    op.create_table(
        "substitutions",
        sa.Column("absent_id", sa.Uuid(), nullable=False),
        sa.Column("substitute_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ground", sa.String(length=10000), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('plt', 'plh', 'leave')", name=op.f("ck_substitutions_kind")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_substitutions_days")),
        sa.CheckConstraint("absent_id <> substitute_id", name=op.f("ck_substitutions_two_people")),
        sa.ForeignKeyConstraint(
            ["agency_id", "absent_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_substitutions_agency_id_absent_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "substitute_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_substitutions_agency_id_substitute_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_substitutions_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutions")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_substitutions_agency_id_id")),
    )
    op.create_index("ix_substitutions_agency_id", "substitutions", ["agency_id"])
    for name in ("absent", "substitute"):
        key = ["agency_id", f"{name}_id", "until_on"]
        op.create_index(f"ix_substitutions_{name}", "substitutions", key)
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("substitutions")
