"""Every stored result is computed again, and a changed digit is found wherever it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event, insert, text

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.models import PlanIndicator, PlanItem, PostHolding, Realisation, Result, Sheet
from kinerja_flow.scoring import digest, from_json, registry
from kinerja_flow.scoring.registry import SCORING
from kinerja_flow.services import cycles, organisations, verify_results
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.verify_results import Recount
from tests.conftest import NIGHTLY
from tests.engine.test_verify import plant
from tests.engine.world import LONG_AGO, START, World, build, row, rows

pytestmark = pytest.mark.slow

RANDOM = Path(__file__).parents[1] / "templates" / "acak.yaml"
COUNT = 1000 if NIGHTLY else 60
LEVELS = ("kurang", "cukup", "baik", "istimewa")


def found(agency_id: int | None = None) -> list[str]:
    return [one.rule for one in verify_results.verify_results(Recount(), agency_id)]


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        world = build(RANDOM, of=("sari",), spans={})
        _fill(world.agency_id, world.year, world.cases["sari"], world, Random(1))
        _rate(world.cases["sari"], world, Random(1))
        yield world


def _fill(agency_id: int, year: int, case_id: UUID, world: World, chance: Random) -> None:
    """A random plan with realisations, and the assessor's random sheet, past the services."""
    key = {"agency_id": agency_id, "year": year, "case_id": case_id}
    wrote = {"author_id": world.people["sari"], "noted_at": clock.now()}
    items, indicators, reached = [], [], []
    for ordinal in range(chance.randint(1, 4)):
        item_id = uuid4()
        weight = chance.choice([None, Fraction(chance.randint(1, 900), 9)]) if not ordinal else None
        items.append({**key, "id": item_id, "ordinal": ordinal, "title": "L", "weight": weight})
        for place in range(chance.randint(1, 3)):
            indicator = _indicator(chance)
            row = {**key, "id": uuid4(), "item_id": item_id, "ordinal": place, **indicator}
            indicators.append(row)
            value = Fraction(chance.randint(0, 2000), chance.choice([1, 3, 7, 100]))
            noted = {"indicator_id": row["id"], "day_on": clock.now().date(), "value": value}
            reached.append({**key, "id": uuid4(), **wrote, **noted, "version": 1, "raw": "x"})
    answers = {name: {"value": str(chance.randint(1, 5))} for name in ("satu", "dua", "tiga")}
    sheet = {"instrument": "perilaku", "relation": "assessor", "rater_id": world.people["chief"]}
    with transaction() as session:
        session.execute(insert(PlanItem), items)
        session.execute(insert(PlanIndicator), indicators)
        session.execute(insert(Realisation), reached)
        session.execute(insert(Sheet), [{**key, **sheet, "version": 1, "answers": answers}])


def _indicator(chance: Random) -> dict[str, Any]:
    polarity = chance.choice(["higher", "lower", "range"])
    target = Fraction(chance.randint(0, 900), chance.choice([1, 3, 9]))
    upper = target + chance.randint(1, 9) if polarity == "range" else None
    baseline = chance.choice([None, Fraction(chance.randint(0, 900), 7)])
    told = {"aspect": "kuantitas", "title": "D", "unit": "x", "target_raw": "x"}
    exact = {"target": target, "upper": upper, "baseline": baseline, "polarity": polarity}
    return {**told, **exact, "is_objective": chance.random() < 0.8}


def _rate(case_id: UUID, world: World, chance: Random) -> None:
    inputs: dict[str, Any] = {
        "hasil": chance.choice(LEVELS),
        "alasan": "Sesuai bukti.",
        "inovasi": chance.random() < 0.5,
        "sanksi": chance.random() < 0.3,
    }
    if chance.random() < 0.4:
        inputs["koreksi"] = f"{chance.randint(0, 12000) / 100:.2f}"
    act(case_id, world.actors["chief"], Act("rate", inputs))


def test_random_appraisals_all_come_out_as_they_are_stored(world: World) -> None:
    chance = Random(COUNT)
    chief = row(PostHolding, person_id=world.people["chief"]).post_id
    with transaction():
        unit = organisations.add_unit(world.agency_id, "Kantor")
        people = [_employee(world, unit, chief, str(place)) for place in range(COUNT)]
        report = cycles.launch(world.cycle_id, world.actors["officer"], people)
    assert len(report.opened) == COUNT
    for case_id in report.opened.values():
        _fill(world.agency_id, world.year, case_id, world, chance)
        _rate(case_id, world, chance)
    recount = Recount()
    assert list(verify_results.verify_results(recount, world.agency_id)) == []
    assert (recount.results, recount.reworded) == (COUNT + 1, 0)
    values = {row.value for row in rows(Result, agency_id=world.agency_id)}
    assert len(values) > COUNT / 2  # random indeed


def _employee(world: World, unit: UUID, chief: UUID, name: str) -> UUID:
    person = organisations.add_person(world.agency_id, name)
    post = organisations.add_post(world.agency_id, unit, name)
    organisations.hold_post(world.agency_id, person, post, LONG_AGO)
    organisations.report_to(world.agency_id, post, LONG_AGO, superior_post_id=chief)
    return person


