"""Feedback carries its author's name, and a private note is its author's alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from kinerja_flow.errors import Forbidden, Invalid, NotFound
from kinerja_flow.services.feedback import feedback_for, give_feedback
from tests.builders import Books, table
from tests.builders import books as books


def _give(books: Books, who: str = "chief", **said: Any) -> UUID:
    entry = {"kind": "strength", "text": "Rapi dan tepat waktu", **said}
    return give_feedback(books.case("sari"), books.who(who), entry)


def _read(books: Books, who: str) -> list[str]:
    return [remark.text for remark in feedback_for(books.case("sari"), books.who(who))]


def test_feedback_is_on_the_case_or_on_one_of_its_rhk(books: Books) -> None:
    item_id, _ = books.start("sari")
    before = books.version("sari"), table("history")
    _give(books)
    _give(books, kind="improvement", text="Lampirkan bukti lebih awal", item=str(item_id))
    found = feedback_for(books.case("sari"), books.who("sari"))
    chief = books.world.people["chief"]
    assert [(r.kind, r.item_id, r.author_id) for r in found] == [
        ("strength", None, chief),
        ("improvement", item_id, chief),
    ]
    assert (books.version("sari"), table("history")) == before


def test_a_private_note_is_read_by_its_author_alone(books: Books) -> None:
    books.start("sari")
    _give(books, kind="note", text="Tanyakan beban kerja", is_private=True)
    _give(books)
    assert len(_read(books, "chief")) == 2
    for who in ("sari", "head", "officer"):
        assert _read(books, who) == ["Rapi dan tepat waktu"]


def test_who_has_no_part_reads_nothing(books: Books) -> None:
    books.start("sari")
    _give(books)
    assert _read(books, "tia") == []
    with pytest.raises(NotFound):
        feedback_for(books.case("sari"), books.other.actors["chief"])


@pytest.mark.parametrize("who", ["sari", "tia", "head", "officer"])
def test_only_whom_the_state_names_gives_feedback(books: Books, who: str) -> None:
    books.start("sari")
    with pytest.raises(Forbidden):
        _give(books, who)
    assert not table("feedback")


@pytest.mark.parametrize(
    ("said", "rule", "field"),
    [
        ({"kind": "praise"}, "not_an_option", "kind"),
        ({"text": ""}, "required", "text"),
        ({"text": "x" * 2001}, "text_length", "text"),
        ({"is_private": True}, "private_is_note", "is_private"),
        ({"is_private": "ya"}, "input_not_flag", "is_private"),
        ({"item": str(uuid4())}, "no_such_item", "item"),
    ],
)
def test_bad_feedback_is_refused(books: Books, said: dict[str, Any], rule: str, field: str) -> None:
    books.start("sari")
    with pytest.raises(Invalid) as refused:
        _give(books, **said)
    assert [(b.rule, b.field) for b in refused.value.blockers] == [(rule, field)]
    assert not table("feedback")
