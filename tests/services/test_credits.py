"""Angka kredit on record: exact, never twice, superseded and not lost, and what it opens."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from kinerja_flow.models import CreditEntry, FollowUp, HistoryEvent
from kinerja_flow.services.credits import LevelCredit, credit_of, enter_balance
from kinerja_flow.services.verify import verify_history
from tests.builders import digest_of_tables
from tests.engine.world import START, rows
from tests.scoring.spans import YEAR
from tests.services.town import Town, town

pytestmark = [pytest.mark.slow, pytest.mark.portable]


@pytest.fixture
def here(app: Flask) -> Iterator[Town]:
    with app.app_context(), clock.at(START):
        found = town(of=("ani", "budi"))
        yield found
        assert list(verify_history(found.agency_id)) == []


def balance(here: Town, **said: Any) -> dict[str, Any]:
    usual = {"person": str(here.people["ani"]), "level": "ahli_pertama", "value": "31.25"}
    return {**usual, "day": "2025-12-31", "basis": "PAK Nomor 12/2025", **said}


def record(here: Town, name: str = "ani") -> LevelCredit:
    [one] = credit_of(here.who(name), here.people[name])
    return one


def seal(here: Town, level: str, of: str = "ani") -> None:
    here.judge(of, level)
    here.seal(of)


def test_a_result_is_entered_exactly_with_its_period(here: Town) -> None:
    seal(here, "di_atas")
    found = record(here)
    assert (found.level, found.total) == ("ahli_pertama", Fraction("18.75"))
    assert (found.next_pangkat, found.next_jenjang) == (50, 100)
    [entry] = found.entries
    assert (entry.from_on, entry.until_on, entry.number) == (*YEAR, 1)
    [kept] = rows(HistoryEvent, action="seal")
    assert kept.change["credit"] == {"node": "kredit", "number": 1, "value": "75/4"}


def test_a_post_that_earns_none_has_no_record_and_is_held_up_by_nothing(here: Town) -> None:
    seal(here, "di_atas", "budi")
    assert credit_of(here.who("budi"), here.people["budi"]) == []


def test_a_superseding_result_counts_in_place_of_the_old_which_stays(here: Town) -> None:
    seal(here, "di_atas")
    here.act("sekda", "reopen", "ani", reason="Data keliru")
    seal(here, "sesuai")
    found = record(here)
    assert found.total == Fraction("12.5")
    assert [(one.value, one.counts) for one in found.entries] == [
        (Fraction("18.75"), False),
        (Fraction("12.5"), True),
    ]


def test_a_result_is_never_entered_twice(here: Town) -> None:
    seal(here, "di_atas")
    [first] = rows(CreditEntry)
    with pytest.raises(Conflict), transaction() as session:
        session.add(CreditEntry(**{**dict(first._mapping), "id": here.people["ani"]}))
        session.flush()
    assert len(rows(CreditEntry)) == 1


def test_an_opening_balance_has_a_basis_and_a_later_one_takes_its_place(here: Town) -> None:
    enter_balance(here.who("officer"), balance(here, value="99"))
    enter_balance(here.who("officer"), balance(here, basis="PAK Nomor 12/2025, perbaikan"))
    found = record(here)
    assert found.total == Fraction("31.25")
    assert [(one.basis, one.counts) for one in found.entries] == [
        ("PAK Nomor 12/2025", False),
        ("PAK Nomor 12/2025, perbaikan", True),
    ]


def test_balance_and_result_add_up_and_open_what_they_reach(here: Town) -> None:
    enter_balance(here.who("officer"), balance(here))
    seal(here, "di_atas")  # 31.25 + 18.75 is exactly 50
    found = record(here)
    assert (found.total, found.next_pangkat, found.next_jenjang) == (50, 100, 100)
    assert [row.key for row in rows(FollowUp)] == ["kenaikan_pangkat"]


def test_the_jenjang_of_the_latest_entry_stands_last(here: Town) -> None:
    for level, day in (
        ("ahli_pertama", "2023-12-31"),
        ("ahli_muda", "2024-12-31"),
        ("ahli_pertama", "2025-12-31"),
    ):
        enter_balance(here.who("officer"), balance(here, level=level, day=day))
    found = credit_of(here.who("ani"), here.people["ani"])
    assert [one.level for one in found] == ["ahli_muda", "ahli_pertama"]


@pytest.mark.parametrize(
    ("value", "level", "opened"),
    [
        ("31.249", "di_atas", []),
        ("50", "di_atas", []),
        ("87.5", "sesuai", ["kenaikan_jenjang", "kenaikan_pangkat"]),
    ],
)
def test_a_threshold_opens_a_promotion_once_it_is_reached(
    here: Town, value: str, level: str, opened: list[str]
) -> None:
    enter_balance(here.who("officer"), balance(here, value=value))
    seal(here, level)
    assert sorted(row.key for row in rows(FollowUp)) == opened


def test_credit_of_another_jenjang_is_counted_apart(here: Town) -> None:
    enter_balance(here.who("officer"), balance(here, level="terampil", value="60"))
    seal(here, "di_atas")
    found = {one.level: one.total for one in credit_of(here.who("ani"), here.people["ani"])}
    assert found == {"terampil": 60, "ahli_pertama": Fraction("18.75")}


@pytest.mark.parametrize(
    ("name", "said", "problem"),
    [
        ("sekda", {}, Forbidden),
        ("officer", {"value": "-1"}, Invalid),
        ("officer", {"value": "1.2345"}, Invalid),
        ("officer", {"level": "administrator"}, Invalid),
        ("officer", {"basis": " "}, Invalid),
        ("officer", {"person": "7c0e7a53-0a1c-7b52-8000-000000000000"}, NotFound),
    ],
)
def test_what_is_refused_leaves_nothing(
    here: Town, name: str, said: dict[str, Any], problem: type[Exception]
) -> None:
    before = digest_of_tables()
    with pytest.raises(problem):
        enter_balance(here.who(name), balance(here, **said))
    assert digest_of_tables() == before


@pytest.mark.parametrize("day", ["2026-01-01", "2026-06-30", "2026-12-31", "2027-01-31"])
def test_a_balance_of_days_that_results_count_is_refused(here: Town, day: str) -> None:
    seal(here, "di_atas")
    before = digest_of_tables()
    with pytest.raises(Invalid) as refused:
        enter_balance(here.who("officer"), balance(here, day=day))
    [blocker] = refused.value.blockers
    assert (blocker.rule, blocker.field) == ("balance_after_results", "day")
    assert blocker.params["first"] == YEAR[0]
    assert digest_of_tables() == before


@pytest.mark.parametrize("day", ["2026-01-01", "2026-06-30"])
def test_a_result_of_days_that_a_balance_covers_waits_for_another_balance(
    here: Town, day: str
) -> None:
    officer = here.who("officer")
    enter_balance(officer, balance(here, day=day))
    here.judge("ani", "di_atas")
    before = digest_of_tables()
    with pytest.raises(Refused) as refused:
        here.seal("ani")
    [blocker] = refused.value.blockers
    assert (blocker.rule, blocker.lifted_by) == ("credit_apart", ("hr",))
    assert digest_of_tables() == before
    enter_balance(officer, balance(here))
    here.seal("ani")
    assert record(here).total == 50


def test_a_balance_of_another_jenjang_or_post_holds_no_result_up(here: Town) -> None:
    officer, budi = here.who("officer"), str(here.people["budi"])
    enter_balance(officer, balance(here, level="terampil", day="2026-06-30"))
    enter_balance(officer, balance(here, person=budi, day="2026-06-30"))
    seal(here, "di_atas")
    seal(here, "di_atas", "budi")


def test_a_balance_before_the_first_result_or_of_another_jenjang_is_taken(here: Town) -> None:
    seal(here, "di_atas")
    enter_balance(here.who("officer"), balance(here))
    enter_balance(here.who("officer"), balance(here, level="terampil", day="2026-06-30"))
    found = {one.level: one.total for one in credit_of(here.who("ani"), here.people["ani"])}
    assert found == {"terampil": Fraction("31.25"), "ahli_pertama": 50}


def test_no_officer_enters_their_own(here: Town) -> None:
    own = balance(here, person=str(here.people["officer"]))
    with pytest.raises(Forbidden, match="own_credit"):
        enter_balance(here.who("officer"), own)
    enter_balance(here.who("other_officer"), own)


def test_the_record_is_read_by_its_owner_and_hr(here: Town) -> None:
    assert credit_of(here.who("officer"), here.people["ani"]) == []
    for name in ("sekda", "budi"):
        with pytest.raises(NotFound):
            credit_of(here.who(name), here.people["ani"])
