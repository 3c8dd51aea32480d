"""Who may read a result before it is delivered, and that every read of another's is on record."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import NotFound
from kinerja_flow.services.document import document
from kinerja_flow.services.exports import Wanted, export
from kinerja_flow.services.readings import readings_of
from kinerja_flow.services.results import read_results
from kinerja_flow.services.segment_list import segments_of
from tests.builders import Books, table
from tests.builders import books as books
from tests.engine.test_sets import counted
from tests.engine.world import START, WORK, World, build, write_plan

pytestmark = pytest.mark.slow

SET = "does: [compute_result]}"
HAND = "\n      - {name: hand, from: rating, to: told, by: [assessor], does: [deliver]}"


@pytest.fixture
def rated(books: Books) -> Iterator[Books]:
    books.ask("sari")
    books.judge("sari")
    with books.after_rating():
        yield books


def _ways(books: Books, who: str = "sari") -> list[tuple[str | None, str, str]]:
    found = readings_of(books.case("sari"), books.who(who))
    return [(one.reader, one.capacity, one.way) for one in found]


def test_what_others_read_is_on_record_and_what_the_owner_reads_is_not(rated: Books) -> None:
    case = rated.case("sari")
    assert _ways(rated) == []
    read_results(case, rated.who("sari"))
    read_results(case, rated.who("chief"))
    document(case, rated.who("head"))
    export(rated.world.cycle_id, rated.who("officer"), Wanted("results"), io.BytesIO())
    segments_of(rated.who("chief"), rated.world.people["sari"], rated.world.cycle_id)
    assert _ways(rated) == [
        ("chief", "assessor", "segments"),
        ("officer", "hr", "export"),
        ("head", "reviewer", "document"),
        ("chief", "assessor", "results"),
    ]
    assert _ways(rated, "officer") == _ways(rated)


def test_a_page_goes_on_where_the_last_one_ended(rated: Books) -> None:
    case, sari = rated.case("sari"), rated.who("sari")
    for _ in range(3):
        read_results(case, rated.who("chief"))
    first = readings_of(case, sari, most=2)
    rest = readings_of(case, sari, after=first[-1].id)
    assert [one.id for one in first + rest] == [one.id for one in readings_of(case, sari)]
    assert len(rest) == 1


def test_nobody_else_is_told_who_read(rated: Books) -> None:
    read_results(rated.case("sari"), rated.who("head"))
    for who in ("chief", "head", "tia", "secretary"):
        with pytest.raises(NotFound):
            readings_of(rated.case("sari"), rated.who(who))


def test_what_was_refused_is_no_reading(rated: Books) -> None:
    with pytest.raises(NotFound):
        read_results(rated.case("sari"), rated.who("tia"))
    assert table("readings") == []


@pytest.mark.parametrize("people", [("sari",), ("sari", "uli", "vina", "tia")])
def test_an_export_keeps_all_its_readings_at_once(books: Books, people: tuple[str, ...]) -> None:
    for of in people:
        books.ask(of, tuple({"sari", "tia", "uli", "vina"} - {of}))
    for of in people:
        books.judge(of)
    with books.after_rating(), counted() as sent:
        export(books.world.cycle_id, books.who("officer"), Wanted("results"), io.BytesIO())
    assert len(table("readings")) == len(people)
    assert len([one for one in sent if "INSERT INTO readings" in one]) == 1


#: The template of work, but that a result is delivered in a step of its own.
APART = (
    WORK.read_text(encoding="utf-8")
    .replace("rate, from: rating, to: told,", "rate, from: rating,")
    .replace("does: [compute_result, deliver], notify: [employee]}", SET + HAND)
)


@pytest.fixture
def in_the_making(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        world = build(APART)
        write_plan(world)
        world.act("sari", "submit")
        world.act("chief", "approve")
        world.act("chief", "close_input")
        world.act("chief", "rate", hasil="baik")
        yield world


def _sees(world: World, who: str) -> list[int]:
    try:
        found = read_results(world.cases["sari"], world.actors[who])
    except NotFound:
        return []
    return [one.number for one in found]


def test_until_it_is_delivered_a_result_is_read_by_those_who_make_it(in_the_making: World) -> None:
    world = in_the_making
    early = {who: _sees(world, who) for who in ("sari", "officer", "chief", "head")}
    assert early == {"sari": [], "officer": [], "chief": [1], "head": [1]}
    with pytest.raises(NotFound):
        document(world.cases["sari"], world.actors["officer"])
    segment = segments_of(world.actors["officer"], world.people["sari"], world.cycle_id)
    assert [one.level for one in segment] == [None]
    assert readings_of(world.cases["sari"], world.actors["sari"]) == []
    world.act("chief", "hand")
    assert {who: _sees(world, who) for who in early} == {who: [1] for who in early}
    told = readings_of(world.cases["sari"], world.actors["sari"])
    assert [one.reader for one in told] == ["head", "chief", "officer", "head", "chief"]
