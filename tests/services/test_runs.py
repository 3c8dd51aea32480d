"""Bulk runs: each kind does row by row what a single act does, and names what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Blocker, Conflict, Forbidden, Invalid, NotFound, Problem, Refused
from kinerja_flow.models import (
    Case,
    HistoryEvent,
    Notification,
    Person,
    Reading,
    RoleGrant,
    Run,
    RunRow,
)
from kinerja_flow.policy import Actor
from kinerja_flow.services import organisations, runs
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.run_blockers import kept
from kinerja_flow.services.run_reading import RunSeen, file_of, one_run, rows_of, runs_for
from kinerja_flow.services.run_steps import closing
from kinerja_flow.services.run_work import Key, carry_on, go_on
from kinerja_flow.services.templates import read_template, shipped_source
from kinerja_flow.services.verify import verify_history
from tests.builders import digest_of_tables, table
from tests.engine import world as worlds
from tests.engine.facts import actor, facts
from tests.engine.test_run_kills import crowd
from tests.engine.test_sets import counted, team
from tests.engine.world import START, WORK, World, build
from tests.services.test_run_kinds import with_webhook

pytestmark = [pytest.mark.slow, pytest.mark.portable]

TEAM = ("sari", "tia", "uli", "vina")


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """Four appraisals of the template `work`; three plans are handed in."""
    with app.app_context(), clock.at(START):
        world = build(WORK, of=(*TEAM, "chief"))
        for of in TEAM[:3]:
            world.act(of, "submit", of)
        yield world
        assert list(verify_history()) == []


def ran(world: World, who: str, kind: str, size: int = 2, **entry: Any) -> RunSeen:
    """A run that was prepared, started, and worked on to its end."""
    actor = world.actors[who]
    run_id = runs.prepare(actor, kind, entry)
    runs.start(run_id, actor)
    carry_on(Key(world.agency_id, run_id), size)
    return one_run(run_id, actor)


def counts(run: RunSeen) -> tuple[str, int, int, int]:
    return run.state, run.done, run.refused, run.undone


def refused(world: World, run: RunSeen, who: str = "officer") -> Mapping[UUID | None, list[str]]:
    rows = rows_of(run.id, world.actors[who], "refused")
    return {row.id: [one.rule for one in row.blockers] for row in rows}


def single(world: World, who: str, case: UUID, action: str, **inputs: Any) -> list[Any]:
    """What the same act is refused with alone."""
    try:
        with transaction():
            act(case, world.actors[who], Act(action, inputs))
            raise _Undone
    except Problem as problem:
        return [(one.rule, one.field, one.say("id"), one.way_out("en")) for one in problem.blockers]
    except _Undone:
        return []


class _Undone(Exception):
    pass


def test_a_superior_advances_their_team_and_each_refusal_is_that_of_a_single_act(
    world: World,
) -> None:
    cases, stranger = list(world.cases.values()), uuid4()
    alone = {world.cases[of]: single(world, "chief", world.cases[of], "approve") for of in TEAM}
    run = ran(world, "chief", "advance", action="approve", cases=[*cases, stranger])
    assert counts(run) == ("over", 3, 3, 0)
    assert run.started_by == world.people["chief"]
    rows = {row.id: row for row in rows_of(run.id, world.actors["chief"])}
    assert [row.ordinal for row in rows.values()] == [1, 2, 3, 4, 5, 6]
    for case, why in alone.items():
        said = [(b.rule, b.field, b.say("id"), b.way_out("en")) for b in rows[case].blockers]
        assert said == why and rows[case].attempt == 1
    for nobodys in (stranger, world.cases["chief"]):
        assert [one.rule for one in rows[nobodys].blockers] == ["no_such_case"]
    assert {rows[world.cases[of]].outcome for of in TEAM[:3]} == {"done"}
    event = worlds.row(HistoryEvent, case_id=world.cases["sari"], action="approve")
    assert (event.actor_id, event.capacity) == (world.people["chief"], "assessor")


def test_of_a_cycle_those_advance_who_are_where_the_action_starts(world: World) -> None:
    run = ran(world, "chief", "advance", action="approve", cycle=str(world.cycle_id))
    assert counts(run) == ("over", 3, 0, 0)
    with pytest.raises(Refused) as nothing:
        runs.prepare(
            world.actors["chief"], "advance", {"action": "approve", "cycle": world.cycle_id}
        )
    assert nothing.value.blockers[0].rule == "nothing_to_run"
    # Somebody else's team is not in reach of a superior who names no case.
    wanted = {"action": "submit", "cycle": world.cycle_id}
    with pytest.raises(Refused):
        runs.prepare(world.actors["secretary"], "advance", wanted)


#: The template with an act of peers.
ASIDE = WORK.read_text(encoding="utf-8").replace(
    "      - {name: close_input,",
    "      - {name: decline, from: working, by: [peer], does: [{step_aside: peer}]}\n"
    "      - {name: close_input,",
)


def test_in_a_run_nobody_acts_as_a_peer_nor_knows_of_a_case_of_others(app: Flask) -> None:
    """What a peer does shows nowhere who they are; HR would read it in a run."""
    with app.app_context(), clock.at(START):
        world = build(ASIDE, of=("sari", "tia", "officer"))
        for who, boss in (("sari", "chief"), ("tia", "chief"), ("officer", "secretary")):
            world.act(who, "submit", who)
            world.act(boss, "approve", who)
        named = [world.people[who] for who in ("uli", "second_officer")]
        world.act("chief", "invite", "sari", peers=named)
        wanted = {"action": "decline", "cases": [world.cases["sari"], world.cases["officer"]]}
        before = digest_of_tables()
        for who in ("uli", "sari", "vina"):
            with pytest.raises(Forbidden):
                runs.prepare(world.actors[who], "advance", wanted)
        assert digest_of_tables() == before
        run = ran(world, "chief", "advance", **wanted)
        assert refused(world, run, "chief") == {
            world.cases["sari"]: ["not_your_part"],
            world.cases["officer"]: ["no_such_case"],
        }
        # Of HR one is a peer and one is not: what they are told is the same.
        told = [
            refused(world, ran(world, who, "advance", **{**wanted, "cases": [world.cases["sari"]]}))
            for who in ("officer", "second_officer")
        ]
        assert told == [{world.cases["sari"]: ["not_your_part"]}] * 2


def test_hr_does_not_advance_by_what_others_may_do(world: World) -> None:
    case = world.cases["sari"]
    run = ran(world, "officer", "advance", action="approve", cases=[case])
    assert refused(world, run) == {case: ["not_your_part"]}
    assert [one[0] for one in single(world, "officer", case, "approve")] == ["not_your_part"]


def test_what_time_alone_may_do_hr_has_done_where_it_is_due(world: World) -> None:
    world.act("chief", "approve", "sari")
    due = world.cases["sari"]
    run = ran(world, "officer", "advance", action="lapse", cases=[due])
    assert refused(world, run) == {due: ["not_due"]}
    with clock.at(START + timedelta(days=40)):
        wanted = {"action": "lapse", "cases": [due, world.cases["vina"]]}
        officer = world.actors["officer"]
        assert runs.try_out(runs.prepare(officer, "advance", wanted), officer).would_do == 1
        assert counts(ran(world, "officer", "advance", **wanted))[1:] == (1, 1, 0)
        event = worlds.row(HistoryEvent, case_id=due, action="lapse")
        assert (event.actor_id, event.capacity) == (None, "clock")
        tick()
        assert len(worlds.rows(HistoryEvent, case_id=due, action="lapse")) == 1


def test_hr_closes_by_what_time_alone_may_do_where_others_may_as_well() -> None:
    definition = read_template(shipped_source("palembang"))
    low = replace(facts("period_low", kind="period"), definition=definition)
    chosen = {
        who: closing({}).chosen(low, actor(who, *roles))
        for who, *roles in (("officer", "hr"), ("chief",), ("vina",))
    }
    assert {who: one and one.name for who, one in chosen.items()} == {
        "officer": "cause_called_by_time",
        "chief": "call_for_cause",
        "vina": "call_for_cause",
    }


def test_a_trial_says_what_would_be_refused_and_changes_nothing(world: World) -> None:
    chief = world.actors["chief"]
    wanted = {"action": "approve", "cases": list(world.cases.values())}
    run_id = runs.prepare(chief, "advance", wanted)
    before = digest_of_tables()
    trial = runs.try_out(run_id, chief)
    assert digest_of_tables() == before
    assert trial.would_do == 3
    run = ran(world, "chief", "advance", **wanted)
    done = {row.id: row.blockers for row in rows_of(run.id, chief, "refused")}
    assert {row.id: row.blockers for row in trial.refused} == done


def test_a_trial_tells_lines_as_rows_do_and_names_the_first_of_many(world: World) -> None:
    officer, wrong = world.actors["officer"], {"nip": "1", "name": "Salah"}
    lines = [{**wrong, "name": f"Salah {number}"} for number in range(runs.MOST_TOLD + 1)]
    run_id = runs.prepare(officer, "import", {"rows": lines})
    trial = runs.try_out(run_id, officer)
    assert (trial.tried, trial.would_do, trial.would_refuse) == (101, 0, 101)
    assert [row.cells for row in trial.refused] == lines[: runs.MOST_TOLD]
    many = [{**wrong, "nip": str(number)} for number in range(runs.MOST_TRIED + 1)]
    assert runs.try_out(runs.prepare(officer, "import", {"rows": many}), officer).tried == 5_000


def test_windows_are_extended_by_the_action_that_the_template_has_for_it(world: World) -> None:
    world.act("chief", "approve", "sari")
    given = {"window": "rating", "until": "2026-03-20", "reason": "Gangguan jaringan di kantor."}
    cases = [world.cases["sari"], world.cases["vina"]]
    run = ran(world, "officer", "extend", cases=cases, **given)
    assert refused(world, run) == {world.cases["vina"]: ["nothing_to_take"]}
    moved = worlds.row(Case, id=world.cases["sari"]).windows
    assert moved["rating"][1] == "2026-03-20"
    with pytest.raises(Invalid) as wrong:
        runs.prepare(world.actors["officer"], "extend", {"window": "rating"})
    assert {one.field for one in wrong.value.blockers} == {"until", "reason"}


def test_results_are_delivered_and_appraisals_closed_by_what_an_action_does(world: World) -> None:
    for of in TEAM[:3]:
        world.act("chief", "approve", of)
        world.act("chief", "close_input", of)
    run = ran(world, "chief", "deliver", cycle=world.cycle_id, inputs={"hasil": "baik"})
    assert counts(run) == ("over", 3, 0, 0)
    world.act("sari", "open_result")
    run = ran(world, "head", "close", cases=[world.cases[of] for of in ("sari", "tia", "vina")])
    assert counts(run) == ("over", 1, 2, 0)
    assert refused(world, run, "head") == {
        world.cases["tia"]: ["received"],
        world.cases["vina"]: ["nothing_to_take"],
    }


def test_whoever_a_case_waits_for_is_reminded_once(world: World) -> None:
    run = ran(world, "officer", "remind", cycle=world.cycle_id)
    assert counts(run) == ("over", 5, 0, 0)
    heard = [n for n in worlds.rows(Notification) if ".remind." in n.event]
    told = {(world.names[n.recipient_id], n.event) for n in heard}
    assert len(heard) == 5
    assert ("chief", "appraisal.remind.review") in told
    assert ("vina", "appraisal.remind.draft") in told
    by_chief = ran(world, "chief", "remind", cases=[world.cases["sari"], world.cases["chief"]])
    assert refused(world, by_chief) == {world.cases["chief"]: ["no_such_case"]}


def test_a_launch_opens_appraisals_and_names_who_has_none(world: World) -> None:
    people = [world.people[name] for name in ("head", "regent", "secretary", "sari")]
    run = ran(world, "officer", "launch", cycle=world.cycle_id, people=[*people, uuid4()])
    assert counts(run) == ("over", 1, 4, 0)
    assert sorted(one for found in refused(world, run).values() for one in found) == [
        "already_launched",
        "no_assessor",
        "no_examiner",
        "no_such_person",
    ]
    # Without names it is whoever has none yet.
    rest = ran(world, "officer", "launch", cycle=world.cycle_id)
    assert counts(rest) == ("over", 2, 2, 0)


def test_a_launch_is_told_to_webhooks_once(world: World) -> None:
    with_webhook(world)
    people = [world.people[name] for name in ("head", "officer", "second_officer")]
    ran(world, "officer", "launch", 1, cycle=world.cycle_id, people=people)
    launched = [row for row in table("webhook_events") if row["cycle_id"] is not None]
    assert len(launched) == 1


def test_what_an_assessor_has_in_hand_passes_on(world: World) -> None:
    given = {"from": world.people["chief"], "to": world.people["tia"], "ground": "mutasi"}
    run = ran(world, "officer", "reassign", **given)
    assert counts(run) == ("over", 3, 1, 0)
    assert refused(world, run) == {world.cases["tia"]: ["appointable"]}
    with pytest.raises(Forbidden):
        runs.prepare(world.actors["officer"], "reassign", {**given, "to": world.people["officer"]})
    with pytest.raises(Invalid):
        runs.prepare(world.actors["officer"], "reassign", {**given, "ground": "bosan"})


def test_people_come_in_and_a_second_time_only_what_differs_changes(world: World) -> None:
    good = [_line(n) for n in range(3)]
    bad: list[dict[str, Any]] = [
        {"nip": "123", "name": "Pendek"},
        {"nip": "198001012005019999"},
        {"nip": "198001012005018888", "name": "Dua"},
        {"nip": "198001012005018888", "name": "Kali"},
        {"nip": "198001012005017777", "name": "Lain", "employment": "sukarela"},
    ]
    run = ran(world, "officer", "import", rows=[*good, *bad])
    assert counts(run) == ("over", 3, 5, 0)
    rows = rows_of(run.id, world.actors["officer"], "refused")
    assert [[one.rule for one in row.blockers] for row in rows] == [
        ["nip_form"],
        ["required"],
        ["row_twice"],
        ["row_twice"],
        ["not_an_option"],
    ]
    assert rows[0].cells == bad[0]
    mended = [good[0], {**good[1], "rank": "III/c"}]
    assert counts(ran(world, "officer", "import", rows=mended))[1] == 2
    found = {person.nip: (person.name, person.rank) for person in worlds.rows(Person) if person.nip}
    assert found == {
        good[0]["nip"]: ("Orang 0", None),
        good[1]["nip"]: ("Orang 1", "III/c"),
        good[2]["nip"]: ("Orang 2", None),
    }


def test_a_table_goes_out_as_a_file(world: World) -> None:
    run = ran(world, "officer", "export", cycle=world.cycle_id, table="plans")
    assert counts(run) == ("over", 1, 0, 0)
    name, content = file_of(run.id, world.actors["officer"])
    assert name == "plans.csv" and content.startswith(b"Penilaian,")
    with pytest.raises(NotFound):
        file_of(run.id, world.actors["chief"])


def test_the_same_preparation_under_a_key_is_one_run_and_a_second_start_does_nothing(
    world: World,
) -> None:
    chief, wanted = world.actors["chief"], {"action": "approve", "cycle": str(world.cycle_id)}
    run_id = runs.prepare(chief, "advance", wanted, "k")
    assert runs.prepare(chief, "advance", wanted, "k") == run_id
    with pytest.raises(Invalid):
        runs.prepare(chief, "advance", {**wanted, "action": "return"}, "k")
    assert len(worlds.rows(Run)) == 1
    runs.start(run_id, chief)
    carry_on(Key(world.agency_id, run_id))
    before = digest_of_tables()
    assert runs.start(run_id, chief).state == "over"
    carry_on(Key(world.agency_id, run_id))
    assert digest_of_tables() == before


def test_only_refused_rows_are_tried_again(world: World) -> None:
    chief = world.actors["chief"]
    run = ran(world, "chief", "advance", action="approve", cases=[world.cases[o] for o in TEAM])
    assert counts(run) == ("over", 3, 1, 0)
    assert runs.retry(run.id, chief).state == "running"
    world.act("vina", "submit", "vina")
    assert go_on() == 1
    assert counts(one_run(run.id, chief)) == ("over", 4, 0, 0)
    assert sorted(row.attempt for row in rows_of(run.id, chief)) == [1, 1, 1, 2]
    assert runs.retry(run.id, chief).state == "over"
    assert len(worlds.rows(HistoryEvent, action="approve")) == 4


def test_a_run_that_is_cancelled_stops_and_what_is_done_stays(world: World) -> None:
    chief, key = world.actors["chief"], Key(world.agency_id, uuid4())
    run_id = runs.prepare(chief, "advance", {"action": "approve", "cycle": world.cycle_id})
    with pytest.raises(Conflict):
        runs.retry(run_id, chief)
    runs.start(run_id, chief)
    key = Key(world.agency_id, run_id)
    turns = iter([True, False])
    carry_on(key, 1, lambda: next(turns))
    assert runs.cancel(run_id, chief) == runs.cancel(run_id, chief)
    carry_on(key, 1)
    assert counts(one_run(run_id, chief)) == ("cancelled", 1, 0, 2)
    for verb in (runs.start, runs.retry):
        with pytest.raises(Conflict):
            verb(run_id, chief)
    over = ran(world, "chief", "advance", action="approve", cycle=world.cycle_id)
    with pytest.raises(Conflict):
        runs.cancel(over.id, chief)


def test_whoever_may_no_longer_act_does_nothing_more(world: World) -> None:
    officer = world.actors["officer"]
    run_id = runs.prepare(officer, "launch", {"cycle": world.cycle_id})
    runs.start(run_id, officer)
    with transaction() as session:
        yesterday = START.date() - timedelta(days=1)
        mine = RoleGrant.person_id == officer.person_id
        session.execute(update(RoleGrant).where(mine).values(until_on=yesterday))
    go_on()
    second = world.actors["second_officer"]
    assert one_run(run_id, second).done == 0
    assert set(map(tuple, refused(world, one_run(run_id, second), "second_officer").values())) == {
        ("not_your_part",)
    }
    runs.retry(run_id, second)
    # Under way it is one person's: nobody else's act becomes of what is left.
    runs.retry(run_id, second)
    with transaction() as session:
        session.execute(update(RoleGrant).values(until_on=None))
    with pytest.raises(Conflict) as meanwhile:
        runs.retry(run_id, officer)
    assert meanwhile.value.blockers[0].rule == "run_under_way"
    assert one_run(run_id, second).started_by == second.person_id
    go_on()
    assert one_run(run_id, second).done > 0


def test_a_row_that_fails_by_a_fault_of_ours_holds_no_other_up(world: World) -> None:
    """A definition that no longer reads, as a broken restore would leave it, is such a fault."""
    broken = world.cases["tia"]
    with transaction() as session:
        session.execute(update(Case).where(Case.id == broken).values(windows={"rating": "x"}))
    wanted = {"action": "approve", "cases": [world.cases[o] for o in TEAM]}
    chief = world.actors["chief"]
    trial = runs.try_out(runs.prepare(chief, "advance", wanted), chief)
    assert (trial.tried, trial.would_do, trial.would_refuse) == (4, 2, 2)
    assert {row.id: row.blockers[0].rule for row in trial.refused}[broken] == "run_fault"
    run = ran(world, "chief", "advance", 10, **wanted)
    assert counts(run) == ("over", 2, 2, 0)
    assert refused(world, run, "chief")[broken] == ["run_fault"]
    with transaction() as session:
        session.execute(update(Case).where(Case.id == broken).values(windows=None))


def test_hr_sees_all_runs_and_others_their_own(world: World) -> None:
    ran(world, "chief", "advance", action="approve", cycle=world.cycle_id)
    mine = ran(world, "officer", "remind", cycle=world.cycle_id)
    assert [one.kind for one in runs_for(world.actors["officer"])] == ["remind", "advance"]
    assert [one.kind for one in runs_for(world.actors["chief"])] == ["advance"]
    for verb in (one_run, runs.start, runs.cancel, runs.retry, runs.try_out, rows_of):
        with pytest.raises(NotFound):
            verb(mine.id, world.actors["chief"])
    for kind in ("launch", "reassign", "import", "export"):
        with pytest.raises(Forbidden):
            runs.prepare(world.actors["chief"], kind, {})
    with pytest.raises(Invalid):
        runs.prepare(world.actors["officer"], "explode", {})
    persona = Actor(world.people["sari"], world.agency_id, confined_to=world.cases["sari"])
    with pytest.raises(Forbidden):
        runs.prepare(persona, "advance", {"action": "submit", "cycle": world.cycle_id})


def test_hr_reads_of_others_runs_no_ratings_and_nothing_about_itself(world: World) -> None:
    given, cases = {"hasil": "baik"}, [world.cases["sari"], world.cases["vina"]]
    run = ran(world, "chief", "deliver", cases=cases, inputs=given)
    said = {"field": "hasil", "suggested": "baik", "chosen": "kurang"}
    blockers = kept([Blocker("override_reasoned", "alasan", ("assessor",), said)])
    with transaction() as session:
        session.execute(update(RunRow).where(RunRow.run_id == run.id).values(blockers=blockers))
    organisations.grant_role(world.agency_id, world.people["sari"], "hr", START.date())
    sari = organisations.actor_for(world.agency_id, world.people["sari"])
    assert run.params == {"inputs": given} and len(runs_for(sari)) == 1
    for told in (one_run(run.id, sari), *runs_for(sari), runs.retry(run.id, sari)):
        assert (told.params, told.total) == ({}, 2)
    with transaction() as session:
        session.execute(update(RunRow).where(RunRow.run_id == run.id).values(blockers=blockers))
    [row] = rows_of(run.id, sari)
    assert row.id == world.cases["vina"] and [one.rule for one in row.blockers] == ["why_sealed"]
    mine = rows_of(run.id, world.actors["chief"])
    assert [one.rule for row in mine for one in row.blockers] == ["override_reasoned"] * 2


def test_whoever_takes_an_export_out_has_read_what_is_in_it(world: World) -> None:
    for of in TEAM[:3]:
        world.act("chief", "approve", of)
        world.act("chief", "close_input", of)
    cases = [world.cases["sari"], world.cases["tia"]]
    ran(world, "chief", "deliver", cases=cases, inputs={"hasil": "baik"})
    run = ran(world, "officer", "export", cycle=world.cycle_id, table="results")
    with clock.at(START + timedelta(minutes=1)):
        world.act("chief", "rate", "uli", hasil="baik")
        file_of(run.id, world.actors["second_officer"])
    found = worlds.rows(Reading, reader_id=world.people["second_officer"])
    assert {(one.case_id, one.number, one.way) for one in found} == {
        (case, 1, "export") for case in cases
    }
    organisations.grant_role(world.agency_id, world.people["sari"], "hr", START.date())
    file_of(run.id, organisations.actor_for(world.agency_id, world.people["sari"]))
    [mine] = worlds.rows(Reading, reader_id=world.people["sari"])
    assert mine.case_id == world.cases["tia"]


def test_whoever_lost_the_office_reads_no_run_of_hr(world: World) -> None:
    officer = world.actors["officer"]
    run = ran(world, "officer", "export", cycle=world.cycle_id, table="plans")
    reminded = ran(world, "officer", "remind", cycle=world.cycle_id)
    former = replace(officer, roles=frozenset())
    for verb in (one_run, rows_of, file_of):
        verb(run.id, officer)
        with pytest.raises(NotFound):
            verb(run.id, former)
    assert [one.id for one in runs_for(former)] == [reminded.id]


def test_a_set_of_rows_takes_as_many_queries_for_many_as_for_few(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world, cases = team(7)
        for kind in ("advance", "remind", "reassign", "launch", "import"):
            few, many = (_queries(world, cases, kind, part) for part in (2, 5))
            assert few == many, kind


#: What each case takes of its own: on SQLite its deadlines, everywhere a part that passes on.
OF_ITS_OWN = ("DELETE FROM deadlines", "UPDATE participants", "UPDATE sheets")


def _queries(world: World, cases: list[Any], kind: str, count: int) -> int:
    """How many statements a run of so many rows takes."""
    who = world.actors["chief" if kind == "advance" else "officer"]
    some = cases[:2] if count == 2 else cases[2:]
    run_id = runs.prepare(who, kind, _entry(world, some, kind))
    runs.start(run_id, who)
    with counted() as sent:
        carry_on(Key(world.agency_id, run_id))
    run = one_run(run_id, who)
    assert (run.done, run.total) == (count, count), kind
    return len([one for one in sent if not one.startswith(OF_ITS_OWN)])


def _entry(world: World, some: list[Any], kind: str) -> dict[str, Any]:
    passing = {"from": world.people["chief"], "to": world.people["second_officer"]}
    entries: Mapping[str, Callable[[], dict[str, Any]]] = {
        "advance": lambda: {"action": "approve_plan", "cases": some},
        "remind": lambda: {"cases": some},
        "reassign": lambda: {**passing, "ground": "mutasi", "cases": some},
        "launch": lambda: {"cycle": world.cycle_id, "people": crowd(world, len(some))},
        "import": lambda: {"rows": [_line(n) for n, _ in enumerate(some, len(some) * 10)]},
    }
    return entries[kind]()


def _line(number: int) -> dict[str, str]:
    return {"nip": f"19800101200501{number:04}", "name": f"Orang {number}"}
