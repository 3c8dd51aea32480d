"""Bases laid once for each template and kind of database, and copies of them for every world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from kinerja_flow import create_core
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from tests import databases
from tests.anonymity.citizens import lay_citizens
from tests.anonymity.worlds import lay_base
from tests.conftest import PARAMS
from tests.engine.world import World

TEMPLATES = ("rakumpit", "nasional", "tim", "layanan")


@dataclass(frozen=True)
class Base:
    """`copy()` is the address of a database that is as the base was laid, for as long as needed."""

    world: World
    copy: Callable[[], contextmanager]  # type: ignore[type-arg]


@pytest.fixture(scope="session", params=PARAMS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def bases(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Base]]:
    """The base of each template on one kind of database."""
    if backend == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        folder = tmp_path_factory.mktemp("worlds")
        yield {name: _on_sqlite(template, folder / name) for name in TEMPLATES}
        return
    admin = request.getfixturevalue("postgres_admin")
    empty = request.getfixturevalue("postgres_template")
    urls = {name: databases.create_database(admin, empty) for name in TEMPLATES}
    yield {name: _on_postgresql(admin, url, name) for name, url in urls.items()}
    for url in urls.values():
        databases.drop_database(admin, url)


def _laid(url: str, template: str) -> World:
    with create_core(Settings(database_url=url)).app_context():
        world = lay_citizens() if template == "layanan" else lay_base(template)
        db.session.remove()
        db.engine.dispose()
    return world


def _on_sqlite(template: Path, folder: Path) -> Base:
    folder.mkdir()
    numbers, laid = count(), folder / "base.sqlite"
    world = _laid(databases.copy_sqlite(template, laid), folder.name)

    @contextmanager
    def copy() -> Iterator[str]:
        yield databases.copy_sqlite(laid, folder / f"{next(numbers)}.sqlite")

    return Base(world, copy)


def _on_postgresql(admin: str, url: str, template: str) -> Base:
    world = _laid(url, template)

    @contextmanager
    def copy() -> Iterator[str]:
        copied = databases.create_database(admin, url)
        try:
            yield copied
        finally:
            databases.drop_database(admin, copied)

    return Base(world, copy)
