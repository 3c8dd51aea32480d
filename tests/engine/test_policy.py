"""Who may do what to a case, as tables: own cases, four eyes, agencies, engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Conflict, Forbidden, NotFound, Problem
from kinerja_flow.models import Case, Participant
from kinerja_flow.policy import CLOCK, RELATIONS, SYSTEM, Actor, bars, may_write, relations
from kinerja_flow.services import organisations
from kinerja_flow.services.cases import Act, act, offers
from kinerja_flow.workflow import decide
from tests.engine.facts import AGENCY, OTHER_AGENCY, actor, facts, person
from tests.engine.world import START, WORK, World, build, row
from workflows.definition import Action

TIME = Actor(agency_id=AGENCY, engine=CLOCK.engine)
CAUSED = Actor(agency_id=AGENCY, engine=SYSTEM.engine)
OFFICER = actor("officer", "hr")
OBJECTION: dict[str, Any] = {"kind": "objection", "own_people": {"examiner": "head"}}


def action(name: str, kind: str = "appraisal") -> Action:
    return facts("filed", kind=kind).machine.actions[name]


# who, what they try, in which state, what else is true of the case, the rules that bar them
TABLE: list[tuple[Actor, str, str, dict[str, Any], list[str]]] = [
    # each relation does its own part, and nobody else's
    (actor("sari"), "submit", "draft", {}, []),
    (actor("chief"), "submit", "draft", {}, ["not_your_part"]),
    (actor("chief"), "approve", "review", {}, []),
    (actor("head"), "approve", "review", {}, ["not_your_part"]),
    (actor("sari"), "approve", "review", {}, ["not_your_part"]),
    (actor("tia"), "approve", "review", {}, ["not_your_part"]),
    (OFFICER, "approve", "review", {}, ["not_your_part"]),
    (OFFICER, "extend", "working", {}, []),
    # nobody acts on their own case but as its employee
    (actor("sari"), "approve", "review", {"people": {"assessor": "sari"}}, ["own_case"]),
    (actor("sari", "hr"), "extend", "working", {}, ["own_case"]),
    (actor("sari", "hr"), "submit", "draft", {}, []),
    (actor("sari"), "sign_off", "told", {"people": {"reviewer": "sari"}}, ["own_case"]),
    (actor("sari"), "uphold", "filed", OBJECTION | {"own_people": {"examiner": "sari"}},
     ["own_case"]),
    (actor("sari", "hr"), "change", "filed", OBJECTION, ["own_case"]),
    # an office in the system is no relation to a case of another agency, nor is a part in it
    (actor("officer", "hr", agency=OTHER_AGENCY), "extend", "working", {}, ["not_your_part"]),
    (actor("chief", agency=OTHER_AGENCY), "approve", "review", {}, ["not_your_part"]),
    (actor("sari", agency=OTHER_AGENCY), "submit", "draft", {}, ["not_your_part"]),
    # roles that are no relation, and relations that are no role
    (actor("tia", "administrator", "auditor"), "extend", "working", {}, ["not_your_part"]),
    (actor("tia", "assessor", "clock", "system"), "approve", "review", {}, ["not_your_part"]),
    # nobody examines a result that they set; the examiner of the child outranks the parent's
    (actor("head"), "uphold", "filed", OBJECTION | {"rated_by": "chief"}, []),
    (actor("head"), "uphold", "filed", OBJECTION | {"rated_by": "head"}, ["examiner_is_rater"]),
    (actor("head"), "uphold", "filed",
     OBJECTION | {"people": {"examiner": "head"}, "own_people": {"examiner": "regent"}},
     ["not_your_part"]),
    # four eyes: over the case itself, over its parent, and only for acts of the same person
    (actor("head"), "uphold", "filed", OBJECTION | {"acts": (("objection", "respond", "head"),)},
     ["four_eyes"]),
    (actor("head"), "uphold", "filed", OBJECTION | {"acts": (("appraisal", "rate", "head"),)},
     ["four_eyes"]),
    (actor("head"), "uphold", "filed", OBJECTION | {"acts": (("appraisal", "rate", "chief"),)}, []),
    (actor("head"), "uphold", "filed", OBJECTION | {"acts": (("appraisal", "respond", "head"),)},
     []),
    (actor("head"), "sign_off", "told", {"acts": (("objection", "uphold", "head"),)},
     ["four_eyes"]),
    (actor("head"), "sign_off", "told", {"acts": (("appraisal", "uphold", "head"),)}, []),
    (actor("head"), "uphold", "filed",
     OBJECTION | {"rated_by": "head",
                  "acts": (("appraisal", "rate", "head"), ("objection", "respond", "head"))},
     ["examiner_is_rater", "four_eyes", "four_eyes"]),
    # the engines: nobody can pass for them, and they do nobody's part
    (TIME, "lapse", "working", {}, []),
    (CAUSED, "lapse", "working", {}, ["not_your_part"]),
    (CAUSED, "conclude", "contested", {}, []),
    (TIME, "conclude", "contested", {}, ["not_your_part"]),
    (TIME, "approve", "review", {}, ["not_your_part"]),
    (OFFICER, "lapse", "working", {}, ["not_your_part"]),
    (actor("tia"), "lapse", "working", {"people": {"clock": "tia"}}, ["not_your_part"]),
    (actor("tia"), "conclude", "contested", {"people": {"system": "tia"}}, ["not_your_part"]),
    (actor("tia"), "extend", "working", {"people": {"hr": "tia"}}, ["not_your_part"]),
    (actor("tia"), "submit", "draft", {"people": {"employee": "tia"}}, ["not_your_part"]),
    # whoever is nobody
    (Actor(), "submit", "draft", {}, ["not_your_part"]),
    (Actor(agency_id=AGENCY), "approve", "review", {}, ["not_your_part"]),
    (Actor(person("chief")), "approve", "review", {}, ["not_your_part"]),
    (Actor(agency_id=AGENCY, roles=frozenset({"hr"})), "extend", "working", {}, ["not_your_part"]),
]  # fmt: skip


@pytest.mark.parametrize(("who", "name", "state", "case", "expected"), TABLE)
def test_who_may_act_and_what_bars_the_others(
    who: Actor, name: str, state: str, case: dict[str, Any], expected: list[str]
) -> None:
    found = facts(state, **case)
    kind = case.get("kind", "appraisal")
    assert [blocker.rule for blocker in bars(found, who, action(name, kind))] == expected
    if expected:
        refusal = decide(found, name, who, {})
        assert isinstance(refusal, Forbidden)
        assert [blocker.rule for blocker in refusal.blockers] == expected


BOOKS: list[tuple[Actor, str, str, dict[str, Any], list[str]]] = [
    (actor("sari"), "plan", "draft", {}, []),
    (actor("chief"), "plan", "draft", {}, ["not_your_part"]),
    (OFFICER, "plan", "draft", {}, ["not_your_part"]),
    (actor("sari"), "plan", "review", {}, ["book_closed"]),
    (actor("sari"), "nonsense", "draft", {}, ["book_closed"]),
    (actor("sari"), "feedback", "working", {"people": {"assessor": "sari"}}, ["own_case"]),
    (actor("chief"), "feedback", "working", {}, []),
    (actor("sari", agency=OTHER_AGENCY), "activity", "working", {}, ["not_your_part"]),
    (TIME, "activity", "working", {}, ["not_your_part"]),
]


@pytest.mark.parametrize(("who", "book", "state", "case", "expected"), BOOKS)
def test_who_may_write_in_a_book(
    who: Actor, book: str, state: str, case: dict[str, Any], expected: list[str]
) -> None:
    assert [blocker.rule for blocker in may_write(facts(state, **case), who, book)] == expected


def test_nobody_stands_in_a_relation_that_is_not_theirs() -> None:
    everybody = {name: "tia" for name in RELATIONS}
    held = relations(facts("draft", people=everybody), actor("tia"))
    assert held == set(RELATIONS) - {"employee", "hr", "citizen", "clock", "system"}


@pytest.mark.parametrize("name", ["no_such_act", "", "submit ", "SUBMIT", "objection.uphold"])
def test_an_unknown_action_is_not_there(name: str) -> None:
    assert isinstance(decide(facts("draft"), name, actor("sari"), {}), NotFound)


def test_who_may_do_it_is_asked_before_whether_it_can_be_done_now() -> None:
    assert isinstance(decide(facts("sealed"), "approve", actor("tia"), {}), Forbidden)
    assert isinstance(decide(facts("sealed"), "approve", actor("chief"), {}), Conflict)


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        yield build(WORK, of=("sari", "officer"))


def refused(problem: type[Problem], attempt: Any, *arguments: Any, **given: Any) -> list[str]:
    with pytest.raises(problem) as caught:
        attempt(*arguments, **given)
    return [blocker.rule for blocker in caught.value.blockers]


def test_an_officer_needs_another_officer_for_their_own_case(world: World) -> None:
    world.act("officer", "submit", of="officer")
    world.act("secretary", "approve", of="officer")
    late = START.date().replace(month=12).isoformat()
    assert refused(Forbidden, world.act, "officer", "extend", of="officer", until=late) == [
        "own_case"
    ]
    world.act("second_officer", "extend", of="officer", until=late)


def test_a_case_of_another_agency_is_not_there(world: World) -> None:
    other = build(WORK, key="lain")
    for who in ("sari", "chief", "officer"):
        assert refused(NotFound, other.act, who, "submit", of=world.cases["sari"]) == [
            "no_such_case"
        ]
        assert refused(NotFound, offers, world.cases["sari"], other.actors[who]) == ["no_such_case"]
    borrowed = Actor(world.people["sari"], other.agency_id)
    assert refused(NotFound, act, world.cases["sari"], borrowed, Act("submit"))


def test_whoever_decided_the_objection_does_not_sign_off_over_it(world: World) -> None:
    _object(world)
    objection = row(Case, kind="objection").id
    assert world.names[row(Participant, case_id=objection, relation="examiner").person_id] == "head"
    world.act("chief", "respond", of=objection, response="ya")
    assert refused(Forbidden, world.act, "chief", "uphold", of=objection, reasons="x") == [
        "not_your_part"
    ]
    world.act("head", "uphold", of=objection, reasons="x")
    world.act("sari", "open_result")
    assert refused(Forbidden, world.act, "head", "sign_off") == ["four_eyes"]


def test_an_examiner_who_rated_is_barred_although_hr_appointed_them(world: World) -> None:
    _object(world)
    objection = row(Case, kind="objection").id
    chief = str(world.people["chief"])
    assert refused(Forbidden, world.act, "sari", "appoint", of=objection, person=chief)
    world.act("officer", "appoint", of=objection, person=chief)
    assert refused(Forbidden, world.act, "chief", "uphold", of=objection, reasons="x") == [
        "examiner_is_rater",
        "four_eyes",
    ]
    assert refused(Forbidden, world.act, "head", "uphold", of=objection, reasons="x") == [
        "not_your_part"
    ]


def _object(world: World) -> None:
    world.act("sari", "submit")
    world.act("chief", "approve")
    world.act("chief", "close_input")
    world.act("chief", "rate", hasil="kurang")
    world.act("sari", "open_result")
    world.act("sari", "object", grounds="tidak setuju")


def test_one_person_in_two_roles_of_the_line_still_counts_as_one(world: World) -> None:
    assert organisations.actor_for(world.agency_id, world.people["officer"]).roles == {"hr"}
    assert organisations.actor_for(world.agency_id, world.people["sari"]).roles == frozenset()
