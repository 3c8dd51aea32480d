"""The yardstick over HTTP: a WSGI callable with psycopg alone, `tests.benchmarks.bare:app`.

It writes the rows that an act of the engine writes, and reads what a list of cases shows, decides
nothing and asks nobody who they are.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import make_url

from tests.benchmarks.raw import other

START = Callable[[str, list[tuple[str, str]]], object]
READ = (
    "SELECT agency_id, year, state, version, subject_id, digest FROM cases WHERE id = %s FOR UPDATE"
)
KEY = "agency_id = %(agency)s AND year = %(year)s AND {} = %(case)s"
WRITE = (
    "UPDATE cases SET state = %(to)s, version = %(version)s, entered_at = now() WHERE "
    + KEY.format("id"),
    "INSERT INTO history (agency_id, year, case_id, seq, at, action, actor_id, capacity,"
    " from_state, to_state, definition, change) VALUES (%(agency)s, %(year)s, %(case)s,"
    " %(version)s, now(), %(action)s, %(person)s, 'employee', %(from)s, %(to)s, %(digest)s, '{}')",
    "INSERT INTO outbox (id, agency_id, year, case_id, seq, event, recipient_id, created_at,"
    " attempts) SELECT gen_random_uuid(), %(agency)s, %(year)s, %(case)s, %(version)s, %(action)s,"
    " person_id, now(), 0 FROM participants WHERE "
    + KEY.format("case_id")
    + " AND relation = 'assessor'",
    "DELETE FROM deadlines WHERE fired_at IS NULL AND " + KEY.format("case_id"),
    'INSERT INTO deadlines (agency_id, year, case_id, seq, ordinal, kind, "to", due_at, try_at,'
    " attempts) VALUES (%(agency)s, %(year)s, %(case)s, %(version)s, 0, 'remind', '[]',"
    " now() + interval '8 days', now() + interval '8 days', 0)",
    "INSERT INTO idempotency_keys (agency_id, actor_id, key, case_id, request, answer, created_at)"
    " VALUES (%(agency)s, %(person)s, %(key)s, %(case)s, %(request)s, %(answer)s, now())",
)
LIST = (
    "SELECT c.id, c.cycle_id, c.kind, c.subject_id, p.name, c.unit_id, c.from_on, c.until_on,"
    " c.phase, c.state, c.version FROM cases c JOIN people p ON p.id = c.subject_id"
    " WHERE c.id IN (SELECT case_id FROM participants WHERE person_id = %s AND until_at IS NULL)"
    " ORDER BY c.id DESC LIMIT 20"
)
_mine = threading.local()


def app(environ: dict[str, Any], start: START) -> Iterable[bytes]:
    """An act for a POST, a list for a GET."""
    if environ["REQUEST_METHOD"] == "POST":
        case_id = environ["PATH_INFO"].split("/")[4]
        json.loads(environ["wsgi.input"].read() or b"{}")
        said: Any = _act(case_id)
    else:
        said = _list(parse_qs(environ["QUERY_STRING"])["as"][0])
    body = json.dumps(said, default=str).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _connection() -> psycopg.Connection:
    if not hasattr(_mine, "connection"):
        url = make_url(os.environ["KINERJA_DATABASE_URL"]).set(drivername="postgresql")
        _mine.connection = psycopg.connect(url.render_as_string(hide_password=False))
    found: psycopg.Connection = _mine.connection
    return found


def _act(case_id: str) -> dict[str, Any]:
    connection = _connection()
    with connection.transaction():
        row = connection.execute(READ, [case_id]).fetchone()
        assert row is not None
        agency, year, state, version, person, digest = row
        action, target = other(state)
        answer = {"case": case_id, "action": action, "state": target, "version": version + 1}
        of = {"agency": agency, "year": year, "case": case_id, "version": version + 1}
        of |= {"from": state, "to": target, "action": action, "person": person, "digest": digest}
        of |= {"key": secrets.token_hex(8), "request": "0" * 64, "answer": Jsonb(answer)}
        for statement in WRITE:
            connection.execute(statement, of)
    return answer


def _list(person: str) -> dict[str, Any]:
    connection = _connection()
    with connection.transaction():
        rows = connection.execute(LIST, [person]).fetchall()
    names = ("id", "cycle_id", "kind", "subject_id", "subject", "unit_id", "from_on", "until_on",
             "phase", "state", "version")  # fmt: skip
    return {"items": [dict(zip(names, row, strict=True)) for row in rows]}
