"""Statements that name several trainings, and the level of a post beside its title"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0015"

#: What a case's profile said of its post: at first the level, under the name of the title.
LEVEL_APART = {
    "sqlite": "UPDATE cases SET profile = json_set(profile, '$.level', "
    "json_extract(profile, '$.post'), '$.post', (SELECT title FROM posts WHERE posts.agency_id = "
    "cases.agency_id AND posts.id = cases.post_id))",
    "postgresql": "UPDATE cases SET profile = profile || jsonb_build_object('level', "
    "profile->'post', 'post', (SELECT title FROM posts WHERE posts.agency_id = cases.agency_id "
    "AND posts.id = cases.post_id))",
}
LEVEL_AS_POST = {
    "sqlite": "UPDATE cases SET profile = json_remove(json_set(profile, '$.post', "
    "json_extract(profile, '$.level')), '$.level')",
    "postgresql": "UPDATE cases SET profile = (profile || jsonb_build_object('post', "
    "profile->'level')) - 'level'",
}


def resize(before: int, after: int) -> None:
    """The room for what somebody chose; SQLite makes the table anew, without checking references
    meanwhile."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        bind.commit()
        driver: Any = bind.connection.dbapi_connection
        driver.execute("PRAGMA foreign_keys=OFF")
    with op.batch_alter_table("statements") as batch:
        batch.alter_column(
            "value",
            existing_type=sa.String(length=before),
            type_=sa.String(length=after),
            existing_nullable=True,
        )


def upgrade() -> None:
    resize(200, 1000)
    op.execute(LEVEL_APART[op.get_bind().dialect.name])


def downgrade() -> None:
    """What the older column has no room for is cut off; the history keeps it whole."""
    op.execute(LEVEL_AS_POST[op.get_bind().dialect.name])
    op.execute("UPDATE statements SET value = substr(value, 1, 200) WHERE length(value) > 200")
    resize(1000, 200)
