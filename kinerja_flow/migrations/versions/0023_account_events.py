"""What happened to accounts, kept until a sweep on record lets it go"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = "account_events"
WHAT = (
    *("signed_in", "second_step_asked", "sign_in_failed", "second_step_failed"),
    *("second_step_set", "second_step_forgotten", "recovery_codes_renewed"),
    *("code_issued", "code_mailed", "password_chosen", "password_changed", "password_failed"),
    *("session_ended", "other_sessions_ended", "email_set", "switched_on", "switched_off"),
    *("token_issued", "token_revoked", "role_granted"),
)
#: A sweep that says of which rows it lets go.
ON_RECORD = (
    "SELECT 1 FROM swept WHERE swept.agency_id = OLD.agency_id "
    "AND swept.what = 'account_events' AND swept.before_at > OLD.at"
)


def refuse_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_unless_swept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' AND EXISTS ({ON_RECORD}) THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_unless_swept()"
        )
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    aborted = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
    op.execute(f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} {aborted}")
    op.execute(
        f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} "
        f"WHEN NOT EXISTS ({ON_RECORD}) {aborted}"
    )


def of_person(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        ["people.agency_id", "people.id"],
        name=op.f(f"fk_{TABLE}_agency_id_{column}_people"),
    )


def upgrade() -> None:
    op.add_column("swept", sa.Column("before_at", sa.DateTime(timezone=True), nullable=True))
    listed = ", ".join(f"'{one}'" for one in WHAT)
    op.create_table(
        TABLE,
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("network", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"what IN ({listed})", name=op.f(f"ck_{TABLE}_what")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f(f"fk_{TABLE}_agency_id_agencies")
        ),
        of_person("person_id"),
        of_person("actor_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_agency_id"), TABLE, ["agency_id"])
    op.create_index(f"ix_{TABLE}_person", TABLE, ["agency_id", "person_id", "id"])
    refuse_changes()


def downgrade() -> None:
    op.drop_table(TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_unless_swept()")
    op.drop_column("swept", "before_at")
