"""Reading released answers: who may, when, and what of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import event

from kinerja_flow.db import db
from kinerja_flow.errors import NotFound
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.released import ReleasedAnswers, released_answers
from tests.builders import Books, books, table

pytestmark = pytest.mark.slow

__all__ = ["books"]

PEERS = ("tia", "uli", "vina")


def _read(books: Books, who: str, of: str = "sari") -> list[ReleasedAnswers]:
    return released_answers(books.case(of), books.who(who))


def _of_peers(books: Books, who: str = "chief") -> ReleasedAnswers:
    (found,) = (one for one in _read(books, who) if one.relation == "peer")
    return found


def _answered(books: Books, *values: int, comment: str = "Suka menolong") -> None:
    books.ask("sari")
    for who, value in zip(PEERS, values, strict=False):
        books.answer(who, "sari", value, comment=f"{comment} {value}")


def _close(books: Books) -> None:
    with books.after_rating():
        tick()


def test_figures_stand_by_criterion_and_comments_apart(books: Books) -> None:
    _answered(books, 2, 3, 4)
    _close(books)
    found = _of_peers(books)
    assert [(f.criterion, f.count, f.mean, f.distribution) for f in found.figures] == [
        ("kerja_sama", 3, Fraction(3), None)
    ]
    assert {c.text for c in found.comments} == {f"Suka menolong {v}" for v in (2, 3, 4)}
    assert {c.author_id for c in found.comments} == {None}
    stored = [row["comment"] for row in table("answers") if row["comment"]]
    assert [c.text for c in found.comments] == stored


def test_the_distribution_is_told_from_five_answers_on(books: Books) -> None:
    peers = (*PEERS, "officer", "second_officer")
    books.ask("sari", peers)
    for who, value in zip(peers, (2, 2, 3, 5, 5), strict=True):
        books.answer(who, "sari", value)
    _close(books)
    (figures,) = _of_peers(books).figures
    assert figures.mean == Fraction(17, 5)
    assert figures.distribution == {"1": 0, "2": 2, "3": 1, "4": 0, "5": 2}


def test_nothing_is_there_before_the_release_for_anybody(books: Books) -> None:
    _answered(books, 2, 3, 4)
    for who in ("chief", "head", "officer"):
        assert _read(books, who) == []


def test_a_group_that_was_too_small_is_not_there_afterwards_either(books: Books) -> None:
    _answered(books, 2, 3)
    _close(books)
    for who in ("chief", "head", "officer"):
        assert _read(books, who) == []


def test_the_employee_reads_them_once_a_result_was_delivered(books: Books) -> None:
    _answered(books, 2, 3, 4)
    _close(books)
    with books.after_rating():
        with pytest.raises(NotFound, match="no_result"):
            _read(books, "sari")
        books.world.act("chief", "judge", "sari", hasil="sesuai")
        assert _read(books, "sari") == _read(books, "chief") != []


def test_the_employee_reads_none_while_a_result_is_made_anew(books: Books) -> None:
    _answered(books, 2, 3, 4)
    books.judge("sari")
    with books.after_rating():
        books.world.act("sari", "look", "sari")
        books.world.act("head", "sign_off", "sari")
        assert _read(books, "sari")
        books.world.act("head", "reopen", "sari", reason="Keliru")
        with pytest.raises(NotFound, match="no_result"):
            _read(books, "sari")
        assert _read(books, "chief")


@pytest.mark.parametrize("who", [*PEERS, "secretary", "regent"])
def test_who_neither_assesses_nor_is_assessed_reads_none(books: Books, who: str) -> None:
    _answered(books, 2, 3, 4)
    books.judge("sari")
    with books.after_rating(), pytest.raises(NotFound, match="no_result"):
        _read(books, who)


def test_another_agency_finds_no_such_case(books: Books) -> None:
    _answered(books, 2, 3, 4)
    books.judge("sari")
    with pytest.raises(NotFound, match="no_such_case"):
        released_answers(books.case("sari"), books.other.actors["officer"])


def test_the_number_of_queries_does_not_grow_with_the_answers(books: Books) -> None:
    _answered(books, 2, 3, 4)
    before = _queries(books)
    _close(books)
    assert _queries(books) == before


def _queries(books: Books) -> int:
    said: list[Any] = []

    def note(*given: Any) -> None:
        said.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        _read(books, "chief")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(said)
