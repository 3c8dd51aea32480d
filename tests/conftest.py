"""Fixtures of all tests: a migrated database and an app on each backend; no way out to a network.

`KINERJA_TEST_DATABASES` names the backends (default: both), `KINERJA_HYPOTHESIS` the profile.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck, settings

from kinerja_flow import create_app, create_core
from kinerja_flow.config import Settings
from kinerja_flow.db import db, upgrade
from kinerja_flow.services import passwords
from tests import databases

# The product's own way of keeping passwords, at the least cost: a test tries many.
passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

BACKENDS = os.environ.get("KINERJA_TEST_DATABASES", "sqlite,postgresql").split(",")
MARKS = {"sqlite": (), "postgresql": pytest.mark.postgres}
PARAMS = [pytest.param(backend, id=backend, marks=MARKS[backend]) for backend in BACKENDS]
NIGHTLY = os.environ.get("KINERJA_NIGHTLY") == "1"

# What gates a change finds the same each time; the nightly run explores.
STEADY: dict[str, Any] = {"derandomize": True, "database": None}
COMMON: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("quick", max_examples=25, **STEADY, **COMMON)
settings.register_profile("standard", max_examples=100, **STEADY, **COMMON)
settings.register_profile("nightly", max_examples=1000, print_blob=True, **COMMON)
settings.load_profile(
    os.environ.get("KINERJA_HYPOTHESIS", "nightly" if NIGHTLY else "standard"),
)


#: What is tested here rests on statements that go through one door (`workflow`, `db`), which
#: tests/engine tries on both databases; shipped scenarios and the demo try the rest on each.
PORTABLE = frozenset({"admin", "api", "security", "services", "signing", "test_start_page.py",
                      "webhooks"})  # fmt: skip
#: Under which the application of the tests keeps secrets.
SECRET = "a secret of the tests"
#: Tests send more requests a minute than anybody; those about limits set their own.
UNLIMITED: dict[str, Any] = dict.fromkeys(
    ("limit_address", "limit_actor", "limit_sign_in", "limit_tokens", "limit_citizens"), 0
)


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse to connect, send or look up anywhere but on this machine."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        sock, address = arguments[:2]
        if sock.family in (socket.AF_INET, socket.AF_INET6) and address:
            _only_loopback(address[0])
    elif event == "socket.getaddrinfo":
        _only_loopback(arguments[0])


def _only_loopback(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return
    try:
        is_here = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise RuntimeError(f"a test tried to reach {name}; tests stay on this machine")


sys.addaudithook(_stay_here)


def pytest_configure(config: pytest.Config) -> None:
    """Before workers start, find PostgreSQL once for all of them."""
    if "postgresql" in BACKENDS and config.getoption("numprocesses", None):
        try:
            os.environ[databases.ADDRESS] = databases.postgres_server()
        except databases.NoPostgres as reason:
            config.stash[WHY_NOT] = str(reason)


WHY_NOT = pytest.StashKey[str]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On PostgreSQL, what is `portable` is left to the nightly run: whatever is marked so, and what
    lies in one of the folders of `PORTABLE` but for the modules about what two do at once."""
    for item in items:
        params = getattr(item, "callspec", None)
        on = params.params.get("database") if params else None
        if on == "postgresql" and (item.get_closest_marker("portable") or _is_portable(item)):
            item.add_marker(pytest.mark.nightly)


def _is_portable(item: pytest.Item) -> bool:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return folder in PORTABLE and "races" not in item.path.stem


def pytest_report_header(config: pytest.Config) -> str:
    if config.stash.get(WHY_NOT, None):
        return f"databases: PostgreSQL is left out: {config.stash[WHY_NOT]}"
    where = os.environ.get(databases.ADDRESS)
    return f"databases: {', '.join(BACKENDS)}" + (f" ({where})" if where else "")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_admin() -> str:
    """The address of a PostgreSQL superuser; the test is skipped where there is none."""
    try:
        admin = databases.postgres_server()
    except databases.NoPostgres as reason:
        pytest.skip(f"no PostgreSQL: {reason}")
    databases.drop_leftovers(admin)
    return admin


@pytest.fixture(scope="session")
def postgres_template(postgres_admin: str) -> Iterator[str]:
    """A migrated PostgreSQL database to copy from: `create_database(admin, template)`."""
    url = databases.create_database(postgres_admin)
    upgrade(url)
    yield url
    databases.drop_database(postgres_admin, url)


@pytest.fixture(scope="session")
def postgres_shared(postgres_admin: str, postgres_template: str) -> Iterator[str]:
    """The one database of this worker, which `database` hands out and empties."""
    url = databases.create_database(postgres_admin, postgres_template)
    yield url
    databases.drop_database(postgres_admin, url)


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """Where a test on SQLite has its database."""
    return tmp_path / "kinerja.sqlite"


@pytest.fixture(params=PARAMS)
def database(request: pytest.FixtureRequest, sqlite_file: Path) -> Iterator[str]:
    """The address of a migrated database without rows, on each backend in turn."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield databases.copy_sqlite(template, sqlite_file)
    else:
        url = request.getfixturevalue("postgres_shared")
        yield url
        databases.empty_database(url)


@pytest.fixture
def app(database: str) -> Iterator[Flask]:
    """The application on an empty database, without its addresses; no context is pushed."""
    yield from _lent(create_core, database)


@pytest.fixture
def web_app(database: str) -> Iterator[Flask]:
    """The same with its addresses, which take longer to make than most tests."""
    yield from _lent(create_app, database)


def _lent(make: Callable[[Settings], Flask], database: str) -> Iterator[Flask]:
    app = make(settings_at(database))
    yield app
    let_go(app)


def settings_at(database: str) -> Settings:
    """The settings of an application of the tests."""
    return Settings(database_url=database, secret_key=SECRET, **UNLIMITED)


def let_go(app: Flask) -> None:
    """End every connection of an application to its database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
