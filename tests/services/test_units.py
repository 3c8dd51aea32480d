"""The predikat of units, its guidance for their people, and whoever heads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.db import reading
from kinerja_flow.errors import Conflict, NotFound, Problem, Refused
from kinerja_flow.models import Notification, UnitRating
from kinerja_flow.services import organisations, practice, segments
from kinerja_flow.services.inbox import notifications_for
from kinerja_flow.services.results import ReadResult, read_results
from kinerja_flow.services.unit_ratings import rate_unit, unit_ratings
from kinerja_flow.services.unit_standings import UnitStanding, unit_standings
from kinerja_flow.services.verify import verify_history
from kinerja_flow.workflow import always, load_many
from tests.builders import digest_of_tables
from tests.engine.test_sets import counted
from tests.engine.world import START, build, row, rows
from tests.services.town import DINAS, Town, report_to, town

pytestmark = [pytest.mark.slow, pytest.mark.portable]

TODAY = START.date()


@pytest.fixture
def here(app: Flask) -> Iterator[Town]:
    with app.app_context(), clock.at(START):
        found = town()
        yield found
        assert list(verify_history(found.agency_id)) == []


def dinas(found: Town, name: str = "officer") -> UnitStanding:
    [one] = unit_standings(found.cycle_id, found.who(name))
    return one


def refusal(do: Any) -> str:
    before = digest_of_tables()
    with pytest.raises(Problem) as raised:
        do()
    assert digest_of_tables() == before
    return ", ".join(sorted({blocker.rule for blocker in raised.value.blockers}))


def test_a_unit_is_rated_one_level_up_and_by_nobody_else(here: Town) -> None:
    assert refusal(lambda: here.rate("baik", "kadis")) == "own_unit"
    for name in ("officer", "regent", "ani"):
        assert refusal(lambda name=name: here.rate("baik", name)) == "not_above_unit"
    assert here.rate("baik") == 1
    assert row(UnitRating).set_by == here.people["sekda"]


def test_whoever_stands_in_above_may_and_it_is_on_record(here: Town) -> None:
    grant = here.stand_in("sekda", "other_officer", TODAY)
    assert here.rate("baik", "other_officer") == 1
    kept = row(UnitRating)
    assert (kept.on_behalf_of_id, kept.grant_id) == (here.people["sekda"], grant)
    with clock.at(START + timedelta(days=1)):
        assert refusal(lambda: here.rate("baik", "other_officer")) == "not_above_unit"


def test_the_head_stays_out_also_when_they_stand_in_above(here: Town) -> None:
    here.stand_in("sekda", "kadis", TODAY)
    assert refusal(lambda: here.rate("istimewa", "kadis")) == "own_unit"


def test_a_vacant_post_above_is_passed_over_and_a_plt_stands_in_it(here: Town) -> None:
    organisations.end_holdings(
        here.agency_id, TODAY - timedelta(days=1), person_id=here.people["sekda"]
    )
    assert here.rate("baik", "regent") == 1
    plt = (here.agency_id, here.people["other_officer"], here.posts["sekda"], TODAY)
    organisations.hold_post(*plt, kind="plt")
    assert refusal(lambda: here.rate("baik", "regent")) == "not_above_unit"
    assert here.rate("baik", "other_officer") == 2


def test_a_unit_with_two_at_its_top_needs_its_lines_completed(here: Town) -> None:
    other = organisations.add_unit(here.agency_id, "Kosong")
    entry = {"level": "baik", "reason": "x"}
    rated = (here.cycle_id, other, here.who("sekda"), entry)
    assert refusal(lambda: rate_unit(*rated)) == "nobody_above_unit"


def test_what_is_no_level_or_has_no_reason_changes_nothing(here: Town) -> None:
    assert refusal(lambda: here.rate("sesuai", reason=" ")) == "not_an_option, required"


def test_a_later_predikat_supersedes_and_the_old_stays_readable(here: Town) -> None:
    unit = (here.cycle_id, here.units["Dinas"])
    assert unit_ratings(*unit, here.who("ani")) == []
    here.rate("baik")
    here.rate("istimewa", reason="Setelah data akhir masuk")
    first, second = unit_ratings(*unit, here.who("ani"))
    assert (first.level, first.is_superseded, second.is_superseded) == ("baik", True, False)
    assert (second.label.id, second.reason) == ("Istimewa", "Setelah data akhir masuk")
    for name in ("kadis", "sekda", "regent", "officer"):
        assert len(unit_ratings(*unit, here.who(name))) == 2
    stranger = organisations.add_person(here.agency_id, "tamu")
    with pytest.raises(NotFound):
        unit_ratings(*unit, organisations.actor_for(here.agency_id, stranger))
    assert dinas(here).distribution.level == "istimewa"


def test_the_head_and_hr_hear_of_a_predikat_and_whoever_set_it_does_not(here: Town) -> None:
    heard = len(rows(Notification))
    here.rate("baik")
    new = rows(Notification)[heard:]
    told = [here.people[name] for name in ("kadis", "officer", "other_officer")]
    assert sorted(one.recipient_id for one in new) == sorted(told)
    assert {(one.case_id, one.event) for one in new} == {
        (here.cases["kadis"], "appraisal.unit_rated")
    }
    assert [one.event for one in notifications_for(here.who("kadis"))][:1] == [new[0].event]
    here.stand_in("sekda", "other_officer", TODAY)
    here.rate("istimewa", "other_officer")
    again = {one.recipient_id for one in rows(Notification)[heard + 3 :]}
    assert again == {here.people[name] for name in ("kadis", "sekda", "officer")}


def test_where_the_head_has_no_open_appraisal_they_and_hr_hear_all_the_same(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        found = town(of=("ani",))
        heard = len(rows(Notification))
        assert found.rate("baik") == 1
        new = rows(Notification)[heard:]
        told = [found.people[name] for name in ("kadis", "officer", "other_officer")]
        assert sorted(one.recipient_id for one in new) == sorted(told)
        assert {(one.case_id, one.event) for one in new} == {(None, "unit.rated")}
        [notice] = notifications_for(found.who("officer"))
        assert (notice.case_id, notice.event) == (None, "unit.rated")
        found.stand_in("sekda", "other_officer", TODAY)
        found.rate("istimewa", "other_officer")
        assert len(notifications_for(found.who("other_officer"))) == 1


def test_a_template_without_units_rates_none(here: Town) -> None:
    world = build(key="lain")
    unit = organisations.add_unit(world.agency_id, "Bidang")
    rated = (world.cycle_id, unit, world.actors["head"], {"level": "baik", "reason": "x"})
    with pytest.raises(Conflict):
        rate_unit(*rated)
    assert unit_standings(world.cycle_id, world.actors["officer"]) == []
    with pytest.raises(NotFound):
        unit_standings(here.cycle_id, world.actors["officer"])


def test_the_one_too_many_needs_a_reason_and_nobody_is_rated_anew(here: Town) -> None:
    here.rate("istimewa")  # 70% of 5 is 3.5: four people
    for name in DINAS[:4]:
        here.judge(name, "di_atas")
    assert refusal(lambda: here.judge("deni", "di_atas")) == "distribution_reasoned"
    with pytest.raises(Refused) as raised:
        here.judge("deni", "di_atas")
    [blocker] = raised.value.blockers
    assert blocker.field == "alasan"
    assert "5 dari 5 pegawai, melebihi paling banyak 4" in blocker.say("id")
    here.judge("deni", "di_atas", alasan="Semua melampaui target yang terukur")
    found = dinas(here).distribution
    assert (found.counts, [line.state for line in found.lines]) == ({"di_atas": 5}, ["broken"])


def test_another_level_goes_through_where_the_limit_is_met(here: Town) -> None:
    here.rate("istimewa")
    for name in DINAS[:4]:
        here.judge(name, "di_atas")
    here.judge("deni", "sesuai")
    assert [line.state for line in dinas(here).distribution.lines] == ["kept"]


def test_whoever_could_still_be_among_too_few_is_asked_at_the_end(here: Town) -> None:
    here.rate("baik")  # sesuai at most 4 of 5, and somebody di_bawah
    here.judge("kadis", "sesuai")
    here.judge("ani", "di_atas")
    here.judge("budi", "di_atas")
    here.judge("cici", "di_atas")
    assert refusal(lambda: here.judge("deni", "di_atas")) == "distribution_reasoned"
    here.judge("deni", "di_bawah")


def test_without_predikat_or_in_a_small_unit_nothing_is_asked(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        unrated, small = town("satu"), town("dua", terkecil=6)
        small.rate("istimewa")
        for found in (unrated, small):
            for name in DINAS:
                found.judge(name, "di_atas")
            assert not dinas(found).distribution.is_checked


def test_the_suggestion_for_the_head_is_the_unit_and_a_reason_departs_from_it(here: Town) -> None:
    here.rate("kurang")
    assert refusal(lambda: here.judge("kadis", "di_atas")) == "override_reasoned"
    here.judge("kadis", "di_bawah", capaian="di_atas")
    [read] = read_results(here.cases["kadis"], here.who("sekda"))
    assert read.explanation is not None
    said = str(read.explanation)
    assert "Pegawai memimpin unit kerjanya" in said
    here.judge("ani", "di_atas", alasan="x")


@pytest.mark.parametrize("first", ["kurang", None])
def test_a_heads_result_says_when_the_unit_was_rated_since_and_is_made_anew(
    here: Town, first: str | None
) -> None:
    if first:
        here.rate(first)
    here.judge("kadis", "di_bawah", capaian="di_bawah")
    here.judge("ani", "di_atas")
    assert [one.rests_on_superseded for one in results(here)] == [False]
    here.rate("istimewa")
    assert [one.rests_on_superseded for one in results(here)] == [True]
    assert [one.rests_on_superseded for one in results(here, "ani")] == [False]
    here.seal("kadis")
    here.act("regent", "reopen", "kadis", reason="Predikat unit diubah")
    here.judge("kadis", "di_atas")
    assert [one.rests_on_superseded for one in results(here)] == [True, False]


def results(here: Town, of: str = "kadis") -> list[ReadResult]:
    return read_results(here.cases[of], here.who("officer"))


def test_who_headed_the_unit_on_the_last_day_of_the_period_is_its_head(here: Town) -> None:
    here.rate("istimewa")
    with clock.at(START.replace(year=2027)):
        leaving = date(2027, 1, 1)
        organisations.end_holdings(
            here.agency_id, leaving - timedelta(days=1), person_id=here.people["kadis"]
        )
        organisations.hold_post(here.agency_id, here.people["ani"], here.posts["kadis"], leaving)
        assert refusal(lambda: here.judge("kadis", "sesuai")) != ""
        here.judge("kadis", "di_atas", capaian="sesuai")


def test_who_sees_how_units_stand(here: Town) -> None:
    for name in ("officer", "kadis", "sekda", "regent"):
        assert dinas(here, name).name == "Dinas"
    assert dinas(here).head_id == here.people["kadis"]
    assert unit_standings(here.cycle_id, here.who("ani")) == []


def test_practice_and_earlier_segments_are_counted_nowhere(here: Town) -> None:
    practice.start(here.cycle_id, here.who("ani"))
    day = TODAY + timedelta(days=30)
    with clock.at(START + timedelta(days=30)):
        unit = organisations.add_unit(here.agency_id, "UPT")
        here.posts["upt"] = organisations.add_post(here.agency_id, unit, "upt")
        organisations.end_holdings(
            here.agency_id, day - timedelta(days=1), person_id=here.people["budi"]
        )
        organisations.hold_post(here.agency_id, here.people["budi"], here.posts["upt"], day)
        report_to(here, "upt", "kadis", day)
        segments.split(here.cases["budi"], here.who("officer"), day)
        found = unit_standings(here.cycle_id, here.who("officer"))
    assert {one.name: one.distribution.size for one in found} == {"Dinas": 4, "UPT": 1}


def test_an_earlier_segment_is_asked_for_no_reason(here: Town) -> None:
    test_practice_and_earlier_segments_are_counted_nowhere(here)
    here.rate("istimewa")
    for name in ("kadis", "ani", "cici"):
        here.judge(name, "di_atas")
    here.judge("budi", "di_atas")
    assert refusal(lambda: here.judge("deni", "di_atas")) == "distribution_reasoned"


def test_standings_and_facts_take_as_many_queries_for_many_as_for_one(app: Flask) -> None:
    numbers: dict[str, set[int]] = {"standings": set(), "facts": set()}
    with app.app_context(), clock.at(START):
        for key, of in (("satu", DINAS[:1]), ("dua", DINAS)):
            found = town(key, of)
            found.rate("istimewa")
            officer, cases = found.who("officer"), list(found.cases.values())
            unit_standings(found.cycle_id, officer)
            with counted() as sent:
                unit_standings(found.cycle_id, officer)
            numbers["standings"].add(len(sent))
            with reading() as session, counted() as sent:
                load_many(session, found.agency_id, cases, always("material", "unit", "credit"))
            numbers["facts"].add(len(sent))
    assert {name: len(found) for name, found in numbers.items()} == {"standings": 1, "facts": 1}
