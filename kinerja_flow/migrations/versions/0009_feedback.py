"""Feedback on any row, private notes apart, briefings with questions, and practice cycles"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"

KINDS = ("strength", "improvement", "note", "recognition")
ABOUT = ("item", "indicator", "step", "activity", "realisation", "evidence")
PEOPLE = ("employee", "external")


def let_tables_be_rebuilt() -> None:
    """SQLite changes a table by making it anew, and would miss the rows that others refer to."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        bind.commit()
        driver: Any = bind.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")


def is_one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def replace_check(batch: Any, table: str, name: str, condition: str) -> None:
    full = op.f(f"ck_{table}_{name}")
    batch.drop_constraint(full, type_="check")
    batch.create_check_constraint(full, condition)


def entry(table: str, *columns: sa.Column[Any], checks: dict[str, str]) -> None:
    op.create_table(
        table,
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        *(sa.CheckConstraint(text, name=op.f(f"ck_{table}_{n}")) for n, text in checks.items()),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "case_id"],
            ["cases.agency_id", "cases.year", "cases.id"],
            name=op.f(f"fk_{table}_agency_id_year_case_id_cases"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "year", "case_id", "id", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    let_tables_be_rebuilt()
    _notes_and_feedback()
    with op.batch_alter_table("people") as batch:
        replace_check(batch, "people", "kind", is_one_of("kind", (*PEOPLE, "practice")))
    with op.batch_alter_table("cycles") as batch:
        batch.add_column(sa.Column("practice_of", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("practised_by", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_cycles_agency_id_year_practice_of_cycles"),
            "cycles",
            ["agency_id", "year", "practice_of"],
            ["agency_id", "year", "id"],
        )
        batch.create_foreign_key(
            op.f("fk_cycles_agency_id_practised_by_people"),
            "people",
            ["agency_id", "practised_by"],
            ["agency_id", "id"],
        )
        batch.create_check_constraint(
            op.f("ck_cycles_practice"), "(practice_of IS NULL) = (practised_by IS NULL)"
        )
        batch.create_index("ix_cycles_practice", ["practice_of", "practised_by"])
    _briefings()


def _notes_and_feedback() -> None:
    about = {
        "about_kind": is_one_of("about_kind", ABOUT),
        "about_one_thing": "(about_kind IS NULL) = (about_id IS NULL)",
    }
    entry(
        "private_notes",
        sa.Column("text", sa.String(length=10000), nullable=False),
        sa.Column("about_kind", sa.String(length=40), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        checks=about,
    )
    op.create_index("ix_private_notes_author", "private_notes", ["agency_id", "author_id"])
    with op.batch_alter_table("feedback") as batch:
        batch.add_column(sa.Column("about_kind", sa.String(length=40), nullable=True))
        batch.add_column(sa.Column("about_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("reply_to_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE feedback SET about_kind = 'item', about_id = item_id "
               "WHERE item_id IS NOT NULL")  # fmt: skip
    op.execute(
        "INSERT INTO private_notes (agency_id, year, case_id, id, version, author_id, noted_at, "
        "on_behalf_of_id, grant_id, text, about_kind, about_id) SELECT agency_id, year, case_id, "
        "id, version, author_id, noted_at, on_behalf_of_id, grant_id, text, about_kind, about_id "
        "FROM feedback WHERE is_private"
    )
    op.execute("DELETE FROM feedback WHERE is_private")
    with op.batch_alter_table("feedback") as batch:
        batch.drop_index("ix_feedback_item")
        batch.drop_column("item_id")
        batch.drop_column("is_private")
        replace_check(batch, "feedback", "kind", is_one_of("kind", (*KINDS, "reply")))
        checks = {**about, "reply": "(kind = 'reply') = (reply_to_id IS NOT NULL)"}
        for name, text in checks.items():
            batch.create_check_constraint(op.f(f"ck_feedback_{name}"), text)
        batch.create_index("ix_feedback_about", ["about_id"])


def _briefings() -> None:
    cycle = (["agency_id", "year", "cycle_id"], ["cycles.agency_id", "cycles.year", "cycles.id"])
    op.create_table(
        "briefing_receipts",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        _agency("briefing_receipts"),
        sa.ForeignKeyConstraint(
            *cycle, name=op.f("fk_briefing_receipts_agency_id_year_cycle_id_cycles")
        ),
        _person("briefing_receipts", "person_id"),
        sa.PrimaryKeyConstraint(
            *("agency_id", "year", "cycle_id", "person_id", "role", "digest"),
            name=op.f("pk_briefing_receipts"),
        ),
    )
    op.create_table(
        "briefing_questions",
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=True),
        sa.Column("text", sa.String(length=10000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=10000), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_briefing_questions_answered")
        ),
        _agency("briefing_questions"),
        sa.ForeignKeyConstraint(
            *cycle, name=op.f("fk_briefing_questions_agency_id_year_cycle_id_cycles")
        ),
        _person("briefing_questions", "asked_by"),
        _person("briefing_questions", "answered_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefing_questions")),
    )
    columns = ["agency_id", "cycle_id", "asked_at"]
    op.create_index("ix_briefing_questions_cycle", "briefing_questions", columns)
    op.create_index(op.f("ix_briefing_questions_agency_id"), "briefing_questions", ["agency_id"])
    op.create_table(
        "practice_personas",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _agency("practice_personas"),
        _person("practice_personas", "person_id"),
        sa.PrimaryKeyConstraint("agency_id", "part", name=op.f("pk_practice_personas")),
        sa.UniqueConstraint("person_id", name=op.f("uq_practice_personas_person_id")),
    )


def _agency(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_agency_id_agencies")
    return sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=name)


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_agency_id_{column}_people")
    return sa.ForeignKeyConstraint(
        ["agency_id", column], ["people.agency_id", "people.id"], name=name
    )


def downgrade() -> None:
    """Practice goes with the words for it; a reply, which the older schema lacks, too."""
    let_tables_be_rebuilt()
    for table in ("practice_personas", "briefing_questions", "briefing_receipts"):
        op.drop_table(table)
    with op.batch_alter_table("cycles") as batch:
        batch.drop_index("ix_cycles_practice")
        batch.drop_constraint(op.f("fk_cycles_agency_id_practised_by_people"), type_="foreignkey")
        name = op.f("fk_cycles_agency_id_year_practice_of_cycles")
        batch.drop_constraint(name, type_="foreignkey")
        batch.drop_constraint(op.f("ck_cycles_practice"), type_="check")
        batch.drop_column("practice_of")
        batch.drop_column("practised_by")
    op.execute("UPDATE people SET kind = 'external' WHERE kind = 'practice'")
    with op.batch_alter_table("people") as batch:
        replace_check(batch, "people", "kind", is_one_of("kind", PEOPLE))
    _one_table_again()


def _one_table_again() -> None:
    op.execute("DELETE FROM feedback WHERE kind = 'reply'")
    with op.batch_alter_table("feedback") as batch:
        batch.drop_index("ix_feedback_about")
        for name in ("about_kind", "about_one_thing", "reply"):
            batch.drop_constraint(op.f(f"ck_feedback_{name}"), type_="check")
        batch.add_column(sa.Column("item_id", sa.Uuid(), nullable=True))
        batch.add_column(
            sa.Column("is_private", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.execute("UPDATE feedback SET item_id = about_id WHERE about_kind = 'item'")
    op.execute(
        "INSERT INTO feedback (agency_id, year, case_id, id, version, author_id, noted_at, "
        "on_behalf_of_id, grant_id, text, kind, is_private, item_id) SELECT agency_id, year, "
        "case_id, id, version, author_id, noted_at, on_behalf_of_id, grant_id, text, 'note', "
        "(1 = 1), "
        "CASE WHEN about_kind = 'item' THEN about_id END FROM private_notes"
    )
    op.drop_table("private_notes")
    with op.batch_alter_table("feedback") as batch:
        for name in ("about_kind", "about_id", "reply_to_id"):
            batch.drop_column(name)
        batch.alter_column("is_private", server_default=None, existing_type=sa.Boolean())
        replace_check(batch, "feedback", "kind", is_one_of("kind", KINDS))
        batch.create_index("ix_feedback_item", ["item_id"])
