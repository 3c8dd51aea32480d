"""Bad input to what changes hands, is asked of citizens, or is read by day: refused, not failed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest

from kinerja_flow.errors import Invalid, Problem
from kinerja_flow.policy import Actor
from kinerja_flow.services import absences, assessors, briefing, notes, succession
from kinerja_flow.services.survey_import import Upload, import_tallies
from kinerja_flow.services.survey_sheets import add_sheets
from tests.builders import Books, digest_of_tables
from tests.builders import books as books
from tests.services.test_other_agency import SHEET, Things
from tests.services.test_other_agency import things as things

pytestmark = pytest.mark.slow

TALLIES = Upload(b"criterion,level,count\nramah,4,20\n")
MANY = {str(number): number for number in range(100_000)}


def _hand(a: Actor, t: Things, cases: Any) -> object:
    return succession.hand_over(a, t.chief, t.head, "mutasi", cases)


def _tallies(a: Actor, t: Things, instrument: Any) -> object:
    return import_tallies(t.cycle, a, TALLIES, unit_id=t.unit, instrument=instrument)


Call = Callable[[Actor, Things], object]
ROWS: dict[str, tuple[Call, str]] = {
    "a case that is a text": (lambda a, t: _hand(a, t, ["1e5"]), "not_an_id"),
    "a case that is a list": (lambda a, t: _hand(a, t, [[]]), "not_an_id"),
    "a case that is a number": (lambda a, t: _hand(a, t, [10**400]), "not_an_id"),
    "a text for cases": (lambda a, t: _hand(a, t, "abc"), "not_an_id"),
    "too many cases": (lambda a, t: _hand(a, t, (uuid4() for _ in MANY)), "too_many"),
    "a sheet that is a list": (lambda a, t: add_sheets(t.survey, a, [[1]]), "inputs_not_mapping"),
    "a sheet that is none": (
        lambda a, t: add_sheets(t.survey, a, [SHEET, None]),
        "inputs_not_mapping",
    ),
    "sheets that are a number": (lambda a, t: add_sheets(t.survey, a, 5), "input_not_list"),
    "a hundred thousand answers": (
        lambda a, t: add_sheets(t.survey, a, [{"answers": MANY}]),
        "too_many",
    ),
    "an instrument that is a list": (lambda a, t: _tallies(a, t, ["a"]), "not_for_citizens"),
    "half a pair": (lambda a, t: _tallies(a, t, "\ud800"), "not_for_citizens"),
    "a day at the end of time": (
        lambda a, t: assessors.assessed_on(a, t.sari, date.max),
        "input_not_date",
    ),
    "an instant for a day": (
        lambda a, t: assessors.assessing_on(a, t.chief, datetime(2026, 1, 1)),
        "input_not_date",
    ),
    "no day": (lambda a, t: assessors.assessed_on(a, t.sari, None), "input_not_date"),
    "a hundred thousand fields": (lambda a, t: absences.add(a, MANY), "too_many"),
    "a role that is a list": (
        lambda a, t: briefing.acknowledge(t.cycle, a, ["hr"], "0" * 64),
        "not_your_role",
    ),
}  # type: ignore[dict-item]


def test_each_is_refused_in_words_and_nothing_is_changed(books: Books, things: Things) -> None:
    officer, before = books.who("officer"), digest_of_tables()
    for name, (send, rule) in ROWS.items():
        with pytest.raises(Problem) as refused:
            send(officer, things)
        assert [blocker.rule for blocker in refused.value.blockers] == [rule], name
        assert len(str(refused.value.as_json("id"))) < 10_000, name
    assert digest_of_tables() == before


def test_cases_named_by_a_generator_are_all_told_of(books: Books, things: Things) -> None:
    """They are gone through once: what is not there is named as well as what is handed over."""
    stranger = uuid4()
    named = (case for case in (things.case, stranger))
    old, new = things.chief, books.world.people["secretary"]
    report = succession.hand_over(books.who("officer"), old, new, "mutasi", named)
    assert report.handed == [things.case]
    assert [blocker.rule for blocker in report.refused[stranger]] == ["no_such_case"]


def test_a_note_of_a_hundred_thousand_fields_is_one_refusal(books: Books, things: Things) -> None:
    with pytest.raises(Invalid) as refused:
        notes.add(things.case, books.who("chief"), MANY)
    assert [blocker.rule for blocker in refused.value.blockers] == ["too_many"]
