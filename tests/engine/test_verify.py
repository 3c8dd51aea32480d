"""Replaying a history finds whatever was changed behind the engine's back, and names the place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, text

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.models import Case, HistoryEvent
from kinerja_flow.services import verify, verify_documents
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.verify import verify_history
from tests.engine.world import START, WORK, World, build, row, rows

pytestmark = pytest.mark.slow

ON_RECORD = ("history", "definitions")


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """An appraisal signed off after an objection: seq 1 to 11, and the objection's 1 to 3."""
    with app.app_context(), clock.at(START):
        found = build(WORK, of=("sari", "tia"))
        found.act("sari", "submit", remark="mohon diperiksa")
        found.act("chief", "return", comment="kurang")
        found.act("sari", "submit")
        found.act("chief", "approve")
        with clock.at(START + timedelta(days=40)):
            tick()
            found.act("chief", "rate", hasil="baik")
            found.act("sari", "open_result")
            found.act("sari", "object", grounds="tidak setuju")
            objection = row(Case, kind="objection").id
            found.act("chief", "respond", of=objection, response="ya")
            found.act("head", "change", of=objection, hasil="kurang", reasons="x")
        yield found


def plant(statement: str, **given: Any) -> None:
    """Carry out a statement with the triggers that guard the record switched off."""
    typed = {name: _bound(value) for name, value in given.items()}
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement), typed)
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
        guards = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name, _ in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.execute(text(statement), typed)
        for _, sql in guards:
            connection.exec_driver_sql(sql)


def _bound(value: Any) -> Any:
    if isinstance(value, UUID) and db.engine.dialect.name == "sqlite":
        return value.hex
    return value


def found_in(world: World) -> list[tuple[int | None, str]]:
    """The findings about sari's appraisal, as (seq, rule)."""
    findings = list(verify_history(world.agency_id))
    assert all(one.case_id == world.cases["sari"] for one in findings)
    return [(one.seq, one.rule) for one in findings]


def test_what_the_engine_wrote_holds(world: World) -> None:
    assert list(verify_history()) == []
    assert len(rows(HistoryEvent, case_id=world.cases["sari"])) == 10


# What is done to sari's appraisal, and where that is found
PLANTED = [
    ("DELETE FROM history WHERE case_id = :case AND seq = 10",
     [(9, "version"), (9, "state"), (10, "document_recorded")]),
    ("DELETE FROM history WHERE case_id = :case AND seq = 4",
     [(4, "seq"), (5, "from_state")]),
    ("DELETE FROM history WHERE case_id = :case AND seq = 1",
     [(1, "seq"), (2, "from_state")]),
    ("DELETE FROM history WHERE case_id = :case",
     [(0, "version"), (None, "state"), *((n, "document_recorded") for n in (7, 10))]),
    ("UPDATE history SET action = 'approve' WHERE case_id = :case AND seq = 3",
     [(3, "target")]),
    ("UPDATE history SET action = 'sign_off' WHERE case_id = :case AND seq = 3",
     [(3, "source"), (3, "capacity")]),
    ("UPDATE history SET action = 'made_up' WHERE case_id = :case AND seq = 3",
     [(3, "amendment")]),
    ("UPDATE history SET action = 'opened' WHERE case_id = :case AND seq = 3",
     [(3, "opening")]),
    ("UPDATE history SET action = 'submit' WHERE case_id = :case AND seq = 1",
     [(1, "opening")]),
    ("UPDATE history SET to_state = 'working' WHERE case_id = :case AND seq = 1",
     [(1, "initial"), (2, "from_state")]),
    ("UPDATE history SET to_state = 'working' WHERE case_id = :case AND seq = 2",
     [(2, "target"), (3, "from_state")]),
    ("UPDATE history SET from_state = 'working' WHERE case_id = :case AND seq = 3",
     [(3, "from_state"), (3, "source")]),
    ("UPDATE history SET actor_id = NULL WHERE case_id = :case AND seq = 5", [(5, "actor")]),
    ("UPDATE history SET actor_id = :sari WHERE case_id = :case AND seq = 6", [(6, "actor")]),
    ("UPDATE history SET capacity = 'peer' WHERE case_id = :case AND seq = 5",
     [(5, "capacity")]),
    ("UPDATE history SET capacity = 'clock' WHERE case_id = :case AND seq = 5",
     [(5, "capacity"), (5, "actor")]),
    ("UPDATE history SET definition = 'feed' WHERE case_id = :case AND seq = 5",
     [(5, "definition")]),
    ("UPDATE cases SET version = 12 WHERE id = :case", [(10, "version")]),
    ("UPDATE cases SET state = 'working' WHERE id = :case", [(10, "state"), (10, "phase")]),
    ("UPDATE cases SET state = 'nowhere' WHERE id = :case", [(10, "state")]),
    ("UPDATE cases SET phase = 'closed' WHERE id = :case", [(10, "phase")]),
    ("UPDATE cases SET closed_at = entered_at WHERE id = :case", [(10, "closed_at")]),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), PLANTED)
