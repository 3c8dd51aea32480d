"""An index over those who have left, which every sweep looks for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_LEFT = sa.text("left_on IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_people_left", "people", ["left_on"], sqlite_where=_LEFT, postgresql_where=_LEFT
    )


def downgrade() -> None:
    op.drop_index("ix_people_left", table_name="people")
