"""Sheets are their raters' own, sealed, and leave no other trace."""

from __future__ import annotations

from typing import Any

import pytest

from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Stale
from kinerja_flow.services.answers import Answers, OwnSheet, answer, my_sheet
from tests.builders import Books, digest_of_tables, table
from tests.builders import books as books

pytestmark = pytest.mark.slow

INSTRUMENT, REFLECTION = "kolaborasi", "refleksi"


def _answer(
    books: Books, who: str, answers: Any, instrument: str = INSTRUMENT, version: int | None = None
) -> OwnSheet:
    return answer(books.case("sari"), books.who(who), Answers(instrument, answers, version, True))


def _rules(problem: Problem) -> list[tuple[str, str | None]]:
    return [(blocker.rule, blocker.field) for blocker in problem.blockers]


def test_a_rater_answers_some_now_and_others_later(books: Books) -> None:
    books.ask("sari")
    _answer(books, "tia", {"kerja_sama": {"value": 4, "comment": "Suka menolong"}})
    sheet = _answer(books, "tia", {"konflik": {"value": "3"}}, version=1)
    assert sheet == my_sheet(books.case("sari"), books.who("tia"), INSTRUMENT)
    assert (sheet.version, sheet.answers) == (
        2,
        {"kerja_sama": {"value": "4", "comment": "Suka menolong"}, "konflik": {"value": "3"}},
    )


def test_a_rater_corrects_an_answer(books: Books) -> None:
    books.ask("sari")
    books.answer("tia", "sari", 4, comment="Baik")
    sheet = _answer(books, "tia", {"kerja_sama": {"value": 2}})
    assert sheet.answers == {"kerja_sama": {"value": "2"}}


def test_zero_is_an_answer_where_the_scale_has_it(books: Books) -> None:
    books.ask("sari")
    for value in (0, "0"):
        sheet = _answer(books, "sari", {"belajar": {"value": value}}, REFLECTION)
        assert sheet.answers == {"belajar": {"value": "0"}}
    with pytest.raises(Invalid) as refused:
        books.answer("tia", "sari", 0)
    assert _rules(refused.value) == [("not_an_option", "answers.kerja_sama.value")]


def test_an_answer_leaves_no_trace_beside_its_sheet(books: Books) -> None:
    books.ask("sari")
    before = {name: table(name) for name in ("history", "outbox", "idempotency_keys", "cases")}
    books.answer("tia", "sari")
    assert {name: table(name) for name in before} == before
    (sheet,) = table("sheets")
    assert sheet["rater_id"] == books.world.people["tia"]


def test_an_answer_never_makes_the_assessors_screen_stale(books: Books) -> None:
    books.ask("sari")
    before = books.version("sari")
    for rater in ("tia", "uli", "vina"):
        books.answer(rater, "sari")
    assert books.version("sari") == before


def test_nobody_reads_the_sheet_of_somebody_else(books: Books) -> None:
    books.ask("sari")
    books.answer("tia", "sari")
    for who in ("sari", "uli", "chief", "head", "officer"):
        assert my_sheet(books.case("sari"), books.who(who), INSTRUMENT).version == 0
    with pytest.raises(NotFound):
        my_sheet(books.case("sari"), books.other.actors["tia"], INSTRUMENT)


@pytest.mark.parametrize(
    ("who", "instrument", "rule"),
    [
        ("sari", INSTRUMENT, "not_your_part"),  # about oneself
        ("chief", INSTRUMENT, "not_your_part"),  # not among those who answer it
        ("head", REFLECTION, "not_your_part"),
        ("officer", INSTRUMENT, "not_your_part"),
        ("tia", REFLECTION, "not_your_part"),
    ],
)
def test_only_those_whom_the_instrument_asks_answer_it(
    books: Books, who: str, instrument: str, rule: str
) -> None:
    books.ask("sari")
    with pytest.raises(Forbidden) as refused:
        _answer(books, who, {"kerja_sama": {"value": 4}}, instrument)
    assert _rules(refused.value) == [(rule, "instrument")]
    assert not table("sheets")


def test_an_instrument_is_answered_while_it_is_collected(books: Books) -> None:
    books.start("sari")
    with pytest.raises(Conflict) as refused:
        _answer(books, "sari", {"belajar": {"value": 1}}, REFLECTION)
    assert _rules(refused.value) == [("instrument_closed", "instrument")]


def test_a_sheet_that_was_changed_elsewhere_is_stale(books: Books) -> None:
    books.ask("sari")
    with pytest.raises(Stale):
        _answer(books, "tia", {"kerja_sama": {"value": 4}}, version=1)
    books.answer("tia", "sari")
    with pytest.raises(Stale):
        _answer(books, "tia", {"kerja_sama": {"value": 5}}, version=0)


@pytest.mark.parametrize(
    ("answers", "rule", "field"),
    [
        ({}, "required", "answers"),
        ([], "inputs_not_mapping", "answers"),
        ({"kerja_sama": 4}, "inputs_not_mapping", "answers.kerja_sama"),
        ({"kerja_sama": {}}, "required", "answers.kerja_sama.value"),
        ({"kerja_sama": {"value": 6}}, "not_an_option", "answers.kerja_sama.value"),
        ({"kerja_sama": {"value": 4.0}}, "not_an_option", "answers.kerja_sama.value"),
        ({"kerja_sama": {"value": True}}, "not_an_option", "answers.kerja_sama.value"),
        ({"kerja_sama": {"value": [4]}}, "not_an_option", "answers.kerja_sama.value"),
        ({"kejujuran": {"value": 4}}, "criterion_not_asked", "answers.kejujuran"),
        (
            {"kerja_sama": {"value": 4, "comment": "a\x00b"}},
            "input_bad_character",
            "answers.kerja_sama.comment",
        ),
        ({"kerja_sama": {"value": 4, "name": "Tia"}}, "unknown_input", "answers.kerja_sama.name"),
    ],
)
def test_bad_answers_are_refused(books: Books, answers: Any, rule: str, field: str) -> None:
    books.ask("sari")
    books.answer("tia", "sari")
    before = digest_of_tables()
    with pytest.raises(Invalid) as refused:
        _answer(books, "tia", answers)
    assert _rules(refused.value) == [(rule, field)]
    assert digest_of_tables() == before


def test_an_instrument_without_comments_takes_none(books: Books) -> None:
    books.ask("sari")
    with pytest.raises(Invalid) as refused:
        _answer(books, "sari", {"belajar": {"value": 1, "comment": "Ya"}}, REFLECTION)
    assert _rules(refused.value) == [("unknown_input", "answers.belajar.comment")]


def test_a_criterion_for_another_field_of_work_is_not_asked(books: Books) -> None:
    books.ask("sari")
    with pytest.raises(Invalid) as refused:
        _answer(books, "sari", {"mengajar": {"value": 1}}, REFLECTION)
    assert _rules(refused.value) == [("criterion_not_asked", "answers.mengajar")]
