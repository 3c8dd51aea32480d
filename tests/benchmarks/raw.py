"""The yardstick: a driver alone, one transaction that reads a row, updates it, inserts one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
from sqlalchemy import make_url

from tests.benchmarks.world import World

Act = Callable[[int], None]

READ = "SELECT state, version FROM cases WHERE agency_id = %s AND year = %s AND id = %s"
MOVE = (
    "UPDATE cases SET state = %s, version = version + 1, entered_at = %s"
    " WHERE agency_id = %s AND year = %s AND id = %s"
)
TELL = (
    "INSERT INTO history (agency_id, year, case_id, seq, at, action, actor_id, capacity,"
    " from_state, to_state, definition, change)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, 'assessor', %s, %s, %s, '{}')"
)
LEAN = """
CREATE TABLE IF NOT EXISTS bench_lean (id int PRIMARY KEY, state text, version int);
CREATE TABLE IF NOT EXISTS bench_lean_told (id bigserial PRIMARY KEY, of int, seq int, state text);
INSERT INTO bench_lean SELECT n, 'drafting', 0 FROM generate_series(0, {cases}) n
ON CONFLICT DO NOTHING;
"""


def connect(world: World) -> psycopg.Connection:
    url = make_url(world.url).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False))


def other(state: str) -> tuple[str, str]:
    """The action that leads out of a state of the loop, and where to."""
    return ("submit", "review") if state == "drafting" else ("return", "drafting")


def same_tables(world: World) -> Act:
    """On the engine's own tables, with their indexes and constraints."""
    connection = connect(world)

    def act(index: int) -> None:
        case_id, person = world.cases[index]
        key = (world.agency_id, world.year, case_id)
        with connection.transaction():
            state, version = connection.execute(READ, key).fetchone()  # type: ignore[misc]
            now = datetime.now(UTC)
            action, target = other(state)
            connection.execute(MOVE, (target, now, *key))
            said = (now, action, person, state, target, world.digest)
            connection.execute(TELL, (*key, version + 1, *said))

    return act


def lean_tables(world: World) -> Act:
    """On two small tables of its own: the least that a durable change can cost here."""
    connection = connect(world)

    def act(index: int) -> None:
        with connection.transaction():
            read = "SELECT state, version FROM bench_lean WHERE id = %s"
            state, version = connection.execute(read, (index,)).fetchone()  # type: ignore[misc]
            target = other(state)[1]
            move = "UPDATE bench_lean SET state = %s, version = version + 1 WHERE id = %s"
            connection.execute(move, (target, index))
            tell = "INSERT INTO bench_lean_told (of, seq, state) VALUES (%s, %s, %s)"
            connection.execute(tell, (index, version + 1, target))

    return act


def prepare(world: World) -> None:
    """Make and fill the small tables."""
    with connect(world) as connection:
        connection.execute(LEAN.format(cases=len(world.cases)))  # type: ignore[arg-type]


def analyse(world: World) -> None:
    """Let the server know its tables, as it does by itself in time: new ones have no statistics."""
    with connect(world) as connection:
        connection.execute("ANALYZE")


def server(world: World) -> dict[str, str]:
    """Of the server's settings, those that a durable act depends on."""
    names = ("server_version", "fsync", "synchronous_commit", "full_page_writes")
    with connect(world) as connection:
        shown = {name: connection.execute(f"SHOW {name}").fetchone() for name in names}  # type: ignore[arg-type]
    return {name: str(row[0]) for name, row in shown.items() if row}


def sqlite_tables(world: World) -> Act:
    """The same on SQLite, with the same settings as the engine's connections."""
    connection = sqlite3.connect(str(make_url(world.url).database), isolation_level=None)
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "busy_timeout=15000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    read, move, tell = (sql.replace("%s", "?") for sql in (READ, MOVE, TELL))

    def act(index: int) -> None:
        case_id, person = world.cases[index]
        key = (world.agency_id, world.year, case_id.hex)
        connection.execute("BEGIN IMMEDIATE")
        state, version = connection.execute(read, key).fetchone()
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
        action, target = other(state)
        connection.execute(move, (target, now, *key))
        said = (now, action, person.hex, state, target, world.digest)
        connection.execute(tell, (*key, version + 1, *said))
        connection.execute("COMMIT")

    return act
