"""A scratch database: migrated once for the process, a fresh copy in memory for each scenario."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from kinerja_flow.db import bound_to, db, upgrade
from kinerja_flow.errors import Blocker, Conflict
from kinerja_flow.models import Agency
from kinerja_flow.services.scenarios.problems import WORDS

#: The keys of the agencies that scenarios make begin like this; a database with others is in use.
PREFIX = "scenario-"
IN_MEMORY = "sqlite://"


@contextmanager
def scratch_database(url: str | None = None) -> Iterator[None]:
    """`db` on an empty database in memory, or on the one at `url` brought to the newest schema.

    Raises Conflict where the one at `url` has an agency that no scenario made: the sweep of a
    scenario moves the clock of the whole database.
    """
    if url is not None:
        upgrade(url)
    with bound_to(url or IN_MEMORY):
        if url is None:
            _fill(db.engine.raw_connection())
        else:
            _refuse_if_in_use()
        yield


def _fill(pooled: Any) -> None:
    with closing(pooled):
        pooled.driver_connection.deserialize(_migrated())


@cache
def _migrated() -> bytes:
    """A migrated SQLite database, as the bytes of its file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scratch.sqlite"
        upgrade(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as connection:
            # A database in memory can't be opened while its file says that it has a log beside it.
            connection.execute("PRAGMA journal_mode=DELETE")
            return connection.serialize()


def _refuse_if_in_use() -> None:
    keys = db.session.scalars(select(Agency.key))
    if any(not key.startswith(PREFIX) for key in keys):
        raise Conflict([Blocker("not_scratch", "database", catalogue=WORDS)])
    db.session.rollback()
