"""A change of post in mid-year: segments touch, cover the year, and go their own ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Forbidden, Invalid, NotFound, Problem, Refused
from kinerja_flow.models import Case, Deadline, HistoryEvent, Notification, PostHolding
from kinerja_flow.policy import Actor
from kinerja_flow.services import absences, organisations
from kinerja_flow.services.cycles import launch
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.results import read_results
from kinerja_flow.services.segment_list import segments_of
from kinerja_flow.services.segments import Windows, move, split
from kinerja_flow.services.verify import verify_history
from kinerja_flow.workflow import load_one
from tests.builders import digest_of_tables
from tests.engine.racing import codes, race
from tests.engine.test_sets import counted
from tests.engine.world import START, World, build, row, rows

pytestmark = pytest.mark.slow

PARTS = Path(__file__).parents[1] / "templates" / "parts.yaml"
SPANS = {"rating": (date(2026, 11, 1), date(2026, 12, 31))}
#: After the year, so that every day of it may be a day of moving.
AFTER = datetime(2026, 12, 31, 5, tzinfo=UTC)
MAY, SEPTEMBER = date(2026, 5, 1), date(2026, 9, 1)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
ONE_DAY = timedelta(days=1)


def build_parts(**how: Any) -> World:
    with clock.at(START):
        return build(PARTS, spans=SPANS, **how)


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(AFTER):
        found = build_parts(of=("sari", "tia"))
        yield found
        assert list(verify_history(found.agency_id)) == []


def new_post(world: World, name: str, day: date, superior: str = "head") -> UUID:
    """A new post under a superior, which somebody holds from a day on."""
    person = world.people[name]
    unit = organisations.add_unit(world.agency_id, f"Bidang {superior} {day}")
    post = organisations.add_post(world.agency_id, unit, f"{name} {day}", field="hukum")
    organisations.end_holdings(world.agency_id, day - ONE_DAY, person_id=person)
    organisations.hold_post(world.agency_id, person, post, day)
    above = post_of(world, superior)
    organisations.report_to(world.agency_id, post, day, superior_post_id=above)
    return post


def post_of(world: World, name: str) -> UUID:
    held = rows(PostHolding, person_id=world.people[name])
    return max(held, key=lambda holding: holding.from_on).post_id  # type: ignore[no-any-return]


def moved(world: World, day: date, name: str = "sari", superior: str = "head", **more: Any) -> UUID:
    new_post(world, name, day, superior)
    return move(world.actors["officer"], world.people[name], world.cycle_id, day, **more)


def roots(world: World, name: str = "sari") -> list[Any]:
    found = rows(Case, subject_id=world.people[name], parent_id=None)
    return sorted(found, key=lambda case: case.from_on)


def events(case_id: UUID) -> list[str]:
    found = sorted(rows(HistoryEvent, case_id=case_id), key=lambda event: event.seq)
    return [event.action for event in found]


def refused(world: World, day: Any, **how: Any) -> list[str]:
    """The codes with which a move is refused; it leaves everything as it was."""
    before = digest_of_tables()
    case_id, who = how.pop("case", None) or world.cases["sari"], how.pop("who", "officer")
    with pytest.raises(Problem) as problem:
        split(case_id, world.actors[who], day, **how)
    assert digest_of_tables() == before
    return sorted(blocker.rule for blocker in problem.value.blockers)


def test_the_segment_ends_the_day_before_and_the_next_begins(world: World) -> None:
    old = world.cases["sari"]
    new = moved(world, MAY)
    first, second = roots(world)
    assert (first.id, second.id) == (old, new)
    assert (first.from_on, first.until_on) == (YEAR[0], MAY - ONE_DAY)
    assert (second.from_on, second.until_on) == (MAY, YEAR[1])
    assert second.profile["field"] == "hukum"
    assert second.post_id != first.post_id
    facts = {case: _people(world, case) for case in (old, new)}
    assert facts[old]["assessor"] == {world.people["chief"]}
    assert facts[new]["assessor"] == {world.people["head"]}
    assert facts[new]["reviewer"] == {world.people["secretary"]}
    assert events(old) == ["opened", "segment_ended"]
    assert events(new) == ["opened"]
    change = row(HistoryEvent, case_id=old, seq=2).change
    assert change == {"until": ["2026-12-31", "2026-04-30"], "next": str(new)}
    heard = {(n.case_id, world.names[n.recipient_id]) for n in rows(Notification)}
    assert {(old, "sari"), (old, "chief"), (new, "head"), (new, "sari")} <= heard


def _people(world: World, case_id: UUID) -> Any:
    with transaction() as session:
        return load_one(session, world.agency_id, case_id, lambda *_: frozenset({"people"})).people


def test_moving_twice_gives_three_segments_and_launching_again_none(world: World) -> None:
    moved(world, SEPTEMBER)
    moved(world, MAY, superior="secretary")
    spans = [(case.from_on, case.until_on) for case in roots(world)]
    assert spans == [
        (YEAR[0], MAY - ONE_DAY),
        (MAY, SEPTEMBER - ONE_DAY),
        (SEPTEMBER, YEAR[1]),
    ]
    report = launch(world.cycle_id, world.actors["officer"], [world.people["sari"]])
    assert [b.rule for b in report.refused.values()] == ["already_launched"]


def test_the_ended_segment_has_windows_of_its_own_and_so_has_the_next(world: World) -> None:
    spans = {"rating": (MAY, date(2026, 5, 20))}
    begun = {"rating": (SEPTEMBER, date(2026, 12, 30))}
    moved(world, MAY, windows=Windows(spans, begun))
    first, second = roots(world)
    assert first.windows == {"rating": ["2026-05-01", "2026-05-20"]}
    assert second.windows == {"rating": ["2026-09-01", "2026-12-30"]}
    due = {(d.case_id, d.kind): d.due_at for d in rows(Deadline, fired_at=None)}
    assert due[second.id, "escalate"] == datetime(2026, 12, 31, 17, tzinfo=UTC)


def test_every_reason_why_not_is_told(world: World) -> None:
    day = MAY
    assert refused(world, day) == ["post_unchanged"]
    new_post(world, "sari", day)
    assert refused(world, YEAR[0]) == ["outside_segment"]
    assert refused(world, date(2027, 1, 1)) == ["outside_segment", "segment_in_future"]
    assert refused(world, day, who="chief") == ["not_your_part"]
    assert refused(world, day, case=uuid4()) == ["no_such_case"]
    unknown = Windows({"libur": (day, day)}, {"rating": (day, day - ONE_DAY)})
    assert refused(world, day, windows=unknown) == ["window_backwards", "window_unknown"]
    split(world.cases["sari"], world.actors["officer"], day)
    assert refused(world, day) == ["already_split"]
    assert refused(world, day, case=roots(world)[1].id) == ["already_split"]
    assert refused(world, day + ONE_DAY) == ["outside_segment"]


@pytest.mark.parametrize(
    "day", ["2026-05-01", None, 5, datetime(2026, 5, 1, tzinfo=UTC), date(1, 1, 1), [], "x" * 10**5]
)
def test_what_is_no_day_is_refused(world: World, day: Any) -> None:
    assert refused(world, day) == ["input_not_date"]


@pytest.mark.parametrize("spans", [{"rating": 5}, {"rating": (MAY,)}, {5: (MAY, MAY)}, [MAY]])
def test_what_is_no_window_is_refused(world: World, spans: Any) -> None:
    found = refused(world, MAY, windows=Windows(spans))
    assert set(found) <= {"input_not_date", "inputs_not_mapping"}


def test_nobody_without_a_post_or_superiors_is_moved(world: World) -> None:
    organisations.end_holdings(world.agency_id, MAY - ONE_DAY, person_id=world.people["sari"])
    assert refused(world, MAY) == ["no_post"]
    new_post(world, "tia", MAY, "regent")
    assert refused(world, MAY, case=world.cases["tia"]) == ["no_examiner"]


def test_nobody_is_moved_where_no_appraisal_runs(world: World) -> None:
    officer = world.actors["officer"]
    for person in (world.people["uli"], uuid4()):
        with pytest.raises(Refused):
            move(officer, person, world.cycle_id, MAY)
    with pytest.raises(Refused):
        move(officer, world.people["sari"], uuid4(), MAY)
    with pytest.raises(Forbidden):
        move(world.actors["sari"], world.people["sari"], world.cycle_id, MAY)


def test_an_officer_does_not_move_themself(app: Flask) -> None:
    with app.app_context(), clock.at(AFTER):
        world = build_parts(of=("officer",))
        new_post(world, "officer", MAY)
        assert refused(world, MAY, case=world.cases["officer"]) == ["own_case"]
        split(world.cases["officer"], world.actors["second_officer"], MAY)


def test_another_agency_finds_nothing(app: Flask) -> None:
    with app.app_context(), clock.at(AFTER):
        world, other = build_parts(), build_parts(key="lain")
        new_post(world, "sari", MAY)
        stranger = other.actors["officer"]
        with pytest.raises(NotFound):
            split(world.cases["sari"], stranger, MAY)
        with pytest.raises(Refused):
            move(stranger, world.people["sari"], world.cycle_id, MAY)
        with pytest.raises(NotFound):
            segments_of(stranger, world.people["sari"], world.cycle_id)


def test_what_is_rated_can_no_longer_end_earlier(world: World) -> None:
    world.act("chief", "rate", hasil="baik")
    new_post(world, "sari", MAY)
    assert refused(world, MAY) == ["segment_rated"]


def test_checkpoints_are_cut_or_fall_away_by_visible_events(world: World) -> None:
    world.act("chief", "open_months")
    months = sorted(rows(Case, kind="checkpoint"), key=lambda case: case.from_on)
    assert [case.from_on.month for case in months] == list(range(1, 13))
    world.act("chief", "open_months")
    assert len(rows(Case, kind="checkpoint")) == 12
    day = date(2026, 5, 11)
    moved(world, day)
    after = sorted(rows(Case, kind="checkpoint"), key=lambda case: case.from_on)
    assert after[4].until_on == day - ONE_DAY
    assert events(after[4].id) == ["opened", "period_cut"]
    assert [case.state for case in after] == ["reporting"] * 5 + ["dropped"] * 7
    assert events(after[5].id) == ["opened", "fall"]
    cancelled = row(HistoryEvent, case_id=after[5].id, seq=2).change
    assert cancelled == {"cancelled": ["2026-06-01", "2026-06-30"]}
    due = row(Deadline, case_id=after[4].id, fired_at=None, kind="action")
    assert due.due_at == datetime(2027, 1, 7, 17, tzinfo=UTC)  # opened on the last day of the year
    world.act("head", "open_months", of=roots(world)[1].id)
    new = sorted(rows(Case, parent_id=roots(world)[1].id), key=lambda case: case.from_on)
    assert (new[0].from_on, new[0].until_on) == (day, date(2026, 5, 31))
    # The first segment may still be split again: what fell away stays away.
    moved(world, date(2026, 3, 1), superior="secretary")
    assert len(events(after[5].id)) == 2


def test_a_checkpoint_that_is_closed_or_cannot_fall_away_holds_the_move_up(world: World) -> None:
    world.act("chief", "open_months")
    months = sorted(rows(Case, kind="checkpoint"), key=lambda case: case.from_on)
    world.act("chief", "score", of=months[6].id, nilai="baik")
    new_post(world, "sari", MAY)
    assert refused(world, MAY) == ["checkpoints_beyond"]
    new_post(world, "tia", MAY)
    world.act("officer", "open_fixed", of="tia", mulai="2026-06-01", selesai="2026-06-30")
    assert refused(world, MAY, case=world.cases["tia"]) == ["checkpoints_beyond"]
    assert refused(world, MAY, case=months[0].id) == [
        "not_a_segment",
        "outside_segment",
    ]


def test_of_two_moves_at_once_one_wins(app: Flask, world: World) -> None:
    new_post(world, "sari", MAY)
    of = (world.people["sari"], world.cycle_id, MAY)
    officers = [world.actors[name] for name in ("officer", "second_officer")]
    jobs = [partial(move, officer, *of) for officer in officers * 2]
    assert codes(race(app, AFTER, jobs)) == ["done", "refused", "refused", "refused"]
    assert len(roots(world)) == 2


def test_a_move_and_an_act_on_a_checkpoint_wait_for_each_other(app: Flask, world: World) -> None:
    world.act("chief", "open_months")
    new_post(world, "sari", MAY)
    [june] = [c for c in rows(Case, kind="checkpoint") if c.from_on == date(2026, 6, 1)]
    jobs = [
        partial(move, world.actors["officer"], world.people["sari"], world.cycle_id, MAY),
        partial(world.act, "chief", "score", june.id, nilai="baik"),
    ]
    found = race(app, AFTER, jobs)
    assert codes(found)[0] in ("conflict", "done")
    assert sum(not isinstance(one, Problem) for one in found) == 1


def test_the_years_result_comes_from_the_segments_and_tells_when_one_changed(world: World) -> None:
    world.act("chief", "open_months")
    moved(world, SEPTEMBER)
    first, second = (case.id for case in roots(world))
    january = min(rows(Case, kind="checkpoint"), key=lambda case: case.from_on)
    february = sorted(rows(Case, kind="checkpoint"), key=lambda case: case.from_on)[1]
    world.act("chief", "score", of=january.id, nilai="baik")
    world.act("chief", "score", of=february.id, nilai="kurang")
    with pytest.raises(Refused) as waits:
        world.act("head", "rate", of=second, hasil="baik")
    assert waits.value.blockers[0].rule == "result_computable"
    world.act("chief", "rate", of=first, hasil="kurang")
    world.act("head", "rate", of=second, hasil="baik")
    [earlier] = read_results(first, world.actors["chief"])
    assert (earlier.level, earlier.value) == ("kurang", 2)  # January and February, a month each
    assert earlier.explanation is not None
    assert "hasil segmen 1 dari 2" in earlier.explanation.sentence.id
    [of_year] = read_results(second, world.actors["sari"])
    assert (of_year.level, of_year.rests_on_superseded) == ("kurang", False)
    # An objection changes the earlier segment: the later result stays, and says what it rests on.
    read_results(first, world.actors["sari"])
    world.act("sari", "object", of=first, grounds="Bukti belum dibaca.")
    [objection] = rows(Case, kind="objection")
    world.act("head", "change", of=objection.id, hasil="baik")
    [of_year] = read_results(second, world.actors["sari"])
    assert (of_year.level, of_year.rests_on_superseded) == ("kurang", True)
    world.act("secretary", "seal", of=second)
    world.act("secretary", "revise", of=second, why="Segmen pertama berubah.")
    world.act("head", "rate", of=second, hasil="cukup")
    *_, newest = read_results(second, world.actors["sari"])
    assert (newest.level, newest.rests_on_superseded) == ("baik", False)


def test_an_absence_leaves_a_segment_out(world: World) -> None:
    second = moved(world, SEPTEMBER)
    entry = {"person": str(world.people["sari"]), "kind": "tugas_belajar"}
    absences.add(
        world.actors["officer"], {**entry, "from_on": "2025-12-01", "until_on": "2026-08-20"}
    )
    world.act("head", "rate", of=second, hasil="baik")
    [found] = read_results(second, world.actors["sari"])
    assert found.level == "baik"
    assert found.explanation is not None
    assert "243 hari dikurangi 232 hari" in found.explanation.parts[0].sentence.id


def test_who_sees_which_segments(world: World) -> None:
    moved(world, SEPTEMBER)
    first, second = (case.id for case in roots(world))
    world.act("chief", "rate", of=first, hasil="kurang")

    def seen(name: str) -> list[tuple[Any, ...]]:
        found = segments_of(world.actors[name], world.people["sari"], world.cycle_id)
        return [(one.case_id, one.assessor, one.level, one.is_last) for one in found]

    both = [(first, "chief", "kurang", False), (second, "head", None, True)]
    assert seen("sari") == seen("officer") == both
    assert seen("chief") == both[:1]
    assert seen("head") == both
    with pytest.raises(NotFound):
        seen("tia")
    [one, _] = segments_of(world.actors["sari"], world.people["sari"], world.cycle_id)
    assert (one.unit, one.phase, one.from_on, one.until_on) == (
        "Dinas",
        "delivered",
        YEAR[0],
        SEPTEMBER - ONE_DAY,
    )


def test_lists_and_scores_take_as_many_queries_for_many_segments_as_for_few(world: World) -> None:
    counts = []
    for day in (SEPTEMBER, MAY, date(2026, 3, 1), date(2026, 2, 1)):
        moved(world, day)
        ids = [case.id for case in roots(world)]
        with counted() as listing:
            segments_of(world.actors["officer"], world.people["sari"], world.cycle_id)
        with counted() as loading, transaction() as session:
            load_one(session, world.agency_id, ids[-1], lambda *_: frozenset({"material"}))
        counts.append((len(listing), len(loading)))
    assert len(set(counts)) == 1, counts


def test_what_reports_on_a_period_lapses_after_it(world: World) -> None:
    with clock.at(START):
        world.act("chief", "open_months")
    with clock.at(datetime(2026, 2, 7, 16, 59, tzinfo=UTC)):
        tick()
        assert {c.state for c in rows(Case, kind="checkpoint")} == {"reporting"}
    with clock.at(datetime(2026, 2, 7, 17, tzinfo=UTC)):
        tick()
        closed = [c.from_on for c in rows(Case, kind="checkpoint") if c.state == "noted"]
        assert closed == [date(2026, 1, 1)]


@given(days=st.lists(st.dates(YEAR[0], YEAR[1]), min_size=1, max_size=5))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_segments_cover_the_year_touch_and_never_overlap(app: Flask, days: list[date]) -> None:
    with app.app_context(), clock.at(AFTER):
        world = build_parts(key=f"k{uuid4().hex[:12]}")
        done = set()
        for number, day in enumerate(days):
            new_post(world, "sari", day, ("head", "secretary")[number % 2])
            of = (world.people["sari"], world.cycle_id, day)
            try:
                move(world.actors["officer"], *of)
                done.add(day)
            except Refused as problem:
                rules = {blocker.rule for blocker in problem.blockers}
                assert rules <= {"already_split", "outside_segment"}
        found = roots(world)
        assert {case.from_on for case in found} == {YEAR[0], *done}
        assert found[-1].until_on == YEAR[1]
        assert all(a.until_on + ONE_DAY == b.from_on for a, b in pairwise(found))
        assert list(verify_history(world.agency_id)) == []


BAD = Actor(uuid4(), 10**6, frozenset({"hr"}))


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({}, "required"),
        ({"kind": "malas"}, "not_an_option"),
        ({"from_on": "2026-02-30"}, "no_such_date"),
        ({"until_on": "2025-01-01"}, "ends_before_it_begins"),
        ({"person": "x"}, "not_an_id"),
        ({"extra": 1}, "unknown_input"),
        ([], "inputs_not_mapping"),
    ],
)
def test_a_bad_absence_is_refused(world: World, entry: Any, code: str) -> None:
    good = {"person": str(world.people["sari"]), "kind": "cuti", "from_on": "2026-02-01"}
    given_entry = {**good, **entry} if entry else entry
    with pytest.raises(Invalid) as problem:
        absences.add(world.actors["officer"], given_entry)
    assert code in [blocker.rule for blocker in problem.value.blockers]


def test_absences_are_hrs_and_of_their_own_agency(world: World) -> None:
    officer, sari = world.actors["officer"], world.people["sari"]
    entry = {"person": str(sari), "kind": "cuti", "from_on": "2026-02-01"}
    absence = absences.add(officer, entry)
    assert [(one.kind, one.until_on) for one in absences.listed(officer, sari)] == [("cuti", None)]
    for verb in (
        partial(absences.add, world.actors["sari"], entry),
        partial(absences.listed, world.actors["chief"], sari),
        partial(absences.remove, world.actors["chief"], absence),
    ):
        with pytest.raises(Forbidden):
            verb()
    for verb in (
        partial(absences.add, BAD, entry),
        partial(absences.listed, BAD, sari),
        partial(absences.remove, BAD, absence),
    ):
        with pytest.raises(NotFound):
            verb()
    absences.remove(officer, absence)
    assert absences.listed(officer, sari) == []
