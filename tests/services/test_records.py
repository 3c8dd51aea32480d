"""What rules know of the year: days observed and answered, claims looked at, the report signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from kinerja_flow.db import reading
from kinerja_flow.facts import Facts
from kinerja_flow.rules import RULES, Ask
from kinerja_flow.services import progress
from kinerja_flow.services.feedback import give_feedback
from kinerja_flow.services.observations import observe
from kinerja_flow.workflow import always, load_one
from kinerja_flow.workflow.load import load_many
from tests.builders import Books, activity
from tests.builders import books as books
from tests.engine.test_sets import counted

pytestmark = [pytest.mark.slow, pytest.mark.portable]

GROUPS = always("observed", "activities", "claims", "report_digest")


def _facts(books: Books, who: str = "sari") -> Facts:
    with reading() as session:
        return load_one(session, books.world.agency_id, books.case(who), GROUPS)


def _remark(books: Books, kind: str, **about: UUID) -> None:
    entry = {"kind": kind, "text": "Sudah dilihat", **{k: str(v) for k, v in about.items()}}
    give_feedback(books.case("sari"), books.who("chief"), entry)


def _reach(books: Books, indicator_id: UUID, reached: str) -> UUID:
    entry = {"indicator": str(indicator_id), "day": "2026-01-20", "reached": reached}
    return progress.record_realisation(books.case("sari"), books.who("sari"), entry)


def _unmet(name: str, facts: Facts, **params: Any) -> list[str]:
    action = next(iter(facts.machine.actions.values()))
    return [blocker.rule for blocker in RULES[name].blockers(Ask(facts, action), params)]


def test_a_day_is_observed_once_however_much_was_noted(books: Books) -> None:
    books.start("sari")
    for day in ("2026-01-19", "2026-01-20", "2026-01-20"):
        observe(books.case("sari"), books.who("chief"), {"day": day, "text": "Sabar"})
    facts = _facts(books)
    assert _unmet("observed", facts, least=2) == []
    assert _unmet("observed", facts, least=3) == ["observed"]


def test_a_day_is_answered_by_feedback_on_one_of_its_activities(books: Books) -> None:
    books.start("sari")
    said = [
        activity(),
        activity(started="10:00", ended="11:00"),
        activity(day="2026-01-19"),
    ]
    ids = [progress.add_activity(books.case("sari"), books.who("sari"), one) for one in said]
    _remark(books, "note", activity=ids[1])
    assert [day.is_answered for day in _facts(books).activities] == [False, True]
    assert _unmet("activities_answered", _facts(books)) == ["activities_answered"]
    _remark(books, "strength", activity=ids[2])
    assert _unmet("activities_answered", _facts(books)) == []


def test_a_new_realisation_is_a_new_claim_and_the_last_word_on_it_counts(books: Books) -> None:
    _, indicator_id = books.start("sari")
    assert _unmet("claims_checked", _facts(books)) == []
    first = _reach(books, indicator_id, "1 Dokumen")
    assert _unmet("claims_checked", _facts(books)) == ["claims_checked"]
    _remark(books, "improvement", realisation=first)
    assert _unmet("claims_checked", _facts(books)) == ["claims_checked.doubted"]
    _remark(books, "note", realisation=first)
    assert _unmet("claims_checked", _facts(books)) == []
    _reach(books, indicator_id, "2 Dokumen")
    assert _unmet("claims_checked", _facts(books)) == ["claims_checked"]


def test_a_signature_covers_every_figure_and_every_piece_of_evidence(books: Books) -> None:
    item_id, indicator_id = books.start("sari")
    empty = _facts(books).report_digest
    _reach(books, indicator_id, "1 Dokumen")
    with_figure = _facts(books).report_digest
    entry = {"item": str(item_id), "name": "Rekap", "link": "https://example.go.id/rekap"}
    progress.attach_evidence(books.case("sari"), books.who("sari"), entry)
    assert len({empty, with_figure, _facts(books).report_digest}) == 3
    assert _facts(books).report_digest == _facts(books).report_digest


def test_many_cases_take_as_many_queries_as_one(books: Books) -> None:
    def sent(ids: list[UUID]) -> int:
        with counted() as statements, reading() as session:
            load_many(session, books.world.agency_id, ids, GROUPS)
        return len(statements)

    one, several = [books.case("sari")], list(books.world.cases.values())
    assert len(several) > 1
    sent(one)  # reads the definition, which is kept
    assert sent(one) == sent(several)
