"""What a unit learns from a cycle: exact figures of enough people, the change, the weakest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.models import Case, PlanIndicator, PlanItem, Realisation, Sheet
from kinerja_flow.services import cycles, organisations
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.learning import Learning, learning
from kinerja_flow.services.learning_figures import LEAST, enough, learned
from tests.builders import table
from tests.engine.test_sets import counted
from tests.engine.test_verify_results import RANDOM
from tests.engine.world import START, World, build
from workflows.definition import Label

pytestmark = [pytest.mark.slow, pytest.mark.portable]

PEOPLE = ("sari", "tia", "uli", "vina")


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        yield build(RANDOM, of=PEOPLE, spans={})


def appraise(world: World, of: str, reached: int, *levels: int, **proposed: Any) -> None:
    """A delivered result: one indicator with a target of 10, and the answers to three questions."""
    key = {"agency_id": world.agency_id, "year": world.year, "case_id": world.cases[of]}
    item, indicator = uuid4(), uuid4()
    goal = {"aspect": "kuantitas", "title": "D", "unit": "x", "target_raw": "10", "target": 10}
    noted = {"author_id": world.people[of], "noted_at": clock.now(), "day_on": clock.now().date()}
    answers = dict(zip(("satu", "dua", "tiga"), ({"value": str(n)} for n in levels), strict=True))
    sheet = {"instrument": "perilaku", "relation": "assessor", "rater_id": world.people["chief"]}
    with transaction() as session:
        session.execute(insert(PlanItem), [{**key, "id": item, "ordinal": 0, "title": "L"}])
        row = {"id": indicator, "item_id": item, "ordinal": 0, "catalogue_key": "dokumen"}
        session.execute(insert(PlanIndicator), [{**key, **goal, **row}])
        said = {"id": uuid4(), "indicator_id": indicator, "value": reached, "raw": "x"}
        session.execute(insert(Realisation), [{**key, **noted, **said}])
        session.execute(insert(Sheet), [{**key, **sheet, "answers": answers}])
    if proposed:
        world.act("chief", "propose", of, **proposed)
    chosen = {"hasil": "baik", "alasan": "Bukti.", "inovasi": False, "sanksi": False}
    act(world.cases[of], world.actors["chief"], Act("rate", chosen))


def everybody(world: World) -> None:
    appraise(world, "sari", 10, 5, 2, 4, pelatihan=["dasar"])
    appraise(world, "tia", 8, 4, 2, 4)
    appraise(world, "uli", 9, 5, 1, 3, pelatihan=["dasar", "lanjutan"])
    appraise(world, "vina", 5, 2, 1, 3)


def unit(world: World) -> Any:
    return next(row["unit_id"] for row in table("cases") if row["id"] == world.cases["sari"])


def told(world: World, who: str = "officer", cycle: Any = None) -> Learning:
    return learning(cycle or world.cycle_id, unit(world), world.actors[who])


def test_every_question_and_indicator_with_its_exact_figures(world: World) -> None:
    everybody(world)
    found = told(world)
    assert (found.people, found.compared_with, found.too_few) == (4, None, ())
    assert [(one.key, one.mean) for one in found.answers] == [
        (("perilaku", "dua", "assessor"), Fraction(3, 2)),
        (("perilaku", "satu", "assessor"), 4),
        (("perilaku", "tiga", "assessor"), Fraction(7, 2)),
    ]
    [documents] = found.indicators
    assert (documents.key, documents.label.en) == (("dokumen",), "Documents in time")
    assert (documents.people, documents.mean) == (4, 80)
    assert (documents.lowest, documents.highest) == (50, 100)
    assert documents.variance == 350  # (20² + 0² + 10² + 30²) / 4
    assert documents.deviation == pytest.approx(350**0.5)


def test_the_weakest_questions_with_the_trainings_that_were_proposed(world: World) -> None:
    everybody(world)
    first, second, third = told(world).weakest
    assert [w.learned.key[1] for w in (first, second, third)] == ["dua", "tiga", "satu"]
    assert [(training.key, count) for training, count in first.trainings] == [("dasar", 2)]
    assert second.trainings == ()
    assert [(t.key, count) for t, count in third.trainings] == [("dasar", 2), ("lanjutan", 1)]


def test_figures_of_too_few_people_are_named_and_not_shown(world: World) -> None:
    for name in PEOPLE[: LEAST - 1]:
        appraise(world, name, 9, 5, 5, 5)
    found = told(world)
    assert (found.people, found.answers, found.indicators, found.weakest) == (2, (), (), ())
    assert ("dokumen",) in found.too_few
    assert ("perilaku", "satu", "assessor") in found.too_few
    appraise(world, PEOPLE[LEAST - 1], 9, 5, 5, 5)
    assert len(told(world).answers) == 3


def test_the_change_since_the_last_cycle_of_the_same_template(world: World) -> None:
    everybody(world)
    next_year = START + timedelta(days=365)
    with clock.at(next_year):
        officer = world.actors["officer"]
        [template] = {row["id"] for row in table("template_versions")}
        cycle = cycles.open_cycle(template, officer, cycles.CyclePlan(2027, "2027", {}, {}))
        report = cycles.launch(cycle, officer, [world.people[name] for name in PEOPLE])
        again = replace(world, year=2027, cases={n: report.opened[world.people[n]] for n in PEOPLE})
        for name in PEOPLE[:3]:
            appraise(again, name, 10, 5, 5, 5)
        found = told(again, cycle=cycle)
        assert found.compared_with == "2026"
        assert [one.change for one in found.answers] == [Fraction(7, 2), 1, Fraction(3, 2)]
        assert [one.change for one in found.indicators] == [20]
        # The first year is compared with nothing, and not with what came after it.
        assert told(world, cycle=world.cycle_id).compared_with is None


def test_officials_learn_of_those_below_them_and_others_of_nothing(world: World) -> None:
    everybody(world)
    for who in ("officer", "chief", "head", "secretary"):
        assert told(world, who).people == 4, who
    for who in ("sari", "vina"):
        with pytest.raises(NotFound):
            told(world, who)
    other = build(RANDOM, key="lain", spans={})
    with pytest.raises(NotFound):
        learning(world.cycle_id, unit(world), other.actors["officer"])
    with pytest.raises(NotFound):
        learning(world.cycle_id, uuid4(), world.actors["officer"])


def test_nothing_that_was_not_delivered_is_in_it(world: World) -> None:
    assert told(world).people == 0
    appraise(world, "sari", 10, 5, 2, 4)
    assert told(world).people == 1


def test_the_number_of_queries_does_not_depend_on_the_number_of_people(world: World) -> None:
    appraise(world, "sari", 10, 5, 2, 4)
    with counted() as few:
        told(world)
    for name in PEOPLE[1:]:
        appraise(world, name, 9, 4, 3, 2, pelatihan=["dasar"])
    with counted() as many:
        told(world)
    assert len(many) == len(few)


def test_two_units_asked_for_one_after_the_other_single_out_nobody(world: World) -> None:
    """Three of four stand in a section: the fourth's own figure is not the difference."""
    for name, reached in zip(PEOPLE, (10, 8, 9, 5), strict=True):
        appraise(world, name, reached, 5, 2, 4, pelatihan=["dasar"])
    dinas = unit(world)
    section = organisations.add_unit(world.agency_id, "Seksi", dinas)
    below = [world.cases[name] for name in PEOPLE[:3]]
    with transaction() as session:
        session.execute(update(Case).where(Case.id.in_(below)).values(unit_id=section))
    for who in ("head", "officer"):
        small, large = (learning(world.cycle_id, of, world.actors[who]) for of in (section, dinas))
        assert (small.people, large.people) == (3, 4)
        assert small.answers == large.answers
        assert small.indicators == large.indicators
        assert {one.people for one in large.answers} == {3}
        assert small.weakest == large.weakest
        counts = [count for weak in large.weakest for _, count in weak.trainings]
        assert max(counts) == 3
    with transaction() as session:
        first = Case.id == below[0]
        session.execute(update(Case).where(first).values(unit_id=dinas))
    # Two in the section alone are told of nowhere by themselves, and count among all four.
    assert learning(world.cycle_id, section, world.actors["head"]).answers == ()
    assert {one.people for one in told(world, "head").answers} == {4}


