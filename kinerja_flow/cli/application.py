"""The application around a command: made from the settings, and refused without its database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from kinerja_flow import create_core
from kinerja_flow.cli.refusals import Unready
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.services.health import READY, readiness

_ABSENT, _ADDRESS, FAILING = "absent", "address", "failed"
#: How the address of a database may begin.
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


@contextmanager
def application(
    settings: Settings | None = None, make: Callable[[Settings], Flask] = create_core
) -> Iterator[Flask]:
    """The application in its context, on a database that answers and is migrated; with its
    entry points where `make` is `create_app`.

    Raises Unready otherwise, also when the connection is lost on the way.
    """
    settings = settings or Settings.from_environment()
    with reaching(settings.database_url):
        _refuse_absent(settings.database_url)
        app = make(settings)
        with app.app_context():
            found = readiness()
            if found != READY:
                raise Unready(found)
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()


def _refuse_absent(address: str) -> None:
    """SQLite makes a file by looking for it: one that is not there is not to be left behind."""
    url = make_url(address)
    path = Path(url.database or ":memory:")
    is_file = url.get_backend_name() == "sqlite" and not str(path).startswith((":memory:", "file:"))
    if is_file and path.parent.is_dir() and not path.exists():
        raise Unready(_ABSENT, str(path.absolute()))


@contextmanager
def reaching(address: str) -> Iterator[None]:
    """Turn a database that is away, or an address that names none of ours, into Unready."""
    try:
        if make_url(address).drivername not in DRIVERS:
            raise Unready(_ADDRESS)
        yield
    except (ArgumentError, NoSuchModuleError) as error:
        raise Unready(_ADDRESS) from error
    except DBAPIError as error:
        if error.connection_invalidated or not error.statement:
            raise Unready(FAILING, str(error.orig).strip()) from error
        raise
