"""Whether the database answers and has the schema that this program was written for."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from kinerja_flow.db import db, migrations

READY, NOT_MIGRATED, UNREACHABLE = "ready", "not_migrated", "unreachable"


def readiness() -> str:
    """READY, NOT_MIGRATED (no schema, or another than this program's) or UNREACHABLE."""
    expected = set(ScriptDirectory.from_config(migrations("sqlite://")).get_heads())
    try:
        with db.engine.connect() as connection:
            present = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError:
        return UNREACHABLE
    return READY if present == expected else NOT_MIGRATED
