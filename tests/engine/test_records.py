"""The database itself refuses to change what is on record, and nothing but `store` moves a case."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.models import (
    APPEND_ONLY,
    SWEPT_ALONE,
    Case,
    CreditEntry,
    Measurement,
    Reason,
    Redaction,
    Unit,
    UnitRating,
)
from kinerja_flow.services.results import read_results
from tests.engine.world import START, WORK, World, build, write_plan

CODE = Path(__file__).parents[2] / "kinerja_flow"
#: The only places that write a case's row: a move, and the opening of a case.
WRITERS = {"workflow/store.py", "workflow/opening.py"}
#: For each table, a column that a statement can set to itself.
COLUMNS = {
    "history": "seq",
    "signatures": "seq",
    "results": "number",
    "receipts": "number",
    "definitions": "digest",
    "template_versions": "number",
    "measurements": "unit",
    "unit_ratings": "level",
    "credit_entries": "level",
    "result_grounds": "number",
    "redactions": "ground",
    "readings": "number",
    "account_events": "what",
}


@pytest.fixture
def recorded(app: Flask) -> Iterator[Flask]:
    """An application with at least one row in every table that is only ever added to."""
    with app.app_context(), clock.at(START):
        world = build(WORK)
        write_plan(world)
        world.act("sari", "submit")
        world.act("chief", "approve")
        world.act("chief", "close_input")
        world.act("chief", "rate", hasil="baik")
        world.act("sari", "open_result")
        read_results(world.cases["sari"], world.actors["chief"])
        world.act("head", "sign_off")
        _measure(world)
        _rate(world)
        _redact(world)
        db.session.remove()
        yield app


def _measure(world: World) -> None:
    """A measurement, past the services: the template has nothing to measure."""
    of = {"agency_id": world.agency_id, "year": world.year, "person_id": world.people["sari"]}
    said = {"key": "hadir", "unit": "hari", "source": "presensi", "value": 1}
    with transaction() as session:
        session.add(Measurement(**of, **said, day_on=START.date(), noted_at=START))


def _rate(world: World) -> None:
    """A unit's predikat and a balance of credit, past the services: the template has neither."""
    of = {"agency_id": world.agency_id, "year": world.year, "reason_sha256": "0" * 64}
    with transaction() as session:
        unit, reason = session.scalars(select(Unit.id)).first(), Reason(text="x")
        reason.agency_id = world.agency_id
        session.add(reason)
        session.flush()
        kept = {**of, "reason_id": reason.id, "level": "baik"}
        about = {"cycle_id": world.cycle_id, "unit_id": unit, "number": 1}
        session.add(UnitRating(**kept, **about, set_by=world.people["head"], set_at=START))
        days = {"from_on": START.date(), "until_on": START.date(), "noted_at": START}
        session.add(CreditEntry(**kept, **days, person_id=world.people["sari"], value=1))


def _redact(world: World) -> None:
    """An officer's wish to redact a text, past the services: there is none to redact."""
    text = {"place": "feedback", "row": "1", "field": "text", "sha256": "0" * 64}
    wish = {"ground": "requested", "officer_id": world.people["officer"], "asked_at": START}
    with transaction() as session:
        session.add(Redaction(agency_id=world.agency_id, is_done=False, **text, **wish))


def test_every_append_only_table_is_tried() -> None:
    assert set(COLUMNS) == {*APPEND_ONLY, *SWEPT_ALONE}


@pytest.mark.parametrize("table", (*APPEND_ONLY, *SWEPT_ALONE))
def test_the_database_refuses_to_change_or_delete_what_is_on_record(
    recorded: Flask, table: str
) -> None:
    before = _rows(table)
    assert before, "nothing is proved by an empty table"
    statements = [f"UPDATE {table} SET {COLUMNS[table]} = {COLUMNS[table]}", f"DELETE FROM {table}"]
    if db.engine.dialect.name == "postgresql":
        statements += [f"TRUNCATE {table} CASCADE"]
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))
    assert _rows(table) == before


def _rows(table: str) -> list[Any]:
    with db.engine.connect() as connection:
        return sorted(map(str, connection.execute(text(f"SELECT * FROM {table}"))))


@pytest.mark.parametrize("name", ["state", "phase", "version"])
def test_assigning_what_a_move_decides_raises(recorded: Flask, name: str) -> None:
    with transaction() as session:
        case = session.query(Case).first()
        assert case is not None
        with pytest.raises(AttributeError):
            setattr(case, name, getattr(case, name))


_WRITES = {"insert", "update", "delete", "Insert", "Update", "Delete"}
_ROW = {"CASES", "Case", "Case.__table__", "CASES.c"}
_DECIDED = re.compile("_?(state|phase|version)")
_RAW = re.compile(r"(UPDATE|INTO|DELETE FROM)\s+cases\b", re.IGNORECASE)


def _writes_to_cases(source: str) -> Iterator[int]:
    """The lines that write the table of cases, make a Case, or assign what a move decides."""
    for node in ast.walk(ast.parse(source)):
        if _is_write(node) or any(_is_decided(target) for target in _targets(node)):
            yield getattr(node, "lineno", 0)


def _is_write(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and _RAW.search(node.value) is not None
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    verb, of = called.split(".")[-1], {ast.unparse(argument) for argument in node.args[:1]}
    of.add(called.rpartition(".")[0])
    return called == "Case" or (verb in _WRITES and bool(of & _ROW))


def _is_decided(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and _DECIDED.fullmatch(target.attr) is not None


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []


def test_nothing_but_store_and_opening_writes_a_case() -> None:
    found = {
        str(path.relative_to(CODE)): list(_writes_to_cases(path.read_text(encoding="utf-8")))
        for path in CODE.rglob("*.py")
        if "migrations" not in path.parts
    }
    assert {name for name, lines in found.items() if lines} == WRITERS


@pytest.mark.parametrize(
    "source",
    [
        "session.execute(update(CASES).values(state=state))",
        "session.execute(sa.update(Case))",
        "session.execute(CASES.update())",
        "Insert(CASES, row)",
        "session.add(Case(id=1))",
        "case.state = 'done'",
        "case._version += 1",
        "text('update cases set version = 2')",
    ],
)
def test_a_planted_write_is_found(source: str) -> None:
    assert list(_writes_to_cases(source)) == [1]
