"""One's own performance at once: who sees it, until when, and what has no part in it."""

from __future__ import annotations

from typing import Any

import pytest

from kinerja_flow.errors import NotFound
from kinerja_flow.services import progress, substitutions
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.running import RunningScore, running_score
from tests.builders import Books, books

pytestmark = [pytest.mark.slow, pytest.mark.portable]

__all__ = ["books"]


def _seen(books: Books, who: str, of: str = "sari") -> RunningScore:
    return running_score(books.case(of), books.who(who))


def _values(found: RunningScore) -> dict[str, Any]:
    return {node.name: node.value for node in found.steps}


def test_the_employee_sees_at_once_what_was_reached(books: Books) -> None:
    _, indicator = books.start("sari")
    assert _values(_seen(books, "sari")) == {"capaian": None}
    entry = {"indicator": indicator, "day": "2026-01-20", "reached": "1 Dokumen"}
    progress.record_realisation(books.case("sari"), books.who("sari"), entry)
    found = _seen(books, "sari")
    assert _values(found) == {"capaian": 50} == _values(_seen(books, "chief"))
    assert "bukan hasil penilaian" in found.notice.id and "20 Januari 2026" in found.notice.id
    assert "not the result" in found.notice.en


def test_nobody_else_sees_it_and_of_another_agency_there_is_no_case(books: Books) -> None:
    books.ask("sari")
    for who in ("head", "officer", "tia", "uli"):
        with pytest.raises(NotFound) as refused:
            _seen(books, who)
        assert [one.rule for one in refused.value.blockers] == ["nothing_to_follow"]
    with pytest.raises(NotFound) as refused:
        running_score(books.case("sari"), books.other.actors["sari"])
    assert [one.rule for one in refused.value.blockers] == ["no_such_case"]


def test_what_peers_answer_and_the_assessor_chooses_changes_nothing(books: Books) -> None:
    books.ask("sari")
    before = _seen(books, "sari")
    for who, value in (("tia", 1), ("uli", 5), ("vina", 3)):
        books.answer(who, "sari", value)
        assert _seen(books, "sari").steps == before.steps
    assert {node.name for node in before.steps} == {"capaian"}


def test_from_the_delivery_on_there_is_the_result_instead(books: Books) -> None:
    books.ask("sari")
    books.set_state("sari", "told")
    assert _seen(books, "sari").steps == ()


def test_whoever_stands_in_for_the_assessor_sees_what_they_see(books: Books) -> None:
    books.start("sari")
    world = books.world
    grant = {"absent": str(world.people["chief"]), "by": str(world.people["uli"]), "kind": "plh"}
    days = {"from_on": "2026-01-20", "until_on": "2026-01-21"}
    substitutions.grant(books.who("officer"), {**grant, **days})
    acting = actor_for(world.agency_id, world.people["uli"])
    assert _values(running_score(books.case("sari"), acting)) == {"capaian": None}
