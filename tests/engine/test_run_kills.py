"""A bulk run that is killed goes on: the rest is done, each fault named, nothing done twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.models import (
    Case,
    HistoryEvent,
    Notification,
    Person,
    Post,
    PostHolding,
    ReportingLine,
    RunRow,
)
from kinerja_flow.services import cycles, runs
from kinerja_flow.services.cases import Act, act_all
from kinerja_flow.services.run_blockers import told
from kinerja_flow.services.run_reading import one_run
from kinerja_flow.services.verify import verify_history
from tests.engine.world import LONG_AGO, START, WORK, World, build, row

ROOT = Path(__file__).parents[2]
#: A template in which HR may hand plans in, so that there is something that HR does for many.
SOURCE = WORK.read_text(encoding="utf-8").replace(
    "{name: submit, from: draft, to: review, by: [employee]",
    "{name: submit, from: draft, to: review, by: [employee, hr]",
)
assert "[employee, hr]" in SOURCE


@dataclass(frozen=True)
class Size:
    """How large a run is: its rows, those of them with a planted fault, how many are done at a
    time, and how often it is killed."""

    rows: int
    faults: int
    chunk: int
    kills: int


SMALL = Size(400, 8, 40, 2)
LARGE = Size(20_000, 200, 500, 5)
#: Fewer statements than any chunk sends.
STATEMENTS = 10


def crowd(world: World, count: int) -> list[UUID]:
    """So many people with posts below the chief's."""
    above = row(PostHolding, person_id=world.people["chief"]).post_id
    ids = [(uuid4(), uuid4()) for _ in range(count)]
    of, unit = {"agency_id": world.agency_id}, row(Post, id=above).unit_id
    tables: Mapping[Any, list[dict[str, Any]]] = {
        Person: [{"id": who, "name": "pegawai"} for who, _ in ids],
        Post: [{"id": post, "unit_id": unit, "title": "pelaksana"} for _, post in ids],
        PostHolding: [
            {"person_id": who, "post_id": post, "from_on": LONG_AGO} for who, post in ids
        ],
        ReportingLine: [
            {"post_id": post, "from_on": LONG_AGO, "superior_post_id": above} for _, post in ids
        ],
    }
    with transaction() as session:
        for model, rows in tables.items():
            session.execute(insert(model), [{**of, **one} for one in rows])
        session.execute(text("ANALYZE"))  # as the database does by itself after a while
    return [who for who, _ in ids]


def worked(process: subprocess.Popen[str], *points: str) -> list[int]:
    """How processes ended that worked on the run at once, each up to a point."""
    assert process.stdin is not None and process.stdout is not None
    print(*points, file=process.stdin, flush=True)
    return [int(word) for word in process.stdout.readline().split()]


def killed_on_the_way(url: str, world: World, run_id: UUID, size: Size) -> None:
    """Let processes work on the run and die, one after the other; then two at once finish it."""
    chance, seen = random.Random(f"{size}"), 0
    given = (url, world.agency_id, run_id, size.chunk)
    command = [sys.executable, "-m", "tests.engine.run_worker", *map(str, given)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    db.session.remove()
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:
        for _ in range(size.kills):
            commits = chance.randint(1, size.rows // size.chunk // (size.kills + 1))
            point = f"{commits}:{chance.randint(0, STATEMENTS)}"
            assert worked(process, point) == [-signal.SIGKILL]
            found = one_run(run_id, world.actors["officer"])
            assert found.state == "running" and found.done + found.refused >= seen
            seen = found.done + found.refused
        assert 0 < seen < size.rows, "killed on the way, and neither before nor after"
        assert worked(process, "-", "-") == [0, 0]


def refused_rows(run_id: UUID) -> dict[UUID, tuple[str, ...]]:
    with db.engine.connect() as connection:
        wanted = select(RunRow.about, RunRow.blockers).where(
            RunRow.run_id == run_id, RunRow.outcome == "refused"
        )
        found = connection.execute(wanted).all()
    return {about: tuple(one.rule for one in told(said)) for about, said in found}


def advance_in_bulk(url: str, size: Size) -> None:
    """HR hands plans in: some of them are handed in already, and some are no cases."""
    with clock.at(START):
        world = build(SOURCE, of=())
        officer = world.actors["officer"]
        people = crowd(world, size.rows - size.faults // 2)
        cases = list(cycles.launch(world.cycle_id, officer, people).opened.values())
        chance = random.Random(1)
        before = chance.sample(cases, size.faults // 2)
        act_all(before, officer, Act("submit"))
        planted = {case: ("not_in_state",) for case in before}
        planted |= {uuid4(): ("no_such_case",) for _ in range(size.faults // 2)}
        chosen = [*cases, *(one for one in planted if one not in set(cases))]
        chance.shuffle(chosen)
        assert (len(chosen), len(planted)) == (size.rows, size.faults)
        run_id = runs.prepare(officer, "advance", {"action": "submit", "cases": chosen})
        runs.start(run_id, officer)
        killed_on_the_way(url, world, run_id, size)
        found = one_run(run_id, officer)
        assert (found.state, found.done, found.refused, found.undone) == (
            *("over", size.rows - size.faults),
            *(size.faults, 0),
        )
        assert refused_rows(run_id) == planted
        check_once(run_id, cases)
        assert list(verify_history(world.agency_id)) == []


def check_once(run_id: UUID, cases: list[UUID]) -> None:
    """One event and one notification for each case, and one attempt for each row."""
    with db.engine.connect() as connection:
        submitted = connection.scalars(
            select(HistoryEvent.case_id).where(HistoryEvent.action == "submit")
        )
        assert Counter(submitted) == Counter(cases)
        heard = select(func.count()).where(Notification.event == "appraisal.submit")
        assert connection.scalar(heard) == len(cases)
        attempts = select(RunRow.attempt).where(RunRow.run_id == run_id).distinct()
        assert connection.scalars(attempts).all() == [1]


def launch_in_bulk(url: str, size: Size) -> None:
    """HR launches a cycle: some have an appraisal already, some no post, some are nobody."""
    with clock.at(START):
        world = build(SOURCE, of=())
        officer = world.actors["officer"]
        people = crowd(world, size.rows - size.faults // 2)
        before = random.Random(2).sample(people, size.faults // 2)
        cycles.launch(world.cycle_id, officer, before)
        planted = {who: ("already_launched",) for who in before}
        planted |= {uuid4(): ("no_such_person",) for _ in range(size.faults // 2)}
        chosen = [*people, *(one for one in planted if one not in set(people))]
        run_id = runs.prepare(officer, "launch", {"cycle": world.cycle_id, "people": chosen})
        runs.start(run_id, officer)
        killed_on_the_way(url, world, run_id, size)
        assert one_run(run_id, officer).done == size.rows - size.faults
        assert refused_rows(run_id) == planted
        with db.engine.connect() as connection:
            appraised = Counter(connection.scalars(select(Case.subject_id)))
        assert appraised == Counter(people)
        assert list(verify_history(world.agency_id)) == []


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_and_does_nothing_twice(app: Flask, database: str) -> None:
    with app.app_context():
        advance_in_bulk(database, SMALL)


@pytest.mark.nightly
@pytest.mark.parametrize("in_bulk", [advance_in_bulk, launch_in_bulk])
def test_so_does_one_of_twenty_thousand_rows(app: Flask, database: str, in_bulk: Any) -> None:
    with app.app_context():
        in_bulk(database, LARGE)
