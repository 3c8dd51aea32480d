"""Direct observations: who notes them, who corrects them, and who reads them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from kinerja_flow import clock
from kinerja_flow.db import db, new_id, transaction
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from kinerja_flow.models import Observation, Participant
from kinerja_flow.services.observations import correct_observation, observations_for, observe
from tests.builders import Books, digest_of_tables, table
from tests.builders import books as books
from tests.engine.test_sets import counted

pytestmark = pytest.mark.slow

SEEN = {"day": "2026-01-20", "text": "Menjelaskan syarat dengan sabar"}


def _note(books: Books, who: str = "chief", **said: Any) -> UUID:
    return observe(books.case("sari"), books.who(who), {**SEEN, **said})


def _read(books: Books, who: str) -> list[str]:
    return [one.text for one in observations_for(books.case("sari"), books.who(who))]


def _give_part(books: Books, relation: str, who: str) -> None:
    case_id, world = books.case("sari"), books.world
    key = {"agency_id": world.agency_id, "year": world.year, "case_id": case_id, "id": new_id()}
    said = {"relation": relation, "ground": "test", "from_at": clock.now()}
    with transaction() as session:
        session.add(Participant(**key, **said, person_id=world.people[who]))


def test_an_observation_is_of_a_day_perhaps_of_an_rhk_and_a_criterion(books: Books) -> None:
    item_id, _ = books.start("sari")
    before = books.version("sari"), table("history")
    _note(books)
    _note(books, item=str(item_id), instrument="kolaborasi", criterion="kerja_sama")
    found = observations_for(books.case("sari"), books.who("sari"))
    assert [(o.item_id, o.instrument, o.criterion, o.version) for o in found] == [
        (None, None, None, 1),
        (item_id, "kolaborasi", "kerja_sama", 1),
    ]
    assert {o.author_id for o in found} == {books.world.people["chief"]}
    assert (books.version("sari"), table("history")) == before


def test_only_its_author_corrects_an_observation_and_not_what_they_did_not_see(
    books: Books,
) -> None:
    books.start("sari")
    noted, case_id, chief = _note(books), books.case("sari"), books.who("chief")
    words = {**SEEN, "text": "Menjelaskan syarat dengan sabar kepada lansia"}
    assert correct_observation(case_id, chief, noted, words, 1) == 2
    with pytest.raises(Stale):
        correct_observation(case_id, chief, noted, SEEN, 1)
    with pytest.raises(NotFound):
        correct_observation(case_id, chief, uuid4(), SEEN, 1)
    assert _read(books, "sari") == [words["text"]]
    theirs = table("observations")[0]["id"]
    with db.engine.begin() as connection:
        connection.execute(_by_somebody_else(theirs, books.world.people["head"]))
    with pytest.raises(Forbidden):
        correct_observation(case_id, chief, noted, SEEN, 2)


def _by_somebody_else(observation_id: UUID, author_id: UUID) -> Any:
    return update(Observation).where(Observation.id == observation_id).values(author_id=author_id)


def test_who_assesses_or_examines_reads_all_and_others_their_own(books: Books) -> None:
    books.start("sari")
    _note(books)
    for who in ("sari", "chief", "head", "officer"):
        assert _read(books, who) == [SEEN["text"]]
    with pytest.raises(NotFound):
        _read(books, "tia")
    for relation in ("panel", "chair"):
        _give_part(books, relation, "tia")
        assert _read(books, "tia") == [SEEN["text"]]
    _give_part(books, "observer", "uli")
    assert _read(books, "uli") == []
    with pytest.raises(NotFound):
        observations_for(books.case("sari"), books.other.actors["chief"])


@pytest.mark.parametrize("who", ["sari", "tia", "head", "officer"])
def test_only_whom_the_state_names_observes(books: Books, who: str) -> None:
    books.start("sari")
    with pytest.raises(Forbidden):
        _note(books, who)
    assert not table("observations")


def test_who_takes_part_anonymously_observes_nothing(books: Books) -> None:
    books.start("sari")
    _give_part(books, "peer", "chief")
    with pytest.raises(Forbidden) as refused:
        _note(books)
    assert [b.rule for b in refused.value.blockers] == ["observation_is_named"]


def test_a_book_that_is_not_open_takes_no_observation(books: Books) -> None:
    with pytest.raises(Conflict):
        _note(books)


@pytest.mark.parametrize(
    ("said", "rule", "field"),
    [
        ({"text": ""}, "required", "text"),
        ({"text": "\u200b"}, "required", "text"),
        ({"text": "x" * 2001}, "text_length", "text"),
        ({"text": ["a"]}, "input_not_text", "text"),
        ({"text": "a\x00b"}, "input_bad_character", "text"),
        ({"day": None}, "required", "day"),
        ({"day": "2026-02-30"}, "no_such_date", "day"),
        ({"day": "2026-01-21"}, "not_yet", "day"),
        ({"day": "2025-12-31"}, "outside_period", "day"),
        ({"item": str(uuid4())}, "no_such_item", "item"),
        ({"item": "1"}, "not_an_id", "item"),
        ({"criterion": "kerja_sama"}, "required", "instrument"),
        ({"instrument": "kolaborasi"}, "required", "criterion"),
        ({"instrument": "lain", "criterion": "konflik"}, "no_such_instrument", "instrument"),
        ({"instrument": "kolaborasi", "criterion": "lain"}, "no_such_criterion", "criterion"),
        ({"instrument": "refleksi", "criterion": "mengajar"}, "no_such_criterion", "criterion"),
        ({"author_id": str(uuid4())}, "unknown_input", "author_id"),
    ],
)
def test_a_bad_observation_is_refused_and_changes_nothing(
    books: Books, said: dict[str, Any], rule: str, field: str
) -> None:
    books.start("sari")
    before = digest_of_tables()
    with pytest.raises(Invalid) as refused:
        _note(books, **said)
    assert [(b.rule, b.field) for b in refused.value.blockers] == [(rule, field)]
    assert digest_of_tables() == before


def test_reading_many_takes_no_more_queries(books: Books) -> None:
    books.start("sari")
    counts = []
    for more in (1, 30):
        for _ in range(more):
            _note(books)
        with counted() as sent:
            found = observations_for(books.case("sari"), books.who("sari"))
        counts.append(len(sent))
    assert len(found) == 31
    assert counts[0] == counts[1]
