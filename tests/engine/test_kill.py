"""A process that is killed at any instant loses nothing it was promised and doubles nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.db import db
from kinerja_flow.models import Activity, Answer, Deadline, HistoryEvent, IdempotencyKey, Sheet
from kinerja_flow.services.retention import set_retention
from tests.conftest import NIGHTLY
from tests.engine.audit import audit
from tests.engine.worker import carry_out
from tests.engine.world import START, WORK, World, build, rows

ROOT = Path(__file__).parents[2]
#: So many acts in all, in the middle of which processes are killed so many times.
ACTS = 1000
KILLS = 20 if NIGHTLY else 3
#: At most so many acts before a kill, so that the kills are spread over all of them.
MOST = 2 * ACTS // (KILLS + 1)
PATIENCE = 120


class Log:
    """What the worker asked and what it was answered, as far as it came to note it down."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def length(self) -> int:
        return self.path.read_bytes().count(b"\n") if self.path.exists() else 0

    @property
    def lines(self) -> list[dict[str, Any]]:
        text = self.path.read_text() if self.path.exists() else ""
        return [json.loads(line) for line in text.splitlines() if line.endswith("}")]

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [line["asked"] for line in self.lines if "asked" in line]

    @property
    def answers(self) -> dict[int, Any]:
        return {line["number"]: line["answer"] for line in self.lines if "answer" in line}


def start(url: str, plan: Path, log: Log, acts: int = ACTS) -> subprocess.Popen[bytes]:
    first = len(log.asked)
    numbers = (first, first + acts)
    command = [sys.executable, "-m", "tests.engine.worker", url, plan, log.path, *numbers]
    return subprocess.Popen([str(word) for word in command], cwd=ROOT)


def kill_after(process: subprocess.Popen[bytes], log: Log, acts: int, delay: float) -> None:
    """End the process without warning once it has made so many acts and a little longer."""
    lines, until = log.length + 2 * acts, time.monotonic() + PATIENCE
    while log.length < lines:
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < until, "the worker stands still"
        time.sleep(0.02)
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_by_a_process_that_is_killed(
    app: Flask, database: str, tmp_path: Path
) -> None:
    log, plan = Log(tmp_path / "log"), tmp_path / "plan.json"
    seed = random.randrange(10**6) if NIGHTLY else 3
    chance = random.Random(seed)
    with app.app_context(), clock.at(START):
        world = build(WORK, of=("sari", "tia", "uli", "vina", "officer", "second_officer"))
        keep = {"what": "idempotency_keys", "days": 36_500}  # all are counted below
        set_retention(world.actors["officer"], keep)
    plan.write_text(json.dumps(
        {"agency": world.agency_id, "seed": seed,
         "people": {name: str(person) for name, person in world.people.items()}}
    ))  # fmt: skip
    for _ in range(KILLS):
        process = start(database, plan, log)
        kill_after(process, log, chance.randint(1, MOST), chance.uniform(0, 0.05))
        with app.app_context():
            check(world, log)
            send_again(world, log)
            db.session.remove()
            db.engine.dispose()
    before = len(log.asked)
    rest = max(ACTS - before, MOST)
    assert start(database, plan, log, rest).wait(PATIENCE) == 0, "work goes on"
    with app.app_context():
        check(world, log)
    assert len(log.asked) == before + rest
    assert len(log.asked) >= ACTS
    acted = [one for one in log.answers.values() if "state" in one]
    assert len(acted) > len(log.asked) / 5, "most acts are refused, which proves little"


def check(world: World, log: Log) -> None:
    audit(world.agency_id)
    answers, in_flight = log.answers, _in_flight(log)
    done = {
        (UUID(answer["case"]), answer["version"], answer["action"])
        for answer in answers.values()
        if "state" in answer
    }
    on_record = {
        (event.case_id, event.seq, event.action)
        for event in rows(HistoryEvent, agency_id=world.agency_id)
        if event.actor_id is not None and event.action != "opened"
    }
    assert done <= on_record, "promised and lost"
    # What was asked but not answered may have been done; once, and never anything else.
    unanswered = {(UUID(one["case"]), one["action"]) for one in in_flight if one["kind"] == "act"}
    extra = [(case_id, action) for case_id, _, action in on_record - done]
    assert set(extra) <= unanswered and len(extra) <= len(in_flight)
    assert len(rows(IdempotencyKey, agency_id=world.agency_id)) == len(on_record)
    _check_entries(world, log, in_flight)


def _check_entries(world: World, log: Log, in_flight: list[Mapping[str, Any]]) -> None:
    promised = {UUID(one["activity"]) for one in log.answers.values() if "activity" in one}
    noted = {found.id for found in rows(Activity, agency_id=world.agency_id)}
    assert promised <= noted
    assert len(noted - promised) <= sum(one["kind"] == "activity" for one in in_flight)
    titles = Counter(found.title for found in rows(Activity, agency_id=world.agency_id))
    assert set(titles.values()) <= {1}
    fired = sum(one["fired"] for one in log.answers.values() if "fired" in one)
    marked = [d for d in rows(Deadline, agency_id=world.agency_id) if d.fired_at is not None]
    ticks = [one for one in in_flight if one["kind"] == "tick"]
    assert fired == len(marked) or (fired < len(marked) and ticks)
    comments = {one.comment for one in rows(Answer, agency_id=world.agency_id)}
    comments |= {sheet.answers["kerja"]["comment"] for sheet in rows(Sheet)}
    assert _last_comments(log) <= comments, "an answer was promised and lost"


def _last_comments(log: Log) -> set[str]:
    """The comment of each sheet that nobody, also not in flight, wrote over."""
    last: dict[tuple[str, str], tuple[int, set[str]]] = {}
    answers = log.answers
    for one in log.asked:
        said = answers.get(one["number"], {})
        if one["kind"] == "answer" and "refused" not in said:
            mine, round_of = (one["case"], one["who"]), said.get("sheet", 0)
            _, comments = last.get(mine, (0, set()))
            kept = comments if round_of == 1 else set()
            known = {f"nomor {one['number']}"} if round_of else set()
            last[mine] = (round_of, kept | known)
    return set().union(*(comments for _, comments in last.values()))


def _in_flight(log: Log) -> list[Mapping[str, Any]]:
    """What was asked before a kill and never answered: at most one for each kill."""
    answers = log.answers
    return [one for one in log.asked if one["number"] not in answers]


def send_again(world: World, log: Log) -> None:
    """The last act, sent again with its key, has one effect and the answer that it had."""
    asked = next(one for one in reversed(log.asked) if one["kind"] == "act")
    before = log.answers.get(asked["number"])
    found = [carry_out(world.agency_id, world.people, asked) for _ in range(2)]
    if before is None or "state" in before:
        assert found[0] == found[1]
    if before is not None and "state" in before:
        assert found[0] == before
    keys = rows(IdempotencyKey, agency_id=world.agency_id, key=asked["key"])
    assert len(keys) == ("state" in found[1])
    with log.path.open("a") as file:
        file.write(json.dumps({"number": asked["number"], "answer": found[1]}) + "\n")
