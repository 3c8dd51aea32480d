"""Steps of improvement plans, and follow-ups that come after others or lose their ground"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OPENED = ["agency_id", "year", "opened_by_id", "number", "key"]
_DOUBLE = "uq_follow_ups_agency_id_year_opened_by_id_number_key"
_FOLLOW_UPS = sa.table("follow_ups", *map(sa.column, ("case_id", "after_id", *_OPENED)))
_AFTER = "uq_follow_ups_agency_id_year_after_id_key"


def upgrade() -> None:
    op.create_table(
        "follow_up_steps",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=10000), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=10000), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_for_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_behalf_of_id", sa.Uuid(), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "done_on IS NULL OR outcome IS NOT NULL", name=op.f("ck_follow_up_steps_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "year", "case_id"],
            ["cases.agency_id", "cases.year", "cases.id"],
            name=op.f("fk_follow_up_steps_agency_id_year_case_id_cases"),
        ),
        sa.PrimaryKeyConstraint(
            "agency_id", "year", "case_id", "id", name=op.f("pk_follow_up_steps")
        ),
        sa.UniqueConstraint(
            *("agency_id", "year", "case_id", "number"),
            name=op.f("uq_follow_up_steps_agency_id_year_case_id_number"),
        ),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("after_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("superseded_by", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("is_withdrawn", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.drop_constraint(op.f(_DOUBLE), type_="unique")
        batch_op.create_unique_constraint(op.f(_AFTER), ["agency_id", "year", "after_id", "key"])
        batch_op.create_index(
            "ix_follow_ups_opened", ["agency_id", "year", "opened_by_id"], unique=False
        )
        batch_op.create_index(
            "uq_follow_ups_of_result",
            _OPENED,
            unique=True,
            sqlite_where=sa.text("after_id IS NULL"),
            postgresql_where=sa.text("after_id IS NULL"),
        )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.alter_column("is_withdrawn", server_default=None)


def downgrade() -> None:
    _keep_one_of_each_key()
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index("uq_follow_ups_of_result")
        batch_op.drop_index("ix_follow_ups_opened")
        batch_op.drop_constraint(op.f(_AFTER), type_="unique")
        batch_op.create_unique_constraint(op.f(_DOUBLE), _OPENED)
        batch_op.drop_column("is_withdrawn")
        batch_op.drop_column("superseded_by")
        batch_op.drop_column("after_id")
    op.drop_table("follow_up_steps")


def _keep_one_of_each_key() -> None:
    """The schema before knows one follow-up of a key to a result: the one that the result opened.

    Of those that came after others the first is kept where the result opened none; their cases and
    history stay. The case ids are drawn in the order of time.
    """
    one, other = _FOLLOW_UPS.alias(), _FOLLOW_UPS.alias()
    is_earlier = (other.c.case_id < one.c.case_id) & (
        other.c.after_id.is_(None) == one.c.after_id.is_(None)
    )
    opened = other.c.after_id.is_(None) & one.c.after_id.is_not(None)
    double = sa.select(one.c.case_id).where(
        sa.exists().where(*(other.c[name] == one.c[name] for name in _OPENED), opened | is_earlier)
    )
    op.execute(_FOLLOW_UPS.delete().where(_FOLLOW_UPS.c.case_id.in_(double)))
