"""One migration set: up and down on both databases, and never behind the models."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

from kinerja_flow.db import Base, downgrade, upgrade
from kinerja_flow.models import APPEND_ONLY
from tests import databases


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    admin = request.getfixturevalue("postgres_admin")
    url = databases.create_database(admin)
    request.addfinalizer(lambda: databases.drop_database(admin, url))
    return url


def engine_for(request: pytest.FixtureRequest, url: str) -> Engine:
    engine = create_engine(url)
    request.addfinalizer(engine.dispose)
    return engine


def test_the_schema_goes_up_and_down_and_up_again(
    empty: str, request: pytest.FixtureRequest
) -> None:
    engine = engine_for(request, empty)
    for _ in range(2):
        upgrade(empty)
        assert set(inspect(engine).get_table_names()) >= set(Base.metadata.tables)
        downgrade(empty, "base")
        assert set(inspect(engine).get_table_names()) <= {"alembic_version"}


def test_the_models_and_the_migrated_schema_agree(
    database: str, request: pytest.FixtureRequest
) -> None:
    with engine_for(request, database).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_append_only_table_is_one_of_ours() -> None:
    assert set(APPEND_ONLY) <= set(Base.metadata.tables)
