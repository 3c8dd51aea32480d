"""Whether the database answers and has the schema that this program was written for, and whether
this process was told to stop."""

from __future__ import annotations

from threading import Event

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from kinerja_flow.db import db, migrations

READY, NOT_MIGRATED, UNREACHABLE = "ready", "not_migrated", "unreachable"
STOPPING = "stopping"
_stopping = Event()


def stop() -> None:
    """Say from now on that this process takes no more work; what is under way goes on."""
    _stopping.set()


def is_stopping() -> bool:
    """Whether this process was told to stop."""
    return _stopping.is_set()


def readiness() -> str:
    """READY, NOT_MIGRATED (no schema, or another than this program's) or UNREACHABLE."""
    expected = set(ScriptDirectory.from_config(migrations("sqlite://")).get_heads())
    try:
        with db.engine.connect() as connection:
            present = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError:
        return UNREACHABLE
    return READY if present == expected else NOT_MIGRATED
