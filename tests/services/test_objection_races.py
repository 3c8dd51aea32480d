"""Two people, or one impatient person, clicking at once in an objection and a follow-up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Problem
from kinerja_flow.models import Case, Exhibit, FollowUpStep, HistoryEvent, Objection, Result
from kinerja_flow.services import steps
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.exhibits import show_exhibit, withdraw_exhibit
from kinerja_flow.services.results import read_results
from kinerja_flow.services.verify import verify_history
from tests.engine.racing import codes, race
from tests.engine.world import START, World, build, row, rows
from tests.services.following import make, opened, rated
from tests.services.test_objections import MONDAY, PROOF, TWO_LEVELS, contest, second_level

pytestmark = pytest.mark.slow


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """Sari's appraisal, rated and received."""
    with app.app_context(), clock.at(MONDAY):
        made = build(TWO_LEVELS, of=("sari",), spans={})
        made.act("chief", "rate", mutu="baik")
        made.act("sari", "look")
        yield made
        assert list(verify_history()) == []


def taking(world: World, who: str, action: str, case_id: UUID, **inputs: Any) -> Any:
    return partial(act, case_id, world.actors[who], Act(action, inputs))


def test_an_objection_that_is_filed_twice_at_once_is_one(app: Flask, world: World) -> None:
    case_id = world.cases["sari"]
    found = race(app, MONDAY, [taking(world, "sari", "object", case_id, grounds="Tidak")] * 4)
    assert codes(found).count("done") == 1
    assert len(rows(Objection)) == 1


def test_evidence_that_is_sent_four_times_at_once_is_shown_once(app: Flask, world: World) -> None:
    case_id = contest(world)
    found = race(app, MONDAY, [partial(show_exhibit, case_id, world.actors["sari"], PROOF)] * 4)
    assert len(set(found)) == 1
    assert len(rows(Exhibit)) == 1


def test_evidence_is_withdrawn_once(app: Flask, world: World) -> None:
    case_id, sari = contest(world), world.actors["sari"]
    shown = show_exhibit(case_id, sari, PROOF)
    found = race(app, MONDAY, [partial(withdraw_exhibit, case_id, sari, shown)] * 4)
    assert codes(found).count("done") == 1
    assert len(rows(HistoryEvent, action="exhibit_withdrawn")) == 1


@pytest.mark.parametrize("first", ["uphold", "change"])
def test_of_two_decisions_at_once_one_is_final(app: Flask, world: World, first: str) -> None:
    case_id = second_level(world)
    world.act("secretary", "hear", case_id, minutes="Keduanya hadir")
    jobs = {
        "uphold": taking(world, "secretary", "uphold", case_id, reasons="Sesuai bukti"),
        "change": taking(
            world, "secretary", "change", case_id, mutu="unggul", reasons="Bukti cukup"
        ),
    }
    found = race(app, MONDAY, [jobs.pop(first), *jobs.values()])
    assert codes(found).count("done") == 1
    objection = row(Objection)
    assert (objection.outcome == "changed") == (len(rows(Result)) == 2)
    assert row(Case, id=case_id).closed_at is not None


def test_evidence_comes_before_the_decision_or_is_refused(app: Flask, world: World) -> None:
    case_id = second_level(world)
    world.act("secretary", "hear", case_id, minutes="Keduanya hadir")
    decision = taking(world, "secretary", "uphold", case_id, reasons="Sesuai bukti")
    shown = partial(show_exhibit, case_id, world.actors["sari"], PROOF)
    decided, exhibit = race(app, MONDAY, [decision, shown], spread=0.02)
    assert not isinstance(decided, Problem)
    assert (len(rows(Exhibit)) == 1) == (not isinstance(exhibit, Problem))
    if isinstance(exhibit, Problem):
        assert exhibit.code == "conflict"


def test_a_decision_and_a_reading_at_once_both_end_well(app: Flask, world: World) -> None:
    case_id = second_level(world)
    world.act("secretary", "hear", case_id, minutes="Keduanya hadir")
    change = taking(world, "secretary", "change", case_id, mutu="unggul", reasons="Bukti cukup")
    read = partial(read_results, world.cases["sari"], world.actors["sari"])
    found = race(app, MONDAY, [change, read, read], spread=0.02)
    assert codes(found) == ["done"] * 3


def test_a_step_is_added_once_and_is_either_done_or_gone(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = make()
        rated(world, "kurang")
        case_id, sari = opened(world)["perbaikan"], world.actors["sari"]
        day = (clock.now().date() + timedelta(days=30)).isoformat()
        step = partial(steps.add, case_id, sari, {"title": "Pelatihan", "due_on": day})
        assert len(set(race(app, START, [step] * 4))) == 1
        [first] = rows(FollowUpStep)
        done = partial(steps.finish, case_id, sari, first.id, {"outcome": "Selesai"}, 1)
        lost = partial(steps.remove, case_id, sari, first.id, 1)
        found = race(app, START, [done, lost], spread=0.01)
        assert codes(found).count("done") == 1
        assert list(verify_history()) == []