@given(st.data())
def test_no_sum_of_figures_of_units_is_one_of_fewer_than_enough(data: st.DataObject) -> None:
    """Whoever asks for every unit learns sums over groups that are each of nobody or of enough."""
    parents = [data.draw(st.integers(0, max(0, n - 1))) for n in range(1, 8)]
    units = [uuid4() for _ in range(8)]
    inside: dict[Any, list[Any]] = {}
    for own, parent in enumerate(parents, start=1):
        inside.setdefault(units[parent], []).append(units[own])
    sizes = {one: data.draw(st.integers(0, 5)) for one in units}
    people = {one: [(one, n) for n in range(size)] for one, size in sizes.items()}
    asked = {one: frozenset(enough(one, inside, people)) for one in units}
    for one in units:
        within = frozenset[Any]().union(*(asked[below] for below in inside.get(one, ())))
        assert within <= asked[one]
        assert len(asked[one] - within) == 0 or len(asked[one] - within) >= LEAST
    # With enough people in all, no more of them stay untold than would be singled out.
    assert sum(sizes.values()) - len(asked[units[0]]) < LEAST


def test_units_in_a_circle_are_asked_for_once() -> None:
    first, second = uuid4(), uuid4()
    circle = {first: [second], second: [first]}
    assert enough(first, circle, {first: [1, 2], second: [3]}) == [1, 2, 3]  # type: ignore[arg-type]


VALUES = st.lists(st.builds(Fraction, st.integers(0, 500), st.integers(1, 9)), min_size=LEAST)


@given(VALUES, st.randoms(use_true_random=False))
def test_figures_lie_in_bounds_and_know_no_order(values: list[Fraction], chance: Any) -> None:
    def named(_: Any) -> Label:
        return Label("x", "x")

    [one] = learned({("a",): values}, {}, named)  # type: ignore[arg-type]
    assert one.lowest <= one.mean <= one.highest
    assert 0 <= one.variance <= (one.highest - one.lowest) ** 2 / 4
    shuffled = list(values)
    chance.shuffle(shuffled)
    assert [*learned({("a",): shuffled}, {("a",): values}, named)] == [  # type: ignore[arg-type]
        replace(one, before=one.mean)
    ]
