"""Who was whose assessor on which day, for those who may know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Forbidden, NotFound
from kinerja_flow.services.assessors import assessed_on, assessing_on, assessors_of
from kinerja_flow.services.succession import hand_over
from tests.engine.test_sets import counted
from tests.engine.world import START, World, build
from tests.services.successions import SOURCE, to_objection, to_rating

pytestmark = pytest.mark.slow

FIRST = date(2026, 1, 5)
DAY = timedelta(days=1)


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """The chief assesses from the first day, the second officer from the tenth on, at nine."""
    with app.app_context():
        with clock.at(START):
            world = build(SOURCE, of=("sari", "tia"))
        with clock.at(START + 9 * DAY):
            old, new = world.people["chief"], world.people["second_officer"]
            hand_over(world.actors["officer"], old, new, "mutasi", [world.cases["sari"]])
            yield world


def names(world: World, found: list[Any]) -> list[tuple[str, str]]:
    return [(held.relation, world.names[held.person_id]) for held in found]


def test_the_history_of_a_case_is_dated_and_has_its_grounds(world: World) -> None:
    found = assessors_of(world.cases["sari"], world.actors["sari"])
    said = [(h.relation, world.names[h.person_id], h.ground) for h in found]
    assert sorted(said[:2]) == [("assessor", "chief", "launch"), ("reviewer", "head", "launch")]
    assert sorted(said[2:]) == [
        ("assessor", "second_officer", "mutasi"),
        ("former_assessor", "chief", "mutasi"),
    ]
    first = next(h for h in found if h.ground == "launch" and h.relation == "assessor")
    assert (first.from_at, first.until_at) == (START, START + 9 * DAY)


@pytest.mark.parametrize("who", ["sari", "chief", "second_officer", "head", "officer"])
def test_who_takes_part_reads_it(world: World, who: str) -> None:
    assert len(assessors_of(world.cases["sari"], world.actors[who])) == 4
    assert names(world, assessed_on(world.actors[who], world.people["sari"], FIRST)) == [
        ("assessor", "chief")
    ]


def test_nobody_else_reads_it(world: World) -> None:
    with pytest.raises(Forbidden):
        assessors_of(world.cases["sari"], world.actors["uli"])
    assert assessed_on(world.actors["uli"], world.people["sari"], FIRST) == []
    assert assessing_on(world.actors["uli"], world.people["chief"], FIRST) == []
    other = build(SOURCE, key="lain")
    with pytest.raises(NotFound):
        assessors_of(world.cases["sari"], other.actors["officer"])
    assert assessed_on(other.actors["officer"], world.people["sari"], FIRST) == []


@pytest.mark.parametrize(
    ("after", "who"),
    [(-1, None), (0, "chief"), (8, "chief"), (9, "second_officer"), (300, "second_officer")],
)
def test_on_each_day_one_person_assessed(world: World, after: int, who: str | None) -> None:
    found = assessed_on(world.actors["officer"], world.people["sari"], FIRST + after * DAY)
    assert names(world, found) == ([("assessor", who)] if who else [])


def test_whom_somebody_assessed_on_a_day(world: World) -> None:
    officer, chief = world.actors["officer"], world.people["chief"]
    before = assessing_on(officer, chief, FIRST)
    after = assessing_on(officer, chief, FIRST + 9 * DAY)
    assert sorted(world.names[h.employee_id] for h in before) == ["sari", "tia"]
    assert [world.names[h.employee_id] for h in after] == ["tia"]
    own = assessing_on(world.actors["tia"], chief, FIRST)
    assert [world.names[h.employee_id] for h in own] == ["tia"]


def test_examiners_of_objections_are_in_it(world: World) -> None:
    to_rating(world, "tia")
    to_objection(world, "tia")
    found = names(world, assessors_of(world.cases["tia"], world.actors["tia"]))
    assert ("examiner", "head") in found


def test_each_question_takes_one_query_for_its_answer(world: World) -> None:
    officer, sari = world.actors["officer"], world.people["sari"]
    with counted() as sent:
        assessed_on(officer, sari, FIRST)
        assessing_on(officer, world.people["chief"], FIRST)
    asked = [s for s in sent if "participants" in s]
    assert len(asked) == 2
