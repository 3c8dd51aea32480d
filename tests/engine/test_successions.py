"""Whatever follows on whatever: one assessor or a visible gap; of two at once one comes first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Problem
from kinerja_flow.models import Case, HistoryEvent, Participant
from kinerja_flow.services import organisations
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.fall_back import fall_back
from kinerja_flow.services.succession import GROUNDS, HandOver, hand_over
from kinerja_flow.services.verify import verify_history
from tests.engine.racing import race
from tests.engine.world import LINES, START, World, build, row, rows
from tests.services.successions import SOURCE, codes, standing
from workflows.vocabulary import FORMER

pytestmark = pytest.mark.slow

OFFICES = ("assessor", "reviewer", "examiner")


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        yield build(SOURCE)
        assert list(verify_history()) == []


@pytest.mark.parametrize("seed", range(12))
def test_any_series_of_successions_leaves_one_assessor_or_a_visible_gap(
    world: World, seed: int
) -> None:
    draw = random.Random(seed)
    sari = world.cases["sari"]
    for hour in range(1, 13):
        with clock.at(START + timedelta(hours=hour)):
            _some_change(world, draw)
            fall_back()
            _whole(world, sari)


def _some_change(world: World, draw: random.Random) -> None:
    people = [name for name in LINES if name != "officer"]
    if draw.random() < 0.25:
        name = draw.choice(people)
        today = clock.now().date()
        organisations.leave(world.agency_id, world.people[name], today)
        return
    old = standing(world, world.cases["sari"]).get("assessor") or draw.sample(people, 1)
    pair = (world.people[old[0]], world.people[draw.choice(people)])
    try:
        hand_over(world.actors["officer"], *pair, draw.choice(GROUNDS))
    except Problem:
        return  # the same person, or somebody who has left


def _whole(world: World, case_id: object) -> None:
    parts = rows(Participant, case_id=case_id)
    for relation in OFFICES:
        spans = sorted(
            (p.from_at, p.until_at or clock.now() + timedelta(days=1))
            for p in parts
            if p.relation == relation
        )
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    active = [p for p in parts if p.until_at is None]
    assessing = [p.person_id for p in active if p.relation == "assessor"]
    assert len(assessing) <= 1
    assert assessing or any(code.endswith("_vacant") for code in codes(case_id))
    reviewing = [p.person_id for p in active if p.relation == "reviewer"]
    former = [p.person_id for p in active if p.relation == FORMER]
    assert not set(assessing) & {*reviewing, *former, world.people["sari"]}
    assert len(former) == len(set(former))


def test_hand_over_and_an_act_of_the_former_assessor_come_one_after_the_other(
    app: Flask, world: World
) -> None:
    officer = world.actors["officer"]
    chief, head = world.people["chief"], world.people["second_officer"]
    for number in range(8):
        old, new = (chief, head) if number % 2 == 0 else (head, chief)
        world.act("sari", "submit")
        version = row(Case, id=world.cases["sari"]).version
        who = organisations.actor_for(world.agency_id, old)
        request = Act("return", {"comment": "Lengkapi"}, version)
        jobs = [
            partial(hand_over, officer, old, new, "mutasi"),
            partial(act, world.cases["sari"], who, request),
        ]
        handed, acted = race(app, START, jobs, spread=0.01)
        assert isinstance(handed, HandOver)
        assert handed.handed == [world.cases["sari"]]
        last = codes(world.cases["sari"])[-2:]
        if isinstance(acted, Problem):
            assert acted.code in ("stale", "forbidden")
            assert last == ["submit", "assessor_changed"]
            current = organisations.actor_for(world.agency_id, new)
            act(world.cases["sari"], current, Act("return", {"comment": "Lengkapi"}))
        else:
            assert last == ["return", "assessor_changed"]
        assert len(standing(world, world.cases["sari"])["assessor"]) == 1


def test_two_officers_who_hand_over_at_once_do_it_once(app: Flask, world: World) -> None:
    old, new = world.people["chief"], world.people["tia"]
    job = partial(hand_over, world.actors["officer"], old, new, "mutasi")
    found = race(app, START, [job] * 4)
    assert sorted(len(one.handed) for one in found) == [0, 0, 0, 1]
    assert codes(world.cases["sari"]) == ["opened", "assessor_changed"]


def test_sweeps_at_once_let_a_part_fall_once(app: Flask, world: World) -> None:
    organisations.leave(world.agency_id, world.people["chief"], clock.now().date())
    found = race(app, START, [fall_back] * 4)
    assert sorted(found) == [0, 0, 0, 1]
    assert len(rows(HistoryEvent, case_id=world.cases["sari"])) == 2


def test_a_sweep_and_a_hand_over_leave_one_assessor(app: Flask, world: World) -> None:
    organisations.leave(world.agency_id, world.people["chief"], clock.now().date())
    old, new = world.people["chief"], world.people["uli"]
    job = partial(hand_over, world.actors["officer"], old, new, "pensiun")
    race(app, START, [job, fall_back])
    assert standing(world, world.cases["sari"])["assessor"] in (["uli"], ["head"])