def test_a_planted_change_is_found_where_it_was_made(
    world: World, statement: str, expected: list[tuple[int | None, str]]
) -> None:
    names = {"case": world.cases["sari"], "sari": world.people["sari"]}
    plant(statement, **{name: value for name, value in names.items() if f":{name}" in statement})
    assert found_in(world) == expected


def test_a_definition_that_was_touched_is_found_by_its_digest(world: World) -> None:
    plant("UPDATE definitions SET canonical = REPLACE(canonical, 'Kerja', 'Karya')")
    findings = list(verify_history())
    assert [(one.rule, one.case_id) for one in findings] == [("definition_digest", None)]
    assert findings[0].digest == findings[0].expected == row(Case, id=world.cases["sari"]).digest


def test_a_definition_that_cannot_be_read_is_named_with_every_event_it_judges(
    world: World,
) -> None:
    plant("UPDATE definitions SET canonical = '{}'")
    findings = list(verify_history())
    rules = [one.rule for one in findings]
    assert rules[:2] == ["definition_digest", "definition_readable"]
    assert rules[2:] == ["definition"] * len(rows(HistoryEvent))


def test_another_agency_is_left_out_where_one_is_asked_for(world: World) -> None:
    other = build(WORK, key="lain")
    plant("UPDATE cases SET version = 7 WHERE id = :case", case=world.cases["sari"])
    assert list(verify_history(other.agency_id)) == []
    assert [one.rule for one in verify_history()] == ["version"]


def test_a_finding_says_case_event_rule_and_what_was_expected(world: World) -> None:
    plant("UPDATE cases SET version = 12 WHERE id = :case", case=world.cases["sari"])
    (finding,) = verify_history()
    assert finding.as_json() == {
        "case": str(world.cases["sari"]),
        "seq": 10,
        "definition": None,
        "rule": "version",
        "expected": 10,
        "found": 12,
    }


def test_cases_are_read_in_chunks_with_one_query_each(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "CHUNK", 2)
    with app.app_context(), clock.at(START):
        for number in range(2):
            build(WORK, key=f"kota{number}", of=("sari", "tia", "uli"))
        sent: list[str] = []
        with transaction():
            pass
        event.listen(db.engine, "before_cursor_execute", lambda *about: sent.append(about[2]))
        findings = list(verify_history())
    assert findings == []
    assert len([statement for statement in sent if "JOIN history" in statement]) == 4


def test_whoever_acts_meanwhile_is_no_finding(world: World) -> None:
    plant("UPDATE cases SET version = 12 WHERE id = :case", case=world.cases["tia"])
    findings = verify_history()
    assert next(findings).case_id == world.cases["tia"]
    world.act("sari", "open_result")
    assert list(findings) == []


# What is done to the first document of sari's appraisal, and what is found at its delivery, seq 7
DOCUMENTS = [
    ("UPDATE documents SET content = '{}' WHERE case_id = :case AND seq = 7",
     [(7, "document_content")]),
    ("UPDATE documents SET sha256 = :digest WHERE case_id = :case AND seq = 7",
     [(7, "document_sha256")]),
    ("DELETE FROM documents WHERE case_id = :case AND seq = 7", [(7, "document")]),
    ("UPDATE documents SET seq = 60 WHERE case_id = :case AND seq = 7",
     [(7, "document"), (60, "document_recorded")]),
    ("UPDATE documents SET number = 7 WHERE case_id = :case AND seq = 7",
     [(7, "document"), (7, "document_recorded")]),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), DOCUMENTS)
def test_a_document_that_is_not_what_was_delivered_is_named(
    world: World, statement: str, expected: list[tuple[int, str]]
) -> None:
    given = {"digest": "0" * 64} if ":digest" in statement else {}
    plant(statement, case=world.cases["sari"], **given)
    assert found_in(world) == expected


def test_documents_are_read_in_chunks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_documents, "CHUNK", 1)
    plant("UPDATE documents SET content = '{}'")
    told = [(one.seq, one.change["document"]) for one in rows(HistoryEvent)
            if "document" in one.change]  # fmt: skip
    found = [(one.seq, one.expected) for one in verify_history(world.agency_id)]
    assert len(told) > 1
    assert sorted(found) == sorted(told)
