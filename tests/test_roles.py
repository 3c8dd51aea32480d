"""The restricted PostgreSQL role of docs/operator.md: history is out of reach, the engine works."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from kinerja_flow import clock, create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db, upgrade
from kinerja_flow.models import APPEND_ONLY
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.verify import verify_history
from tests import databases
from tests.engine import world

pytestmark = pytest.mark.postgres

OPERATOR = Path(__file__).parents[1] / "docs" / "operator.md"
DOCUMENTED = "kinerja_app"


def _grants() -> str:
    found = re.search(r"```sql grants\n(.*?)```", OPERATOR.read_text(encoding="utf-8"), re.DOTALL)
    assert found, "docs/operator.md gives the grants in a block that opens with ```sql grants"
    return found[1]


@pytest.fixture(scope="module")
def role_url(postgres_admin: str, postgres_template: str) -> Iterator[str]:
    """A database of its own as the restricted role reaches it, under a name of this run's."""
    url = databases.create_database(postgres_admin, postgres_template)
    role, word = f"{DOCUMENTED}_{secrets.token_hex(4)}", secrets.token_hex(16)
    with _connected(url) as connection:
        login = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        connection.execute(login.format(sql.Identifier(role), sql.Literal(word)))
        connection.execute(_grants().replace(DOCUMENTED, role).encode())
    yield make_url(url).set(username=role, password=word).render_as_string(hide_password=False)
    databases.drop_database(postgres_admin, url)
    owner = make_url(postgres_admin).set(drivername="postgresql")
    with psycopg.connect(
        owner.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.fixture(scope="module")
def lived_in(role_url: str) -> str:
    """The address, after the engine carried an appraisal through under the restricted role."""
    app = create_app(Settings(database_url=role_url))
    with app.app_context(), clock.at(world.START):
        here = world.build()
        world.write_plan(here)
        here.act("sari", "submit_plan")
        here.act("chief", "return_plan", comment="Lengkapi.")
        here.act("sari", "submit_plan")
        here.act("chief", "approve_plan")
        assert tick().blocked == 0
        assert list(verify_history()) == []
        db.session.remove()
        db.engine.dispose()
    return role_url


def test_the_engine_works_under_the_restricted_role(lived_in: str) -> None:
    with _connected(lived_in) as connection:
        counted = connection.execute("SELECT count(*) FROM history").fetchone()
    assert counted == (5,)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET agency_id = agency_id",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {} CASCADE",
    ],
)
def test_the_role_cannot_touch_what_is_only_added_to(
    lived_in: str, table: str, statement: str
) -> None:
    if table == "definitions":
        statement = statement.replace("agency_id", "canonical")
    with (
        _connected(lived_in) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.format(table).encode())


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "DROP FUNCTION refuse_change() CASCADE",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END $$",
        "CREATE TABLE public.mine (id int)",
        "UPDATE alembic_version SET version_num = '0000'",
    ],
)
def test_the_role_cannot_switch_the_guards_off(lived_in: str, statement: str) -> None:
    with (
        _connected(lived_in) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())


def test_commands_find_the_schema_in_place_and_leave_it_alone(lived_in: str) -> None:
    upgrade(lived_in)


def test_every_guarded_table_is_named_in_the_grants() -> None:
    revoked = re.search(r"REVOKE UPDATE, DELETE, TRUNCATE ON\s+(.*?) FROM", _grants(), re.DOTALL)
    assert revoked
    assert set(re.findall(r"\w+", revoked[1])) == set(APPEND_ONLY)


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)
