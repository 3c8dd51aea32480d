"""Whoever left without a successor: the next superior takes over, and everybody hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, update

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.models import FollowUp, HistoryEvent, Person, PostHolding
from kinerja_flow.services import organisations
from kinerja_flow.services.deadlines import Sweep, tick
from kinerja_flow.services.fall_back import fall_back
from kinerja_flow.services.succession import hand_over
from kinerja_flow.services.verify import verify_history
from tests.engine.test_sets import counted, team
from tests.engine.world import START, World, build, row, rows
from tests.services.successions import (
    SOURCE,
    codes,
    heard,
    last_event,
    rate,
    standing,
    to_objection,
    to_rating,
)

pytestmark = pytest.mark.slow

TODAY = date(2026, 1, 5)
#: Surveys to close, salts to forget, who left, what is due, agencies not swept today.
SWEEP = 5


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        yield build(SOURCE)
        assert list(verify_history()) == []


def leave(world: World, *names: str, on: date = TODAY) -> None:
    for name in names:
        organisations.leave(world.agency_id, world.people[name], on)


def test_leaving_moves_no_case_and_the_next_sweep_does(world: World) -> None:
    sari = world.cases["sari"]
    leave(world, "chief")
    assert codes(sari) == ["opened"]
    assert tick() == Sweep(fired=0, blocked=0, fallen=1)
    assert standing(world, sari) == {
        "assessor": ["head"],
        "former_assessor": ["chief"],
        "reviewer": ["secretary"],
    }
    event = last_event(sari)
    assert (event.action, event.capacity, event.actor_id) == ("assessor_changed", "clock", None)
    grounds = {said["ground"] for said in event.change["succession"].values()}
    assert grounds == {"left"}
    everybody = ["head", "officer", "sari", "second_officer", "secretary"]
    assert heard(world, sari) == everybody
    assert tick() == Sweep()
    assert codes(sari) == ["opened", "assessor_changed"]


def test_a_reviewer_who_left_is_followed_by_whoever_stands_above_the_assessor(world: World) -> None:
    leave(world, "head")
    fall_back()
    found = standing(world, world.cases["sari"])
    assert (found["assessor"], found["reviewer"]) == (["chief"], ["secretary"])
    assert codes(world.cases["sari"])[-1] == "reviewer_changed"


def test_several_who_left_at_once_are_followed_together(world: World) -> None:
    leave(world, "chief", "head", "secretary")
    assert fall_back() == 1
    found = standing(world, world.cases["sari"])
    assert found["assessor"] == ["regent"]
    assert "reviewer" not in found
    assert codes(world.cases["sari"]) == ["opened", "assessor_changed"]


def test_where_nobody_is_above_the_part_is_vacant_and_hr_hears(world: World) -> None:
    sari = world.cases["sari"]
    leave(world, "chief", "head", "secretary", "regent")
    assert fall_back() == 1
    assert set(standing(world, sari)) == {"former_assessor"}
    assert codes(sari)[-1] == "assessor_vacant"
    assert heard(world, sari) == ["officer", "sari", "second_officer"]
    assert fall_back() == 0


def test_a_gap_is_filled_by_handing_over_from_whoever_left_it(world: World) -> None:
    sari = world.cases["sari"]
    leave(world, "chief", "head", "secretary")
    fall_back()
    leave(world, "regent")
    with clock.at(START + timedelta(hours=1)):
        fall_back()
    earlier, last = world.people["chief"], world.people["regent"]
    officer, uli = world.actors["officer"], world.people["uli"]
    assert hand_over(officer, earlier, uli, "mutasi").handed == []
    assert hand_over(officer, last, uli, "mutasi").handed == [sari]
    assert standing(world, sari)["assessor"] == ["uli"]


def test_a_successor_in_the_post_comes_before_the_next_superior(world: World) -> None:
    leave(world, "chief")
    post = row(PostHolding, person_id=world.people["chief"]).post_id
    organisations.hold_post(world.agency_id, world.people["uli"], post, TODAY)
    fall_back()
    found = standing(world, world.cases["sari"])
    assert (found["assessor"], found["reviewer"]) == (["uli"], ["head"])


def test_who_has_left_is_passed_over_also_while_their_post_is_not_ended(world: World) -> None:
    with transaction() as session:
        gone = [world.people["chief"], world.people["head"]]
        session.execute(update(Person).where(Person.id.in_(gone)).values(left_on=TODAY))
    fall_back()
    found = standing(world, world.cases["sari"])
    assert (found["assessor"], found["reviewer"]) == (["secretary"], ["regent"])


def test_who_leaves_tomorrow_goes_on_until_the_day_ends_where_the_agency_is(world: World) -> None:
    leave(world, "chief", on=date(2026, 1, 7))
    midnight = START.replace(day=6, hour=17)
    with clock.at(midnight - timedelta(seconds=1)):
        assert tick().fallen == 0
    with clock.at(midnight):
        assert tick().fallen == 1


def test_where_the_superior_rated_an_objection_goes_one_higher(world: World) -> None:
    leave(world, "chief")
    world.act("sari", "submit")
    fall_back()
    world.act("head", "approve")
    world.act("head", "close_input")
    objection = to_objection(world, by="head")
    assert standing(world, objection) == {"examiner": ["secretary"]}
    leave(world, "secretary")
    fall_back()
    assert standing(world, objection) == {"examiner": ["regent"]}
    assert codes(objection) == ["opened", "examiner_changed"]
    assert heard(world, objection) == ["officer", "regent", "sari", "second_officer"]
    leave(world, "regent")
    fall_back()
    assert standing(world, objection) == {}
    assert codes(objection)[-1] == "examiner_vacant"
    assert heard(world, objection) == ["officer", "sari", "second_officer"]
    assert fall_back() == 0


def test_nobody_assesses_above_whoever_examines_the_objection(world: World) -> None:
    to_rating(world)
    objection = to_objection(world)
    assert standing(world, objection) == {"examiner": ["head"]}
    leave(world, "chief")
    fall_back()
    found = standing(world, world.cases["sari"])
    assert "assessor" not in found
    assert found["reviewer"] == ["head"]
    assert codes(world.cases["sari"])[-1] == "assessor_vacant"
    assert standing(world, objection) == {"examiner": ["head"]}


def test_follow_ups_of_the_office_fall_with_it_and_others_wait_for_hr(world: World) -> None:
    to_rating(world)
    rate(world)
    world.act("sari", "open_result")
    world.act("head", "sign_off")
    owned = {f.key: f.case_id for f in rows(FollowUp)}
    leave(world, "chief")
    assert fall_back() == 1
    assert standing(world, owned["bimbingan"]) == {"owner": ["head"]}
    leave(world, "sari")
    assert fall_back() == 1
    assert standing(world, owned["perbaikan"]) == {}
    assert codes(owned["perbaikan"])[-1] == "owner_vacant"
    assert codes(world.cases["sari"])[-1] == "sign_off", "what is closed stays as it is"
    assert fall_back() == 0


def test_a_case_that_cannot_be_moved_holds_no_other_up(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build(SOURCE, of=("sari", "tia"))
        # An event that is there already: the next one of this case can't be written.
        said = row(HistoryEvent, case_id=world.cases["sari"])._asdict()
        with transaction() as session:
            session.execute(insert(HistoryEvent).values({**said, "seq": 2}))
        leave(world, "chief")
        assert fall_back() == 1
        assert standing(world, world.cases["tia"])["assessor"] == ["head"]
        assert standing(world, world.cases["sari"])["assessor"] == ["chief"]


def test_a_sweep_without_work_asks_once_who_left(world: World) -> None:
    tick()  # what an agency keeps no longer goes once a day
    with counted() as sent:
        tick()
    asked = [s for s in sent if s.startswith("SELECT")]
    assert len([s for s in asked if "people" in s]) == 1
    assert len(asked) == SWEEP
    leave(world, "uli", "vina")
    with counted() as sent:
        tick()
    asked = [s for s in sent if s.startswith("SELECT")]
    assert len([s for s in asked if "people" in s]) == 1
    assert len(asked) == SWEEP


def test_many_appraisals_take_as_many_queries_as_few(app: Flask) -> None:
    counts = []
    with app.app_context(), clock.at(START):
        for size in (2, 12):
            world, _ = team(size, key=f"kota{size}")
            leave(world, "chief")
            with counted() as sent:
                assert fall_back() == size + 1
            counts.append(len(sent))
    assert counts[0] == counts[1]
