"""What a result opens: once, on its own ground, and no longer than that holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Forbidden, NotFound, Problem, Refused
from kinerja_flow.models import Case, FollowUp, HistoryEvent, Notification, Realisation, Signature
from kinerja_flow.services import follow_ups, steps
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.verify import verify_history
from tests.engine.test_sets import counted
from tests.engine.world import START, World, row, rows, write_plan
from tests.services.following import again, changed, make, opened, rated, state

pytestmark = [pytest.mark.slow, pytest.mark.portable]

KEPT = timedelta(days=200)


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        found = make()
        yield found
        assert list(verify_history(found.agency_id)) == []


def plan_steps(world: World, case_id: UUID, who: str = "sari") -> list[UUID]:
    day = clock.now().date() + timedelta(days=30)
    said = ({"title": f"Langkah {n}", "due_on": day.isoformat()} for n in (1, 2))
    return [steps.add(case_id, world.actors[who], one) for one in said]


def superseded() -> set[str]:
    return {f.key for f in rows(FollowUp) if f.superseded_by is not None}


def test_every_entry_whose_conditions_all_hold_is_opened(world: World) -> None:
    rated(world, "kurang")
    found = opened(world)
    assert set(found) == {"bimbingan", "perbaikan"}
    plan = row(FollowUp, key="perbaikan")
    assert (plan.number, plan.owner_id, plan.due_on) == (1, world.people["sari"], None)
    coaching = row(FollowUp, key="bimbingan")
    assert coaching.due_on == clock.now().date() + timedelta(days=14)
    assert {row(Case, id=case).parent_id for case in found.values()} == {world.cases["sari"]}


def test_an_open_follow_up_keeps_no_appraisal_from_being_closed(world: World) -> None:
    rated(world, "kurang")
    assert row(Case, id=world.cases["sari"]).closed_at is not None
    assert state(opened(world)["perbaikan"]) == "outlined"


def test_the_result_as_it_was_told_decides_whatever_is_known_since(world: World) -> None:
    world.act("chief", "rate", mutu="kurang")
    write_more(world)
    world.act("head", "seal")
    assert set(opened(world)) == {"bimbingan", "perbaikan"}


def write_more(world: World) -> None:
    """Work of which less was reached: the achievement falls below what it was when told."""
    write_plan(world)
    with transaction() as session:
        newest = rows(Realisation)[-1].id
        session.execute(update(Realisation).where(Realisation.id == newest).values(value=1))


def test_an_act_that_computes_and_opens_reckons_with_its_own_result(world: World) -> None:
    world.act("chief", "rate_quietly", mutu="istimewa")
    assert set(opened(world)) == {"penghargaan"}


def test_the_same_result_again_opens_nothing_twice(world: World) -> None:
    rated(world, "kurang")
    first = opened(world)
    again(world, "kurang")
    assert opened(world) == first
    assert len(rows(FollowUp)) == 2
    assert not superseded()


def test_what_a_changed_result_does_not_open_is_withdrawn_or_marked(world: World) -> None:
    rated(world, "kurang")
    first = opened(world)
    again(world, "istimewa")
    assert state(first["perbaikan"]) == "dropped"
    assert state(first["bimbingan"]) == "planned", "its machine has no way out"
    assert superseded() == {"bimbingan", "perbaikan"}
    assert state(opened(world)["penghargaan"]) == "nominated"
    event = row(HistoryEvent, case_id=first["perbaikan"], action="fall_away")
    assert (event.capacity, event.change) == ("system", {"withdrawn": 2})


def test_a_ground_that_comes_back_opens_what_was_withdrawn_and_clears_the_mark(
    world: World,
) -> None:
    rated(world, "kurang")
    first = opened(world)
    again(world, "baik")
    again(world, "kurang")
    now = opened(world)
    assert now["bimbingan"] == first["bimbingan"]
    assert now["perbaikan"] != first["perbaikan"]
    assert state(now["perbaikan"]) == "outlined"
    marks = {f.case_id: f.superseded_by for f in rows(FollowUp)}
    assert marks[now["bimbingan"]] is None
    assert marks[first["perbaikan"]] == 2


def test_what_is_closed_stays_as_it_was_and_is_marked(world: World) -> None:
    rated(world, "istimewa")
    award = opened(world)["penghargaan"]
    world.act("head", "give", award)
    again(world, "baik")
    assert state(award) == "given"
    assert superseded() == {"penghargaan"}


def test_a_result_changed_on_objection_takes_the_award_back(world: World) -> None:
    rated(world, "istimewa")
    award = opened(world)["penghargaan"]
    changed(world, "kurang")
    assert state(award) == "withdrawn"
    assert {"bimbingan", "perbaikan"} <= set(opened(world))
    heard = {world.names[n.recipient_id] for n in rows(Notification, case_id=award)}
    assert heard == {"chief", "sari"}


def running(world: World) -> UUID:
    rated(world, "kurang")
    plan = opened(world)["perbaikan"]
    plan_steps(world, plan)
    world.act("chief", "agree", plan)
    return plan


def test_a_plan_needs_its_steps_and_is_signed_as_it_was_agreed(world: World) -> None:
    rated(world, "kurang")
    plan = opened(world)["perbaikan"]
    with pytest.raises(Refused) as refusal:
        world.act("chief", "agree", plan)
    [blocker] = refusal.value.blockers
    assert (blocker.rule, blocker.lifted_by) == ("steps_given", ("employee", "assessor"))
    first, _ = plan_steps(world, plan)
    world.act("chief", "agree", plan)
    signed = row(Signature, case_id=plan, subject="steps")
    steps.finish(plan, world.actors["sari"], first, {"outcome": "Selesai"}, 1)
    with pytest.raises(Refused) as refusal:
        world.act("chief", "find_helped", plan)
    assert [b.rule for b in refusal.value.blockers] == ["steps_done"]
    assert len(signed.sha256) == 64


def test_a_second_look_is_granted_more_time_once(world: World) -> None:
    plan = running(world)
    for at, moved in ((START + KEPT, True), (START + 2 * KEPT, False)):
        with clock.at(at):
            tick()
            assert state(plan) == "looked_at"
            if moved:
                world.act("chief", "extend", plan)
                assert state(plan) == "running"
    with clock.at(START + 2 * KEPT), pytest.raises(Refused) as refusal:
        world.act("chief", "extend", plan)
    assert [b.rule for b in refusal.value.blockers] == ["not_done"]


def test_a_plan_that_did_not_help_opens_the_next_follow_up_beside_it(world: World) -> None:
    plan = running(world)
    world.act("chief", "find_failed", plan)
    after = row(FollowUp, key="konseling")
    assert (after.after_id, after.number) == (plan, 1)
    case = row(Case, id=after.case_id)
    assert (case.parent_id, case.kind) == (world.cases["sari"], "coaching")
    again(world, "kurang")
    assert len(rows(FollowUp)) == 3, "nothing is opened twice"
    again(world, "baik")
    assert superseded() == {"bimbingan", "perbaikan", "konseling"}


CASES = {"sari": "istimewa", "tia": "kurang", "uli": "baik"}


@pytest.fixture
def agency(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        found = make(of=tuple(CASES))
        found.act("chief", "ask", peers=[str(found.people["vina"])])
        for name, level in CASES.items():
            rated(found, level, name)
        yield found


def listed(world: World, who: str) -> dict[tuple[str, str], follow_ups.Listed]:
    return {(one.subject, one.key): one for one in follow_ups.mine(world.actors[who])}


def test_the_owner_and_the_employee_read_theirs_and_nobody_else(agency: World) -> None:
    award, coaching = ("sari", "penghargaan"), ("tia", "bimbingan")
    plan = ("tia", "perbaikan")
    assert set(listed(agency, "chief")) == {award, coaching}
    assert set(listed(agency, "sari")) == {award}
    assert set(listed(agency, "tia")) == {coaching, plan}
    for who in ("vina", "uli", "head", "officer"):
        assert not listed(agency, who)
    for who in ("chief", "sari", "vina"):
        for read in (follow_ups.of_agency, follow_ups.counts):
            with pytest.raises(Forbidden):
                read(agency.cycle_id, agency.actors[who])


def test_a_list_says_what_whose_by_when_and_why(agency: World) -> None:
    one = listed(agency, "tia")["tia", "perbaikan"]
    assert one.label.id == "Rencana perbaikan"
    told = (one.owners, one.state_label.id, one.due_on, one.number)
    assert told == (("tia",), "Disusun", None, 1)
    grounds = {g.node: g.level or g.value for g in one.ground}
    assert grounds == {"mutu": "kurang", "nilai": 100}
    award = listed(agency, "sari")["sari", "penghargaan"]
    assert [g.level for g in award.ground] == ["istimewa"]
    assert not award.is_late


def test_the_ground_is_not_told_to_the_employee_before_the_result_is(world: World) -> None:
    world.act("chief", "rate_quietly", mutu="istimewa")
    [seen] = follow_ups.mine(world.actors["sari"])
    [owned] = follow_ups.mine(world.actors["chief"])
    assert seen.ground == ()
    assert [g.level for g in owned.ground] == ["istimewa"]
    world.act("head", "tell", why="Sampaikan")
    [seen] = follow_ups.mine(world.actors["sari"])
    assert [g.level for g in seen.ground] == ["istimewa"]


def test_hr_reads_all_of_a_cycle_with_counts_and_who_is_late(agency: World) -> None:
    officer = agency.actors["officer"]
    with clock.at(START + timedelta(days=20)):
        found = {(c.key, c.state_label.id): (c.count, c.late) for c in counts_of(agency, officer)}
        late = follow_ups.of_agency(agency.cycle_id, officer, late=True)
    assert found == {
        ("penghargaan", "Diusulkan"): (1, 0),
        ("bimbingan", "Direncanakan"): (1, 1),
        ("perbaikan", "Disusun"): (1, 0),
    }
    assert [(one.key, one.is_late) for one in late] == [("bimbingan", True)]
    whole = follow_ups.of_agency(agency.cycle_id, officer)
    assert len(whole) == 3
    rest = follow_ups.of_agency(agency.cycle_id, officer, after=whole[0].case_id)
    assert [one.case_id for one in rest] == [one.case_id for one in whole[1:]]


def counts_of(world: World, officer: Any) -> list[follow_ups.Count]:
    return follow_ups.counts(world.cycle_id, officer)


def test_lists_take_a_number_of_queries_that_does_not_grow(agency: World) -> None:
    officer = agency.actors["officer"]

    def taken() -> list[int]:
        found = []
        for read in (follow_ups.of_agency, follow_ups.counts):
            with counted() as sent:
                assert read(agency.cycle_id, officer)
            found.append(len(sent))
        with counted() as sent:
            assert follow_ups.mine(agency.actors["chief"])
        return [*found, len(sent)]

    few = taken()
    again(agency, "kurang", "uli")
    again(agency, "kurang")
    assert taken() == few
    assert max(few) <= 8


def test_steps_are_read_by_those_who_judge_and_by_whose_they_are(agency: World) -> None:
    plan = opened(agency, "tia")["perbaikan"]
    plan_steps(agency, plan, "tia")
    for who in ("tia", "chief", "head", "officer"):
        assert [one.title for one in steps.steps_of(plan, agency.actors[who])] == [
            "Langkah 1",
            "Langkah 2",
        ]
    for who in ("sari", "vina"):
        with pytest.raises(NotFound):
            steps.steps_of(plan, agency.actors[who])


def refused(do: Any, *args: Any) -> str:
    with pytest.raises(Problem) as problem:
        do(*args)
    return ", ".join(blocker.rule for blocker in problem.value.blockers)


def test_steps_have_versions_authors_and_a_day_ahead(world: World) -> None:
    rated(world, "kurang")
    plan, sari, chief = opened(world)["perbaikan"], world.actors["sari"], world.actors["chief"]
    first, second = plan_steps(world, plan)
    day = (clock.now().date() + timedelta(days=9)).isoformat()
    assert plan_steps(world, plan) == [first, second], "the same again is the same"
    said = {"title": "Kursus", "due_on": day}
    assert refused(steps.correct, plan, chief, first, said, 1) == "not_author"
    assert steps.correct(plan, sari, first, said, 1) == 2
    assert steps.correct(plan, sari, first, said, 1) == 2, "sent twice"
    assert refused(steps.correct, plan, sari, first, {**said, "title": "Lain"}, 1) == "stale"
    assert refused(steps.add, plan, sari, {**said, "due_on": "2025-01-01"}) == "step_day_past"
    assert refused(steps.add, plan, sari, {"due_on": "besok"}) == "required, input_not_date"
    assert refused(steps.add, plan, world.actors["vina"], said) == "not_your_part"
    assert refused(steps.remove, plan, sari, second, 7) == "stale"
    steps.remove(plan, sari, second, 1)
    assert refused(steps.remove, plan, sari, second, 1) == "no_such_improvement_step"
    third = steps.add(plan, chief, {"title": "Dari atasan", "due_on": day})
    assert [one.number for one in steps.steps_of(plan, sari)] == [1, 2]
    steps.drop(plan, chief, third, {"reason": "Sudah tercakup"}, 1)
    assert refused(steps.correct, plan, chief, third, said, 2) == "step_has_outcome"


def test_once_agreed_only_outcomes_are_added(world: World) -> None:
    plan = running(world)
    sari, chief = world.actors["sari"], world.actors["chief"]
    first, second = (one.id for one in steps.steps_of(plan, sari))
    day = clock.now().date() + timedelta(days=1)
    assert refused(steps.add, plan, sari, {"title": "Lagi", "due_on": str(day)}) == "book_closed"
    ahead = {"outcome": "Selesai", "done_on": str(day)}
    assert refused(steps.finish, plan, sari, first, ahead, 1) == "not_yet"
    eve = clock.now().date() - timedelta(days=1)
    for early in ("1926-11-22", str(eve)):
        said = {"outcome": "Selesai", "done_on": early}
        assert refused(steps.finish, plan, sari, first, said, 1) == "before_case_opened"
    assert steps.finish(plan, sari, first, {"outcome": "Selesai"}, 1) == 2
    assert steps.drop(plan, chief, second, {"reason": "Tidak perlu lagi"}, 1) == 2
    done, dropped = steps.steps_of(plan, sari)
    assert (done.done_on, done.closed_by_id) == (clock.now().date(), world.people["sari"])
    assert (dropped.done_on, dropped.outcome) == (None, "Tidak perlu lagi")
    assert dropped.closed_by_id == world.people["chief"]
    world.act("chief", "find_helped", plan)
    assert refused(steps.drop, plan, chief, first, {"reason": "Lain"}, 2) == "book_closed"
