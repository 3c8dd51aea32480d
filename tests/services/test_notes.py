"""A private note is its author's alone, whatever else anybody reads."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, update

from kinerja_flow.db import Base, db
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from kinerja_flow.services import briefing, cases, notes, reports, results, tasks, teams
from kinerja_flow.services.feedback import feedback_for, recognitions_of
from tests.builders import Books, table
from tests.builders import books as books

pytestmark = pytest.mark.slow

SECRET = "Tanyakan beban kerja di rumah"


def _note(books: Books, who: str = "chief", **said: Any) -> UUID:
    return notes.add(books.case("sari"), books.who(who), {"text": SECRET, **said})


def test_the_author_alone_reads_a_note(books: Books) -> None:
    item_id, _ = books.start("sari")
    outbox = table("outbox")
    _note(books, item=item_id)
    [note] = notes.mine(books.case("sari"), books.who("chief"))
    assert (note.text, note.about, note.version) == (SECRET, ("item", item_id), 1)
    for who in ("sari", "head", "officer"):
        assert notes.mine(books.case("sari"), books.who(who)) == ()
    with pytest.raises(NotFound):
        notes.mine(books.case("sari"), books.who("tia"))
    assert table("outbox") == outbox


def test_no_other_service_reads_the_table(books: Books) -> None:
    books.start("sari")
    _note(books)
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    for who in ("chief", "sari", "head", "officer"):
        actor = books.who(who)
        said = [
            feedback_for(books.case("sari"), actor),
            recognitions_of(actor),
            tasks.my_tasks(actor),
            teams.team(actor),
            teams.people_of(books.case("sari"), actor),
            cases.offers(books.case("sari"), actor),
            briefing.briefing_for(books.world.cycle_id, actor),
            reports.cycles(),
        ]
        assert SECRET not in repr(said)
        with pytest.raises(NotFound):
            results.read_results(books.case("sari"), actor)
    assert not [statement for statement in seen if "private_notes" in statement]


def test_who_follows_reads_nothing_and_who_went_still_does(books: Books) -> None:
    books.start("sari")
    _note(books)
    case_id = books.case("sari")
    parts, people = Base.metadata.tables["participants"], books.world.people
    with db.engine.begin() as connection:
        before = parts.c.person_id == people["chief"]
        connection.execute(update(parts).where(before).values(person_id=people["vina"]))
    assert notes.mine(case_id, books.who("vina")) == ()
    assert [note.text for note in notes.mine(case_id, books.who("chief"))] == [SECRET]
    with pytest.raises(Forbidden):
        _note(books)


@pytest.mark.parametrize("who", ["sari", "tia", "officer"])
def test_only_who_assesses_keeps_notes(books: Books, who: str) -> None:
    books.start("sari")
    with pytest.raises(Forbidden):
        _note(books, who)
    with pytest.raises(NotFound):
        notes.add(books.case("sari"), books.other.actors["chief"], {"text": SECRET})
    assert not table("private_notes")


def test_a_note_is_corrected_by_its_author_who_saw_the_present_one(books: Books) -> None:
    books.start("sari")
    case_id, chief = books.case("sari"), books.who("chief")
    note = _note(books)
    assert notes.correct(case_id, chief, note, {"text": "Selesai"}, 1) == 2
    with pytest.raises(Stale):
        notes.correct(case_id, chief, note, {"text": "Lagi"}, 1)
    with pytest.raises(NotFound):
        notes.correct(case_id, books.who("head"), note, {"text": "Lagi"}, 2)
    with pytest.raises(Invalid):
        notes.correct(case_id, chief, note, {"text": " "}, 2)
    assert [one.text for one in notes.mine(case_id, chief)] == ["Selesai"]


def test_a_closed_case_takes_no_note(books: Books) -> None:
    books.start("sari")
    books.set_state("sari", "sealed")
    with pytest.raises(Conflict):
        _note(books)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"text": "x" * 2001}, "text_length"),
        ({"text": 7}, "input_not_text"),
        ({"item": str(uuid4())}, "no_such_item"),
        ({"author_id": str(uuid4())}, "unknown_input"),
    ],
)
def test_a_bad_note_is_refused(books: Books, said: dict[str, Any], rule: str) -> None:
    books.start("sari")
    with pytest.raises(Invalid) as refused:
        _note(books, **said)
    assert [b.rule for b in refused.value.blockers] == [rule]
    assert not table("private_notes")
