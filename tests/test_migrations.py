"""One migration set: up and down on both databases, and never behind the models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from kinerja_flow.db import Base, downgrade, upgrade
from kinerja_flow.models import APPEND_ONLY
from tests import databases

ONE, DAY = "1" * 32, "2026-01-01"


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


def test_private_notes_move_to_a_table_of_their_own_and_back(
    empty: str, request: pytest.FixtureRequest
) -> None:
    upgrade(empty, "0001")
    engine = engine_for(request, empty)
    with engine.begin() as connection:
        _a_case_with_feedback(connection)
    upgrade(empty, "0009")
    with engine.connect() as connection:
        [note] = connection.execute(text("SELECT text, about_kind FROM private_notes")).all()
        shown = connection.execute(text("SELECT text, about_kind FROM feedback")).all()
        assert connection.scalar(text("SELECT count(*) FROM cases")) == 1
    assert (tuple(note), [tuple(row) for row in shown]) == (("mine", "item"), [("ours", None)])
    downgrade(empty, "0001")
    with engine.connect() as connection:
        old = text("SELECT text, is_private, item_id IS NULL FROM feedback ORDER BY text")
        assert [tuple(map(str, row)) for row in connection.execute(old)] in (
            [("mine", "1", "0"), ("ours", "0", "1")],
            [("mine", "True", "False"), ("ours", "False", "True")],
        )


def test_a_case_knows_the_level_of_its_post_beside_the_title(
    empty: str, request: pytest.FixtureRequest
) -> None:
    upgrade(empty, "0009")
    engine = engine_for(request, empty)
    with engine.begin() as connection:
        _a_case(connection)
        for statement in (
            f"INSERT INTO units (id, agency_id, name) VALUES ('{ONE}', 1, 'SD 1')",
            "INSERT INTO posts (id, agency_id, unit_id, title, level) "
            f"VALUES ('{ONE}', 1, '{ONE}', 'Guru', 'ahli_muda')",
            f"UPDATE cases SET post_id = '{ONE}', "
            """profile = '{"field": null, "post": "ahli_muda", "rank": "IX"}'""",
        ):
            connection.exec_driver_sql(statement)
    then = {"field": None, "post": "ahli_muda", "rank": "IX"}
    for revision, expected in (
        ("0010", {**then, "post": "Guru", "level": "ahli_muda"}),
        ("0009", then),
    ):
        (upgrade if revision == "0010" else downgrade)(empty, revision)
        with engine.connect() as connection:
            said = connection.scalar(text("SELECT profile FROM cases"))
            assert (json.loads(said) if isinstance(said, str) else said) == expected


def test_follow_ups_of_one_key_become_one_on_the_way_down(
    empty: str, request: pytest.FixtureRequest
) -> None:
    upgrade(empty, "0011")
    engine = engine_for(request, empty)
    with engine.begin() as connection:
        _a_case(connection)
        _follow_ups(connection)
    downgrade(empty, "0010")
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT case_id, key FROM follow_ups ORDER BY key")).all()
        assert connection.scalar(text("SELECT count(*) FROM cases")) == 6
    found = [(str(case).replace("-", ""), key) for case, key in kept]
    assert found == [("2" * 32, "latih"), ("5" * 32, "uji")]
    upgrade(empty, "0011")


def test_the_latest_delivery_is_read_from_the_history(
    empty: str, request: pytest.FixtureRequest
) -> None:
    upgrade(empty, "0016")
    engine = engine_for(request, empty)
    with engine.begin() as connection:
        _a_case(connection)
        for seq, change in ((2, '{"delivered": 1}'), (3, '{"delivered": 1}'), (4, "{}")):
            connection.exec_driver_sql(
                "INSERT INTO history (agency_id, year, case_id, seq, at, action, capacity, "
                f"to_state, definition, change) VALUES (1, 2026, '{ONE}', {seq}, "
                f"'2026-01-0{seq} 00:00:00+00:00', 'a', 'hr', 's', 'd', '{change}')"
            )
    upgrade(empty, "0017")
    with engine.connect() as connection:
        assert str(connection.scalar(text("SELECT delivered_at FROM cases")))[:10] == "2026-01-03"
    downgrade(empty, "0016")


def _follow_ups(connection: Connection) -> None:
    """Of one key one that the result opened and two that came after it; of another two later."""
    opened = (("2", "latih", None), ("3", "latih", "2"), ("4", "latih", "3"))
    for number, key, after in (*opened, ("5", "uji", "2"), ("6", "uji", "3")):
        case, behind = number * 32, f"'{after * 32}'" if after else "NULL"
        _another_case(connection, case)
        connection.exec_driver_sql(
            "INSERT INTO follow_ups (agency_id, year, case_id, key, opened_by_id, number, "
            f"after_id, is_withdrawn) VALUES (1, 2026, '{case}', '{key}', '{ONE}', 1, {behind}, "
            "1 = 0)"
        )


def _another_case(connection: Connection, case: str) -> None:
    """A case that hangs on the first."""
    connection.exec_driver_sql(
        "INSERT INTO cases (agency_id, year, id, cycle_id, kind, parent_id, subject_id, from_on, "
        f"until_on, profile, digest, state, phase, version, entered_at) VALUES (1, 2026, '{case}', "
        f"'{ONE}', 'f', '{ONE}', '{ONE}', '{DAY}', '{DAY}', '{{}}', 'd', 's', 'running', 1, "
        f"'{DAY} 00:00:00')"
    )


def _a_case_with_feedback(connection: Connection) -> None:
    """A case with two remarks, as the first schema keeps them."""
    _a_case(connection)
    one, two, at = ONE, "2" * 32, f"{DAY} 00:00:00"
    case = f"1, 2026, '{one}'"
    for statement in (
        "INSERT INTO feedback (agency_id, year, case_id, id, version, author_id, noted_at, kind, "
        f"text, is_private) VALUES ({case}, '{one}', 1, '{one}', '{at}', 'strength', 'ours', "
        "1 = 0)",
        "INSERT INTO feedback (agency_id, year, case_id, id, version, author_id, noted_at, kind, "
        f"text, is_private, item_id) VALUES ({case}, '{two}', 1, '{one}', '{at}', 'note', 'mine', "
        f"1 = 1, '{two}')",
    ):
        connection.exec_driver_sql(statement)


def _a_case(connection: Connection) -> None:
    """An agency, a cycle and a case."""
    one, day = ONE, DAY
    at = f"{day} 00:00:00"
    case = f"1, 2026, '{one}'"
    for statement in (
        "INSERT INTO agencies (id, key, name, zone) VALUES (1, 'k', 'K', 'Asia/Jakarta')",
        "INSERT INTO definitions (digest, canonical) VALUES ('d', '{}')",
        f"INSERT INTO people (id, agency_id, name, kind) VALUES ('{one}', 1, 'S', 'employee')",
        "INSERT INTO template_versions (id, agency_id, key, number, source, digest, published_at) "
        f"VALUES ('{one}', 1, 'k', 1, 's', 'd', '{at}')",
        "INSERT INTO cycles (id, agency_id, year, name, template_id, digest, settings, windows, "
        f"days_off, from_on, until_on, opened_at) VALUES ('{one}', 1, 2026, 'c', '{one}', 'd', "
        f"'{{}}', '{{}}', '[]', '{day}', '{day}', '{at}')",
        "INSERT INTO cases (agency_id, year, id, cycle_id, kind, subject_id, from_on, until_on, "
        f"profile, digest, state, phase, version, entered_at) VALUES ({case}, '{one}', 'a', "
        f"'{one}', '{day}', '{day}', '{{}}', 'd', 's', 'running', 1, '{at}')",
    ):
        connection.exec_driver_sql(statement)