# What is done to sari's result, and what is found
PLANTED = [
    ("UPDATE results SET value = '1/3'", ["result_value"]),
    ("UPDATE results SET sort_value = sort_value + 0.000001", ["result_order"]),
    ("UPDATE results SET level = level || 'x'", ["result_level", "result_on_record"]),
    ("UPDATE results SET digest = '{}'".format("0" * 64), ["result_digest", "result_on_record"]),
    ("UPDATE result_grounds SET digest = '{}'".format("0" * 64), ["grounds_digest"]),
    ("UPDATE result_grounds SET grounds = '{}'", ["grounds_digest", "recomputed"]),
    ("UPDATE result_grounds SET grounds = '[1]'", ["grounds_digest", "grounds"]),
    ("DELETE FROM result_grounds", ["grounds"]),
    ("UPDATE results SET definition = '{}'".format("0" * 64), ["definition", "result_on_record"]),
    ("UPDATE results SET explanation = '{}'", ["explanation"]),
    ("UPDATE statements SET value = '0.01' WHERE field = 'koreksi'", ["stated"]),
    ("DELETE FROM statements WHERE field = 'hasil'", ["stated"]),
    ("UPDATE results SET seq = seq + 1", ["result_on_record"]),
    ("DELETE FROM result_grounds; DELETE FROM results", ["result_gone"]),
]


@pytest.mark.parametrize(("statement", "expected"), PLANTED)
def test_a_planted_change_is_found(world: World, statement: str, expected: list[str]) -> None:
    assert found() == []
    with db.engine.connect() as connection:
        before = connection.execute(text("SELECT field FROM statements")).scalars().all()
    assert "koreksi" in before  # else the change to it would plant nothing
    for one in statement.split("; "):
        plant(one)
    assert found() == expected


def _explanation(change: Any) -> None:
    (row,) = rows(Result)
    explanation = json.loads(json.dumps(row.explanation))
    change(explanation)
    plant("UPDATE results SET explanation = :text", text=json.dumps(explanation))


def test_a_digit_in_an_explanation_is_found_twice(world: World) -> None:
    def change(explanation: dict[str, Any]) -> None:
        explanation["nodes"][1]["value"] = "1/7"

    _explanation(change)
    assert found() == ["result_digest", "recomputed"]


def _sealed(change: Any) -> None:
    """The explanation changed, with the columns and the digest as they would follow from it."""
    _explanation(change)
    (row,) = rows(Result)
    told = from_json(row.explanation)
    value = None if told.value is None else str(told.value)
    plant(
        "UPDATE results SET value = :value, sort_value = :sort, level = :level, digest = :digest",
        **{"value": value, "level": told.level, "digest": digest(told)},
        sort=None if told.value is None else float(told.value),
    )


def _without_the_last(explanation: dict[str, Any]) -> None:
    explanation["nodes"].pop()


def _otherwise_worded(explanation: dict[str, Any]) -> None:
    explanation["nodes"][0]["shown"]["id"] = "120"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_without_the_last, ["recomputed", "result_on_record"]),
        (_otherwise_worded, ["result_on_record"]),
    ],
)
def test_what_was_sealed_anew_is_found_by_the_act_that_set_it(
    world: World, change: Any, expected: list[str]
) -> None:
    _sealed(change)
    assert found() == expected


@pytest.mark.parametrize("value", ["1/0", "x", 3])
def test_an_explanation_that_is_none_stops_nothing(world: World, value: object) -> None:
    def change(explanation: dict[str, Any]) -> None:
        explanation["nodes"][0]["value"] = value

    _explanation(change)
    assert found()[0] in ("explanation", "result_digest")


def test_results_that_changed_places_are_found(world: World) -> None:
    chief = row(PostHolding, person_id=world.people["chief"]).post_id
    with transaction():
        unit = organisations.add_unit(world.agency_id, "Kantor")
        people = [_employee(world, unit, chief, "tia")]
        report = cycles.launch(world.cycle_id, world.actors["officer"], people)
    (other,) = report.opened.values()
    _fill(world.agency_id, world.year, other, world, Random(1))
    _rate(other, world, Random(1))  # all that people stated is the same
    assert found() == []
    here, there = {"here": world.cases["sari"]}, {"there": other}
    for table in ("results", "result_grounds"):
        change = f"UPDATE {table} SET"
        plant(f"{change} case_id = :there, number = 2 WHERE case_id = :here", **here, **there)
        plant(f"{change} case_id = :here WHERE case_id = :there AND number = 1", **here, **there)
        plant(f"{change} number = 1 WHERE case_id = :there", **there)
    assert found() == ["result_on_record", "result_on_record"]


def test_another_wording_is_counted_and_is_no_finding_of_its_own(world: World) -> None:
    def change(explanation: dict[str, Any]) -> None:
        explanation["nodes"][0]["sentence"]["id"] = "Kalimat yang dahulu."

    _explanation(change)
    recount = Recount()
    told = [one.rule for one in verify_results.verify_results(recount)]
    assert told == ["result_digest"]  # the row was touched, its numbers were not
    assert recount.reworded == 1


def test_a_version_that_is_no_longer_known_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = replace(SCORING["bands"], version=SCORING["bands"].version + 1)
    monkeypatch.setattr(registry, "SCORING", {**SCORING, "bands": newer})
    assert found() == ["rule_version"]
    monkeypatch.setattr(registry, "EARLIER", (SCORING["bands"],))
    assert found() == []


def test_results_are_read_by_two_queries_a_chunk_and_two_for_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append(statement)

    found()
    event.remove(db.engine, "before_cursor_execute", note)
    # A chunk, what was stated, the definition once, the empty chunk; the history told and untold.
    assert len(asked) == 6
