"""Sweeps of webhooks beside one another, beside acts, and one that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.models import Delivery, HistoryEvent, WebhookEvent
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.webhook_events import tell
from kinerja_flow.services.webhook_sweep import deliver
from kinerja_flow.workflow.statements import add_rows
from tests.builders import NOON
from tests.engine.racing import race
from tests.engine.world import rows
from tests.webhooks.conftest import LATER, Hooks

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TEAM = ("sari", "tia", "uli", "vina")


def submit_all(hooks: Hooks) -> None:
    for name in TEAM:
        hooks.books.plan(name)
        hooks.books.world.act(name, "submit_plan", name)


def test_of_several_sweeps_each_delivery_is_sent_by_one(hooks: Hooks) -> None:
    submit_all(hooks)
    for name in TEAM:
        hooks.books.world.act("chief", "approve_plan", name)
    done = race(hooks.app, LATER, [partial(deliver, hooks.settings)] * 4)
    assert not [one for one in done if isinstance(one, Exception)], done
    assert sum(one.sent for one in done) == len(rows(Delivery)) == 8
    assert set(Counter(got.id for got in hooks.receiver.got).values()) == {1}
    assert rows(WebhookEvent) == []


def test_of_acts_that_commit_while_sweeps_run_none_is_missed(hooks: Hooks) -> None:
    for name in TEAM:
        hooks.books.plan(name)
    world = hooks.books.world
    acts = [partial(act, world.cases[n], world.actors[n], Act("submit_plan")) for n in TEAM]
    done = race(hooks.app, LATER, [*acts, *[tell] * 4], spread=0.05)
    assert not [one for one in done if isinstance(one, Exception)], done
    tell()
    told = Counter(row.data["case_id"] for row in rows(Delivery))
    assert told == {str(world.cases[name]): 1 for name in TEAM}


def test_an_act_that_takes_long_is_told_after_later_ones(hooks: Hooks) -> None:
    """A cursor over ids or instants would have passed it by."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite no other act commits while one is under way")
    for name in ("sari", "tia"):
        hooks.books.plan(name)
    world, may_commit, has_acted = hooks.books.world, threading.Event(), threading.Event()

    def slow() -> None:
        with hooks.app.app_context(), clock.at(NOON), transaction():
            act(world.cases["sari"], world.actors["sari"], Act("submit_plan"))
            has_acted.set()
            assert may_commit.wait(30)

    thread = threading.Thread(target=slow)
    thread.start()
    assert has_acted.wait(30)
    world.act("tia", "submit_plan", "tia")
    assert hooks.sweep().sent == 1
    may_commit.set()
    thread.join()
    assert hooks.sweep().sent == 1
    told = {one.data["case_id"] for one in hooks.seen("taken")}
    assert told == {str(world.cases[name]) for name in ("sari", "tia")}


def test_what_comes_by_the_hundred_is_noted_too(hooks: Hooks) -> None:
    """Many rows at once reach PostgreSQL by COPY, which triggers see as well."""
    table: Any = HistoryEvent.__table__
    [first] = rows(HistoryEvent, case_id=hooks.books.case("sari"))
    more = [{**first._mapping, "seq": seq} for seq in range(1000, 1300)]
    with transaction() as session:
        add_rows(session.connection(), table, more)
    assert [row.seq for row in rows(WebhookEvent)] == list(range(1000, 1300))


KILLED = """
import sys
from datetime import datetime
from kinerja_flow import clock, create_core
from kinerja_flow.config import Settings
from kinerja_flow.services.webhook_sweep import deliver
url, port, at = sys.argv[1:]
settings = Settings(
    database_url=url, secret_key="a secret of the tests", webhook_networks="127.0.0.0/8",
    webhook_ports=port, webhook_seconds=60,
)
with create_core(settings).app_context(), clock.at(datetime.fromisoformat(at)):
    deliver(settings)
"""


def test_what_a_killed_sweep_had_claimed_is_sent_again(hooks: Hooks, database: str) -> None:
    hooks.books.plan("sari")
    hooks.books.world.act("sari", "submit_plan")
    hooks.receiver.hangs = True
    words: list[Any] = [database, hooks.receiver.port, LATER.isoformat()]
    process = subprocess.Popen([sys.executable, "-c", KILLED, *map(str, words)], cwd=ROOT)
    assert hooks.receiver.arrived.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    hooks.receiver.hangs = False
    hooks.receiver.over.set()
    [claimed] = hooks.seen("waiting")
    assert (claimed.attempts, claimed.problem) == (1, None)
    assert hooks.sweep().sent == 0, "the claim has not run out yet"
    assert hooks.sweep(LATER + timedelta(minutes=3)).sent == 1
    [one, two] = hooks.receiver.got
    assert one.id == two.id and one.body == two.body
    assert [row.attempts for row in hooks.seen("taken")] == [2]
