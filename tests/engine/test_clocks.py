"""When a day ends, when a term ends, and what falls due then: tables of days and instants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import transaction
from kinerja_flow.errors import Conflict, Refused
from kinerja_flow.models import Deadline, HistoryEvent, Notification
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.deadlines import Sweep, tick
from tests.engine.world import START, WORK, World, build, row, rows
from workflows.definition import Term

pytestmark = pytest.mark.slow

ZONES = {"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
#: Public holidays around the turn of the year 2026, and Nyepi and Idul Fitri in March.
HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in ("2026-03-19", "2026-03-20", "2026-03-23", "2026-12-24", "2026-12-25", "2027-01-01")
)


def at(text: str, zone: str = "Asia/Jakarta") -> datetime:
    """An instant by what the clock on the wall says in a zone."""
    return datetime.fromisoformat(f"{text}+{ZONES[zone]:02}:00").astimezone(UTC)


# zone, instant there, the day it belongs to
DAYS = [
    (zone, wall, day)
    for zone in ZONES
    for wall, day in (
        ("2026-03-02 00:00:00", "2026-03-02"),
        ("2026-03-02 12:00:00", "2026-03-02"),
        ("2026-03-02 23:59:59", "2026-03-02"),
        ("2026-03-02 23:59:59.999999", "2026-03-02"),
        ("2026-03-03 00:00:00", "2026-03-03"),
        ("2026-12-31 23:59:59", "2026-12-31"),
        ("2028-02-29 23:59:59", "2028-02-29"),
    )
]


@pytest.mark.parametrize(("zone", "wall", "day"), DAYS)
def test_a_day_lasts_from_midnight_to_midnight_where_the_agency_is(
    zone: str, wall: str, day: str
) -> None:
    here, instant = Calendar(zone), at(wall, zone)
    assert here.day_of(instant) == date.fromisoformat(day)
    assert here.end_of(here.day_of(instant)) > instant
    assert here.end_of(here.day_of(instant) - timedelta(days=1)) <= instant


def test_one_instant_is_another_day_further_east() -> None:
    instant = at("2026-03-02 23:30:00", "Asia/Jakarta")
    assert [Calendar(zone).day_of(instant).day for zone in ZONES] == [2, 3, 3]


DAYS_14, WORKING_14 = Term(days=14), Term(working_days=14)
# the term, when it begins by the clock on the wall in Jakarta, its last day
LAST_DAYS = [
    # PP 30/2019 article 59: received on 2 March, so that 16 March is the fourteenth day
    (DAYS_14, "2026-03-02 09:00", "2026-03-16"),
    (DAYS_14, "2026-03-02 00:00", "2026-03-16"),
    (DAYS_14, "2026-03-02 23:59", "2026-03-16"),
    (DAYS_14, "2026-03-03 00:00", "2026-03-17"),
    # in working days Nyepi, Idul Fitri and three weekends lie between
    (WORKING_14, "2026-03-02 09:00", "2026-03-25"),
    (WORKING_14, "2026-03-02 23:59", "2026-03-25"),
    # a term that begins on a Friday night, on a Saturday, on a holiday
    (Term(working_days=1), "2026-03-06 23:59", "2026-03-09"),
    (Term(working_days=1), "2026-03-07 10:00", "2026-03-09"),
    (Term(working_days=2), "2026-03-19 10:00", "2026-03-25"),
    (Term(days=1), "2026-03-06 23:59", "2026-03-07"),
    # calendar days end on whatever day it is, weekend and holiday too
    (Term(days=5), "2026-03-02 09:00", "2026-03-07"),
    (Term(days=17), "2026-03-02 09:00", "2026-03-19"),
    # over the end of the year, with its holidays
    (Term(working_days=3), "2026-12-22 15:00", "2026-12-29"),
    (Term(working_days=5), "2026-12-28 15:00", "2027-01-05"),
    (Term(days=14), "2026-12-28 15:00", "2027-01-11"),
    # over the leap day
    (Term(days=2), "2028-02-27 09:00", "2028-02-29"),
    (Term(days=3), "2028-02-27 09:00", "2028-03-01"),
]


@pytest.mark.parametrize(("term", "begins", "last"), LAST_DAYS)
def test_a_term_begins_the_day_after_its_event(term: Term, begins: str, last: str) -> None:
    here = Calendar("Asia/Jakarta", HOLIDAYS)
    assert here.last_day(term, at(begins)) == date.fromisoformat(last)


@pytest.mark.parametrize("zone", ZONES)
def test_the_same_event_begins_a_term_on_the_day_it_is_where_the_agency_is(zone: str) -> None:
    event = at("2026-03-02 23:30", "Asia/Jakarta")
    expected = date(2026, 3, 16) if zone == "Asia/Jakarta" else date(2026, 3, 17)
    assert Calendar(zone).last_day(DAYS_14, event) == expected


# ---------------------------------------------------------------- through the real services


RECEIVED = "2026-03-02 09:00"
# the term's unit, when the objection is filed, whether it is in time
FILINGS = [
    ("days", "2026-03-02 09:01", True),
    ("days", "2026-03-15 12:00", True),
    ("days", "2026-03-16 23:59:59", True),
    ("days", "2026-03-17 00:00", False),
    ("days", "2026-03-17 12:00", False),
    ("working_days", "2026-03-15 12:00", True),
    ("working_days", "2026-03-17 12:00", True),
    # Nyepi, the one holiday between that is no Saturday or Sunday, moves the last day to 23 March
    ("working_days", "2026-03-23 23:59:59", True),
    ("working_days", "2026-03-24 00:00", False),
]


@pytest.mark.parametrize(("unit", "filed", "is_in_time"), FILINGS)
def test_an_objection_is_taken_up_to_the_end_of_its_last_day(
    app: Flask, tmp_path: Any, unit: str, filed: str, is_in_time: bool
) -> None:
    text = WORK.read_text(encoding="utf-8")
    source = tmp_path / "work.yaml"
    source.write_text(text.replace("days: 14, from", f"{unit}: 14, from"), encoding="utf-8")
    with app.app_context(), clock.at(START):
        world = build(source, spans={"planning": (date(2026, 1, 5), date(2026, 1, 31)),
                                     "rating": (date(2026, 2, 1), date(2026, 12, 31))})  # fmt: skip
        deliver(world)
        with clock.at(at(RECEIVED)):
            world.act("sari", "open_result")
        with clock.at(at(filed)):
            if is_in_time:
                world.act("sari", "object", grounds="tidak setuju")
                return
            with pytest.raises(Refused) as caught:
                world.act("sari", "object", grounds="tidak setuju")
            assert [blocker.rule for blocker in caught.value.blockers] == ["within_term"]


def deliver(world: World) -> None:
    world.act("sari", "submit")
    world.act("chief", "approve")
    world.act("chief", "close_input")
    world.act("chief", "rate", hasil="baik")


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        yield build(WORK)


def due(world: World) -> list[tuple[str, str | None, str]]:
    """What still waits to fall due: kind, action, and the last day before it (in Jakarta)."""
    found = rows(Deadline, case_id=world.cases["sari"], fired_at=None)
    instant = timedelta(microseconds=1)
    jakarta = Calendar("Asia/Jakarta")
    return sorted(
        (one.kind, one.action or "", jakarta.day_of(one.due_at - instant).isoformat())
        for one in found
    )


def heard(world: World, event: str) -> list[str]:
    found = rows(Notification, case_id=world.cases["sari"], event=event)
    return sorted(world.names[row.recipient_id] for row in found)


def sweep(when: str) -> Sweep:
    with clock.at(at(when)):
        return tick()


DRAFT = [("escalate", "", "2026-01-10"), ("remind", "", "2026-01-07"), ("remind", "", "2026-01-08")]


def test_a_state_sets_its_own_deadlines_running_and_leaving_it_ends_them(world: World) -> None:
    assert due(world) == DRAFT
    world.act("sari", "submit")
    assert due(world) == [("remind", "", "2026-01-12")]
    world.act("chief", "approve")
    assert due(world) == [("action", "lapse", "2026-02-03"), ("remind", "", "2026-03-02")]


@pytest.mark.parametrize("zone", ZONES)
def test_a_deadline_falls_due_at_midnight_where_the_agency_is(app: Flask, zone: str) -> None:
    with app.app_context(), clock.at(START):
        build(WORK, zone=zone)
        with clock.at(at("2026-01-07 23:59:59", zone)):
            assert tick() == Sweep(0, 0)
        with clock.at(at("2026-01-08 00:00:00", zone)):
            assert tick() == Sweep(1, 0)
            assert tick() == Sweep(0, 0)


def test_notices_go_to_whoever_is_named_or_may_act_each_at_its_shift(world: World) -> None:
    remind, escalate = "appraisal.remind.draft", "appraisal.escalate.draft"
    assert sweep("2026-01-08 00:00") == Sweep(1, 0)
    assert heard(world, remind) == ["chief"]
    assert sweep("2026-01-09 00:00") == Sweep(1, 0)
    assert heard(world, remind) == ["chief", "sari"]
    assert sweep("2026-01-10 23:59:59") == Sweep(0, 0)
    assert heard(world, escalate) == []
    assert sweep("2026-01-11 00:00") == Sweep(1, 0)
    assert heard(world, escalate) == ["officer", "second_officer"]
    assert sweep("2026-12-31 00:00") == Sweep(0, 0)


def test_a_sweep_that_comes_late_fires_everything_once(world: World) -> None:
    assert sweep("2026-01-20 12:00") == Sweep(3, 0)
    assert sweep("2026-01-20 12:01") == Sweep(0, 0)


def test_a_return_starts_the_term_anew_and_each_reminder_fires_once_a_round(world: World) -> None:
    sweep("2026-01-09 00:00")
    with clock.at(at("2026-01-09 08:00")):
        world.act("sari", "submit")
        world.act("chief", "return", comment="kurang")
        later = [(kind, action, day) for kind, action, day in due(world)]
        assert later == [("escalate", "", "2026-01-14"), ("remind", "", "2026-01-11"),
                         ("remind", "", "2026-01-12")]  # fmt: skip
    assert sweep("2026-01-11 00:00") == Sweep(0, 0)
    assert sweep("2026-01-15 00:00") == Sweep(3, 0)
    assert len(heard(world, "appraisal.remind.draft")) == 4


def test_a_window_that_ended_reminds_nobody_on_a_return(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build(WORK, spans={"planning": (date(2026, 1, 5), date(2026, 3, 31)),
                                   "rating": (date(2026, 1, 5), date(2026, 1, 20))})  # fmt: skip
        world.act("sari", "submit")
        with clock.at(at("2026-01-18 09:00")):
            world.act("chief", "approve")
            assert due(world) == [("action", "lapse", "2026-03-31")]


def test_a_window_extended_for_one_case_moves_its_deadlines_alone(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build(WORK, of=("sari", "tia"))
        for name in ("sari", "tia"):
            world.act(name, "submit", of=name)
            world.act("chief", "approve", of=name)
        world.act("officer", "extend", until="2026-04-30")
        assert due(world) == [("action", "lapse", "2026-02-03"), ("remind", "", "2026-04-27")]
        others = rows(Deadline, case_id=world.cases["tia"], fired_at=None, kind="remind")
        assert [one.due_at for one in others] == [at("2026-03-03 00:00")]


def test_an_act_of_the_clock_moves_the_case_at_the_end_of_its_window(world: World) -> None:
    world.act("sari", "submit")
    world.act("chief", "approve")
    assert sweep("2026-02-03 23:59:59").fired == 0
    assert sweep("2026-02-04 00:00") == Sweep(1, 0)
    event = rows(HistoryEvent, case_id=world.cases["sari"])[-1]
    assert (event.action, event.actor_id, event.capacity) == ("lapse", None, "clock")
    assert heard(world, "appraisal.lapse") == ["chief", "sari"]


def test_a_term_from_receipt_waits_for_the_receipt(world: World) -> None:
    deliver(world)
    assert due(world) == [("action", "deem", "2026-01-10")]
    with clock.at(at("2026-01-06 23:59")):
        world.act("sari", "open_result")
    assert due(world) == [("action", "deem", "2026-01-10"), ("action", "expire", "2026-01-20"),
                          ("remind", "", "2026-01-18")]  # fmt: skip


REDELIVERED = [
    # what deemed receipt runs from, when it is due once the result is delivered anew on 8 January
    ("P5D", "2026-01-10"),
    ("{days: 5, from: delivery}", "2026-01-13"),
    ("{working_days: 5, from: delivery}", "2026-01-15"),
]


@pytest.mark.parametrize(("term", "last"), REDELIVERED)
def test_a_result_delivered_anew_is_deemed_received_by_its_own_delivery(
    app: Flask, tmp_path: Any, term: str, last: str
) -> None:
    text = WORK.read_text(encoding="utf-8").replace("after: P5D", f"after: {term}")
    anew = "{name: deliver_anew, from: told, by: [assessor], does: [deliver]}"
    within = f"[received, {{within_term: {{term: {term}}}}}, "
    text = text.replace("[received, ", within).replace(
        "- {name: deem,", f"- {anew}\n      - {{name: deem,"
    )
    source = tmp_path / "anew.yaml"
    source.write_text(text, encoding="utf-8")
    with app.app_context(), clock.at(START):
        world = build(source)
        deliver(world)
        with clock.at(at("2026-01-06 09:00")):
            world.act("sari", "open_result")
        with clock.at(at("2026-01-08 09:00")):
            world.act("chief", "deliver_anew")
        assert due(world) == [("action", "deem", last)]
        with clock.at(at(f"{last} 23:59")):
            world.act("sari", "open_result")
            world.act("sari", "object", grounds="tidak setuju")


def test_a_term_from_delivery_has_not_begun_before_it(app: Flask, tmp_path: Any) -> None:
    rule = "requires: [{within_term: {term: {days: 5, from: delivery}}}]"
    text = WORK.read_text(encoding="utf-8")
    text = text.replace('takes: {remark: "text?"}', f'takes: {{remark: "text?"}}, {rule}')
    source = tmp_path / "early.yaml"
    source.write_text(text, encoding="utf-8")
    with app.app_context(), clock.at(START):
        world = build(source)
        with pytest.raises(Refused) as caught:
            world.act("sari", "submit")
    [blocker] = caught.value.blockers
    assert (blocker.rule, blocker.lifted_by) == ("within_term.not_delivered", ("assessor",))


def test_an_act_of_the_clock_that_stays_in_its_state_is_taken_once(world: World) -> None:
    deliver(world)
    assert sweep("2026-01-11 00:00") == Sweep(1, 0)
    assert sweep("2026-01-11 00:01") == Sweep(0, 0)
    assert due(world) == [("action", "expire", "2026-01-25"), ("remind", "", "2026-01-23")]
    assert heard(world, "appraisal.deem") == ["sari"]
    assert sweep("2026-01-26 00:00") == Sweep(2, 0)
    actions = [event.action for event in rows(HistoryEvent, case_id=world.cases["sari"])]
    assert actions[-2:] == ["deem", "expire"]


def test_a_deadline_that_is_refused_waits_and_holds_nobody_up(app: Flask, tmp_path: Any) -> None:
    text = WORK.read_text(encoding="utf-8")
    blocked = text.replace("after: P5D, does:", "after: P5D, requires: [{somebody_is: {relation: "
                           "examiner}}], does:")  # fmt: skip
    source = tmp_path / "blocked.yaml"
    source.write_text(blocked, encoding="utf-8")
    with app.app_context(), clock.at(START):
        world = build(source, of=("sari", "tia"))
        deliver(world)
        assert sweep("2026-01-11 00:00") == Sweep(3, 1)
        waiting = row(Deadline, case_id=world.cases["sari"], action="deem")
        assert (waiting.attempts, waiting.problem, waiting.fired_at) == (1, "somebody_is", None)
        assert sweep("2026-01-11 00:00:30") == Sweep(0, 0)
        day = at("2026-01-11 12:00")
        for number in range(60):
            with clock.at(day + timedelta(days=2 * number)):
                assert tick() == Sweep(0, 1)
        assert len(rows(HistoryEvent, case_id=world.cases["sari"], action="deem")) == 0


def test_a_damaged_deadline_waits_and_holds_nobody_up(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build(of=("sari", "tia"))
        with transaction() as session:
            damaged = {"to": 5}
            whose = Deadline.case_id == world.cases["sari"]
            session.execute(update(Deadline).where(whose).values(**damaged))
        fired = len(rows(Deadline, case_id=world.cases["tia"]))
        with clock.at(START + timedelta(days=60)):
            assert tick() == Sweep(fired, fired)
        assert {row.problem for row in rows(Deadline, case_id=world.cases["sari"])} == {"TypeError"}


def test_nobody_acts_in_the_place_of_the_clock_nor_before_the_state(world: World) -> None:
    with pytest.raises(Conflict):
        act(world.cases["sari"], world.clock, Act("lapse"))
