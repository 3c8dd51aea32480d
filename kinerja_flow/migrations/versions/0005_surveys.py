"""Surveys of citizens: links, sealed replies, what is left of them, complaints"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def json_type() -> sa.JSON:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "survey_marks",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_survey_marks_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", "day_on", "mark", name=op.f("pk_survey_marks")),
    )
    op.create_table(
        "survey_salts",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_survey_salts_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", "day_on", name=op.f("pk_survey_salts")),
    )
    op.create_table(
        "survey_imports",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("imported_on", sa.Date(), nullable=False),
        sa.Column("imported_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "imported_by"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_survey_imports_agency_id_imported_by_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_survey_imports_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("agency_id", "digest", name=op.f("pk_survey_imports")),
    )
    op.create_table(
        "complaints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=10000), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("response", sa.String(length=10000), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("source IN ('survey', 'import')", name=op.f("ck_complaints_source")),
        sa.CheckConstraint(
            "(unit_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_complaints_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_complaints_agency_id_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "case_id"],
            ["cases.agency_id", "cases.year", "cases.id"],
            name=op.f("fk_complaints_agency_id_year_case_id_cases"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_complaints_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
    )
    op.create_index(op.f("ix_complaints_agency_id"), "complaints", ["agency_id"], unique=False)
    op.create_index(
        "ix_complaints_case", "complaints", ["agency_id", "year", "case_id"], unique=False
    )
    op.create_index(
        "ix_complaints_unit", "complaints", ["agency_id", "unit_id", "received_on"], unique=False
    )
    op.create_table(
        "surveys",
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("min_count", sa.Integer(), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("rolls_up_to", sa.Uuid(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('token', 'open', 'import')", name=op.f("ck_surveys_kind")),
        sa.CheckConstraint(
            "(unit_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_surveys_one_subject")
        ),
        sa.CheckConstraint("min_count >= 2", name=op.f("ck_surveys_min_count")),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_surveys_days")),
        sa.ForeignKeyConstraint(
            ["agency_id", "opened_by"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_surveys_agency_id_opened_by_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "rolls_up_to"],
            ["surveys.agency_id", "surveys.id"],
            name=op.f("fk_surveys_agency_id_rolls_up_to_surveys"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_surveys_agency_id_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "case_id"],
            ["cases.agency_id", "cases.year", "cases.id"],
            name=op.f("fk_surveys_agency_id_year_case_id_cases"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "cycle_id"],
            ["cycles.agency_id", "cycles.year", "cycles.id"],
            name=op.f("fk_surveys_agency_id_year_cycle_id_cycles"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_surveys_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_surveys_agency_id_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_surveys_secret_hash")),
    )
    op.create_index(op.f("ix_surveys_agency_id"), "surveys", ["agency_id"], unique=False)
    op.create_index("ix_surveys_case", "surveys", ["agency_id", "year", "case_id"], unique=False)
    op.create_index(
        "ix_surveys_due",
        "surveys",
        ["closes_on"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_surveys_unit", "surveys", ["agency_id", "cycle_id", "unit_id"], unique=False
    )
    op.create_table(
        "survey_comments",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=10000), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "survey_id"],
            ["surveys.agency_id", "surveys.id"],
            name=op.f("fk_survey_comments_agency_id_survey_id_surveys"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "survey_id", "id", name=op.f("pk_survey_comments")),
    )
    op.create_table(
        "survey_replies",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answers", json_type(), nullable=False),
        sa.Column("comment", sa.String(length=10000), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "survey_id"],
            ["surveys.agency_id", "surveys.id"],
            name=op.f("fk_survey_replies_agency_id_survey_id_surveys"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "survey_id", "id", name=op.f("pk_survey_replies")),
    )
    op.create_table(
        "survey_tallies",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_survey_tallies_count")),
        sa.ForeignKeyConstraint(
            ["agency_id", "survey_id"],
            ["surveys.agency_id", "surveys.id"],
            name=op.f("fk_survey_tallies_agency_id_survey_id_surveys"),
        ),
        sa.PrimaryKeyConstraint(
            "agency_id", "survey_id", "criterion", "level", name=op.f("pk_survey_tallies")
        ),
    )
    op.create_table(
        "survey_tokens",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "survey_id"],
            ["surveys.agency_id", "surveys.id"],
            name=op.f("fk_survey_tokens_agency_id_survey_id_surveys"),
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_survey_tokens")),
    )
    op.create_index(
        "ix_survey_tokens_survey", "survey_tokens", ["agency_id", "survey_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("survey_tokens")
    op.drop_table("survey_tallies")
    op.drop_table("survey_replies")
    op.drop_table("survey_comments")
    op.drop_table("surveys")
    op.drop_table("complaints")
    op.drop_table("survey_imports")
    op.drop_table("survey_salts")
    op.drop_table("survey_marks")
