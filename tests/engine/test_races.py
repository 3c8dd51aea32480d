"""Who comes first wins, whoever comes second hears so, and nothing is done twice or lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Conflict, Invalid, Problem, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import (
    Activity,
    Answer,
    Case,
    Deadline,
    HistoryEvent,
    IdempotencyKey,
    Notification,
    Receipt,
    Sheet,
)
from kinerja_flow.services.answers import Answers, answer
from kinerja_flow.services.cases import Act, Outcome, act
from kinerja_flow.services.cycles import launch
from kinerja_flow.services.deadlines import Sweep, tick
from kinerja_flow.services.progress import add_activity
from kinerja_flow.services.verify import verify_history
from kinerja_flow.workflow import load_one
from tests.engine.racing import codes, race
from tests.engine.world import START, WORK, World, build, row, rows

WRITERS = 8
TEAM = ("sari", "tia", "uli", "vina")


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        yield build(WORK, of=TEAM)
        assert list(verify_history()) == []


def events(case_id: UUID, **match: Any) -> list[str]:
    found = rows(HistoryEvent, case_id=case_id, **match)
    return [event.action for event in sorted(found, key=lambda event: event.seq)]


def job(world: World, who: str, action: str, of: UUID | str = "sari", **request: Any) -> Any:
    version, key = request.pop("version", None), request.pop("key", None)
    return partial(
        act, world.case(of), world.actors[who], Act(action, request, version=version, key=key)
    )


def under_way(world: World, of: str = "sari") -> int:
    """The appraisal, its plan approved and its peers invited; its version now."""
    world.act(of, "submit", of)
    world.act("chief", "approve", of)
    others = [str(world.people[name]) for name in TEAM if name != of]
    return world.act("chief", "invite", of, peers=others).version


def test_an_act_that_waited_for_the_lock_knows_who_takes_part_now(app: Flask, world: World) -> None:
    under_way(world, "tia")
    world.act("sari", "submit")
    world.act("chief", "approve")
    peers = [str(world.people[name]) for name in ("tia", "uli", "vina")]

    def waiting() -> Facts:
        with app.app_context(), clock.at(START), transaction() as session:
            of = (session, world.agency_id, world.cases["sari"])
            return load_one(*of, lambda *_: {"people"}, lock="move")

    with ThreadPoolExecutor(1) as pool:
        with transaction():
            world.act("chief", "invite", "sari", peers=peers)
            found = pool.submit(waiting)
            time.sleep(0.5)
            assert not found.done()
        facts = found.result()
    assert facts.case.version == 4
    assert {str(person) for person in facts.people["peer"]} == set(peers)


def test_of_eight_writers_who_saw_one_version_one_wins(app: Flask, world: World) -> None:
    world.act("sari", "submit")
    jobs = [
        job(world, "chief", "approve", version=2)
        if number % 2
        else job(world, "chief", "return", version=2, comment="kurang")
        for number in range(WRITERS)
    ]
    found = race(app, START, jobs)
    assert codes(found) == ["done", *["stale"] * (WRITERS - 1)]
    assert all(isinstance(one, Outcome | Stale) for one in found)
    assert len(events(world.cases["sari"])) == 3
    assert row(Case, id=world.cases["sari"]).version == 3


def test_of_eight_writers_without_a_version_one_wins(app: Flask, world: World) -> None:
    found = race(app, START, [job(world, "sari", "submit") for _ in range(WRITERS)])
    assert codes(found) == ["conflict"] * (WRITERS - 1) + ["done"]
    assert events(world.cases["sari"]) == ["opened", "submit"]
    assert len(rows(Notification, case_id=world.cases["sari"])) == 1


def test_approval_and_return_at_once_come_to_one_of_the_two(app: Flask, world: World) -> None:
    for name in TEAM:
        world.act(name, "submit", name)
        found = race(
            app,
            START,
            [
                job(world, "chief", "approve", name),
                job(world, "chief", "return", name, comment="kurang"),
            ],
            spread=0.01,
        )
        assert codes(found) == ["conflict", "done"]
        assert len(events(world.cases[name])) == 3


def test_the_same_key_sent_by_eight_has_one_effect_and_one_answer(app: Flask, world: World) -> None:
    jobs = [job(world, "sari", "submit", version=1, key="sekali") for _ in range(WRITERS)]
    found = race(app, START, jobs)
    assert found == [Outcome(world.cases["sari"], "submit", "review", 2)] * WRITERS
    assert events(world.cases["sari"]) == ["opened", "submit"]
    assert len(rows(Notification, case_id=world.cases["sari"])) == 1
    assert len(rows(IdempotencyKey)) == 1
    assert job(world, "sari", "submit", version=1, key="sekali")() == found[0]


@pytest.mark.parametrize(
    "other",
    [{"remark": "lain"}, {"version": 2}, {"of": "tia"}],
    ids=["other inputs", "another version", "another case"],
)
def test_a_key_is_not_taken_for_another_request(world: World, other: dict[str, Any]) -> None:
    job(world, "sari", "submit", version=1, key="sekali")()
    with pytest.raises(Invalid) as caught:
        job(world, "sari", "submit", **{"version": 1, "key": "sekali", **other})()
    assert [blocker.rule for blocker in caught.value.blockers] == ["key_reused"]
    assert events(world.cases["tia"]) == ["opened"]


def test_one_key_for_two_cases_at_once_is_taken_for_one(app: Flask, world: World) -> None:
    for name in TEAM:
        world.act(name, "submit", name)
    jobs = [job(world, "chief", "approve", name, key="sekali") for name in TEAM for _ in range(2)]
    found = race(app, START, jobs)
    done = {one.case_id for one in found if isinstance(one, Outcome)}
    assert len(done) == 1
    assert all(isinstance(one, Outcome | Conflict | Invalid) for one in found)
    assert sum(len(events(case_id, action="approve")) for case_id in world.cases.values()) == 1


def rate(world: World, rater: str, of: str, level: int = 4) -> Any:
    said = {"sikap": {"value": level}, "kerja": {"value": level, "comment": "baik"}}
    return partial(answer, world.cases[of], world.actors[rater], Answers("masukan", said))


def note(world: World, of: str, hour: int) -> Any:
    entry = {
        "day": START.date().isoformat(),
        "started": f"{hour:02}:00",
        "ended": f"{hour:02}:30",
        "title": "Melayani",
    }
    return partial(add_activity, world.cases[of], world.actors[of], entry)


def test_entries_beside_the_case_make_nobodys_screen_stale(app: Flask, world: World) -> None:
    seen = under_way(world)
    entries = [note(world, "sari", hour) for hour in range(8, 12)]
    entries += [rate(world, name, "sari") for name in TEAM]
    assert codes(race(app, START, entries)) == ["done"] * 8
    case_id = world.cases["sari"]
    assert row(Case, id=case_id).version == seen
    assert (len(rows(Activity, case_id=case_id)), len(rows(Sheet, case_id=case_id))) == (4, 4)
    assert job(world, "chief", "close_input", version=seen)().version == seen + 1


def test_overlapping_activities_at_once_are_noted_once(app: Flask, world: World) -> None:
    under_way(world)
    found = race(app, START, [note(world, "sari", 9) for _ in range(4)])
    assert codes(found) == ["done", "invalid", "invalid", "invalid"]


@pytest.mark.slow
@pytest.mark.parametrize("by_clock", [False, True], ids=["the assessor", "the clock"])
def test_an_answer_that_races_the_close_is_in_the_batch_or_refused(
    app: Flask, by_clock: bool
) -> None:
    outcomes: set[str] = set()
    for number in range(6):
        with app.app_context(), clock.at(START):
            world = build(WORK, key=f"kota{number}", of=TEAM)
            for name in TEAM:
                under_way(world, name)
                outcomes |= _close_while_answering(app, world, name, by_clock)
            assert list(verify_history(world.agency_id)) == []
    assert outcomes == {"done", "conflict"}


def _close_while_answering(app: Flask, world: World, of: str, by_clock: bool) -> set[str]:
    raters = [name for name in TEAM if name != of]
    answers = [rate(world, rater, of, level) for level, rater in enumerate([*raters, of], 1)]
    actor = world.clock if by_clock else world.actors["chief"]
    close = partial(act, world.cases[of], actor, Act("lapse" if by_clock else "close_input"))
    found = race(app, START, [close, *answers], spread=0.02)
    assert isinstance(found[0], Outcome)
    taken = {rater for rater, one in zip([*raters, of], found[1:], strict=True)
             if not isinstance(one, Problem)}  # fmt: skip
    released = rows(Answer, case_id=world.cases[of])
    assert {world.names[row.rater_id] for row in released} == taken
    assert len(released) == 2 * len(taken)
    assert rows(Sheet, case_id=world.cases[of]) == []
    assert all(one.code == "conflict" for one in found if isinstance(one, Problem))
    return set(codes(found[1:]))


def deliver(world: World, of: str) -> None:
    world.act(of, "submit", of)
    world.act("chief", "approve", of)
    world.act("chief", "close_input", of)
    world.act("chief", "rate", of, hasil="baik")
    world.act(of, "open_result", of)


def test_an_objection_and_the_sign_off_at_once_come_to_one_of_the_two(
    app: Flask, world: World
) -> None:
    for name in TEAM:
        deliver(world, name)
    later = START + timedelta(days=6)
    for name in TEAM:
        jobs = [
            job(world, name, "object", name, grounds="tidak setuju"),
            job(world, "head", "sign_off", name),
            tick,
        ]
        *acts, sweep = race(app, later, jobs, spread=0.02)
        assert codes(acts) == ["conflict", "done"]
        assert isinstance(sweep, Sweep)
        children = rows(Case, parent_id=world.cases[name])
        assert len(children) == events(world.cases[name]).count("object")
        assert events(world.cases[name]).count("deem") <= 1
        assert len(rows(Receipt, case_id=world.cases[name])) == 1
    for name in TEAM:
        ended = row(Case, id=world.cases[name]).state == "sealed"
        waiting = rows(Deadline, case_id=world.cases[name], fired_at=None)
        assert waiting == [] or not ended


def test_sweeps_at_once_fire_each_deadline_once(app: Flask, world: World) -> None:
    late = START + timedelta(days=10)
    due = rows(Deadline, fired_at=None)
    found = race(app, late, [tick] * 4)
    assert sum(sweep.fired for sweep in found) == len(due) == 12
    assert rows(Deadline, fired_at=None) == []
    told = [(one.case_id, one.event, one.recipient_id) for one in rows(Notification)]
    # to the employee and their assessor a reminder each, to both officers an escalation
    assert len(told) == len(set(told)) == len(TEAM) * 4


def test_sweeps_at_once_take_an_act_of_the_clock_once(app: Flask, world: World) -> None:
    for name in TEAM:
        under_way(world, name)
    late = START + timedelta(days=40)
    race(app, late, [tick] * 4)
    for name in TEAM:
        assert events(world.cases[name]).count("lapse") == 1


def test_a_sweep_that_meets_an_act_leaves_no_deadline_of_another_state(
    app: Flask, world: World
) -> None:
    late = START + timedelta(days=10)
    for name in TEAM:
        race(app, late, [tick, job(world, name, "submit", name), tick], spread=0.01)
        state = row(Case, id=world.cases[name]).state
        assert state == "review"
        waiting = rows(Deadline, case_id=world.cases[name], fired_at=None)
        assert [(one.kind, one.seq) for one in waiting] == [("remind", 2)]


def test_a_launch_that_runs_twice_at_once_opens_each_appraisal_once(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build(WORK, of=())
        people = [world.people[name] for name in TEAM]
        jobs = [partial(launch, world.cycle_id, world.actors["officer"], people)] * 3
        found = race(app, START, jobs)
        assert sum(len(one.opened) for one in found if not isinstance(one, Problem)) == len(TEAM)
        assert len(rows(Case, agency_id=world.agency_id)) == len(TEAM)
