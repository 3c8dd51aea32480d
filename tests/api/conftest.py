"""What tests of the API share: a world, and programs that call on behalf of its people.

The application is made once, and so is the world: both take longer than most tests. On SQLite the
file that the application has open is written anew for each test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kinerja_flow import clock, create_app, create_core
from tests import databases
from tests.api.portal import Portal, opened
from tests.builders import NOON, Books
from tests.conftest import let_go, settings_at


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One place for all tests, since an application never changes its address."""
    return tmp_path_factory.mktemp("api") / "kinerja.sqlite"


@pytest.fixture(scope="session")
def applications() -> dict[str, Flask]:
    """Those that were made so far, by the address of their database."""
    return {}


@pytest.fixture
def app(database: str, applications: dict[str, Flask]) -> Iterator[Flask]:
    """The application with its addresses, on an empty database."""
    if database not in applications:
        applications[database] = create_app(settings_at(database))
    yield applications[database]
    let_go(applications[database])


@pytest.fixture(scope="session")
def laid(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Books]:
    """A SQLite file with the world of a portal, to copy from, and who is who in it."""
    path = tmp_path_factory.mktemp("laid") / "world.sqlite"
    app = create_core(settings_at(databases.copy_sqlite(sqlite_template, path)))
    with app.app_context(), opened(app) as found:
        books = found.books
    let_go(app)
    return path, books


@pytest.fixture
def portal(app: Flask, database: str, request: pytest.FixtureRequest) -> Iterator[Portal]:
    with app.app_context():
        if not database.startswith("sqlite"):
            with opened(app) as found:
                yield found
            return
        world, books = request.getfixturevalue("laid")
        databases.copy_sqlite(world, request.getfixturevalue("sqlite_file"))
        with clock.at(NOON):
            yield Portal(app, books)
