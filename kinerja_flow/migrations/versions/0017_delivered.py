"""When the result of a case was last delivered: terms may run from it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_SAME = (("agency_id", "agency_id"), ("year", "year"), ("case_id", "id"))
_AT = sa.DateTime(timezone=True)
_CASES = sa.table(
    "cases", *map(sa.column, ("agency_id", "year", "id")), sa.column("delivered_at", _AT)
)
_HISTORY = sa.table(
    "history",
    *map(sa.column, ("agency_id", "year", "case_id")),
    sa.column("at", _AT),
    sa.column("change", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True))
    latest = (
        sa.select(sa.func.max(_HISTORY.c.at))
        .where(*(_HISTORY.c[of] == _CASES.c[name] for of, name in _SAME))
        .where(_HISTORY.c.change["delivered"].as_string().is_not(None))
    )
    op.execute(_CASES.update().values(delivered_at=latest.scalar_subquery()))


def downgrade() -> None:
    op.drop_column("cases", "delivered_at")
