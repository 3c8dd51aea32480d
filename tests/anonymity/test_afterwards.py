"""What the database holds after the release, and what no statement of the product ever does."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError

from kinerja_flow.db import db
from tests.anonymity.stories import Story
from tests.anonymity.test_leaks import FIRST, LATE, STORY
from tests.anonymity.worlds import play

pytestmark = pytest.mark.slow

DECLINED = Story("rakumpit", FIRST, None, STORY.pair, "tia", 5)
#: What the promise to raters rests on, and the tables that hold it.
PINNED = re.compile(r"\b(definitions|cycles|template_versions)\b|\bdigest *=")


def test_nothing_links_the_released_answers_to_their_raters(bases: dict[str, Any]) -> None:
    base = bases["rakumpit"]
    with base.copy() as url:
        seen = play(url, base.world, DECLINED, readers=(), moments=("answered", "released"))
    assert len(json.loads(seen["answered", "sheets", "table"])) == 2  # without those of the pair
    assert len(json.loads(seen["answered", "idempotency_keys", "table"])) == 2
    assert json.loads(seen["released", "sheets", "table"]) == []
    # Whoever declined took part no more; their request says what the history says anyway.
    (kept,) = json.loads(seen["released", "idempotency_keys", "table"])
    assert dict(kept)["actor_id"] == str(base.world.people["tia"])
    stored = json.loads(seen["released", "answers", "as stored"])
    assert len(stored) == 9  # of three raters; nothing of the one who declined
    if len(stored[0]) == 4:  # PostgreSQL: one transaction wrote them all
        assert {row[0] for row in stored} == {1}
    heard = json.loads(seen["released", "outbox", "table"])
    since = [dict(row)["recipient_id"] for row in heard if "decline" in dict(row)["event"]]
    people = base.world.people
    told = ("chief", "officer", "second_officer")
    assert {*since} <= {str(people[name]) for name in told} and str(people["chief"]) in since


@pytest.mark.parametrize("story", [DECLINED, LATE], ids=["rakumpit", "nasional"])
def test_no_statement_changes_the_settings_that_a_case_was_opened_with(
    bases: dict[str, Any], story: Story
) -> None:
    said: list[str] = []

    def note(*given: Any) -> None:
        said.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with bases[story.template].copy() as url:
            play(url, bases[story.template].world, story, readers=(), moments=())
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    changing = [s for s in said if re.match(r"\s*(UPDATE|DELETE|INSERT)", s)]
    assert changing
    assert not [s for s in changing if PINNED.search(s.partition("WHERE")[0])]


def test_a_fault_is_told_and_logged_without_the_values(app: Flask) -> None:
    """Neither the message of a failed statement nor a traceback shows what was answered."""
    with app.app_context():
        secret, row = "Jawaban rahasia", {"id": 1, "name": None}
        insert = text("INSERT INTO agencies (id, key, name, zone) VALUES (:id, :key, :name, 'x')")
        with pytest.raises(IntegrityError) as failed, db.engine.begin() as connection:
            connection.execute(insert, {**row, "key": secret})
        assert "hidden" in str(failed.value)
        assert "[parameters:" not in str(failed.value)
        logged = structlog.get_config()["processors"][-1](None, "error", _failing(secret))
    assert "_failing" in logged and secret not in logged


def _failing(secret: str) -> dict[str, Any]:
    sheet = {"rater": "tia", "answers": secret}
    try:
        raise ValueError(len(sheet))
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
        return {"event": "deadline_failed", "exc_info": told, "level": "error"}
