"""Why somebody may not do something: told by HR's debugger as the act itself is refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from kinerja_flow.errors import Blocker, Conflict, Forbidden, Invalid, NotFound, Problem, Refused
from kinerja_flow.services import substitutions
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.why import why
from kinerja_flow.services.why_told import Why
from tests.builders import PEERS, Books
from tests.builders import books as books

pytestmark = pytest.mark.slow


def asked(books: Books, who: str, name: str, of: str = "sari", aspect: str = "action") -> Why:
    person = books.world.people[who]
    return why(books.case(of), books.who("officer"), person, aspect, name)


def blockers(found: Why, *names: str) -> list[Blocker]:
    wanted = names or ("relation", "state", "requirements", "reading")
    return [one for check in found.checks if check.name in wanted for one in check.blockers]


def refused(books: Books, who: str, name: str, of: str | UUID = "sari", **inputs: Any) -> Problem:
    with pytest.raises(Problem) as raised:
        act(books.world.case(of), books.who(who), Act(name, inputs))
    return raised.value


def test_whoever_stands_in_no_relation_is_named_as_the_act_names_it(books: Books) -> None:
    problem = refused(books, "tia", "submit_plan")
    found = asked(books, "tia", "submit_plan")
    assert isinstance(problem, Forbidden)
    assert blockers(found, "relation") == list(problem.blockers)
    assert not found.is_allowed and not found.stands


def test_nobody_acts_on_their_own_case_also_when_they_ask_why(books: Books) -> None:
    problem = refused(books, "chief", "approve_plan", of="chief")
    found = asked(books, "chief", "approve_plan", of="chief")
    assert blockers(found, "relation") == list(problem.blockers)


def test_another_state_is_named_as_the_act_names_it(books: Books) -> None:
    problem = refused(books, "chief", "approve_plan")
    found = asked(books, "chief", "approve_plan")
    assert isinstance(problem, Conflict)
    assert blockers(found, "state") == list(problem.blockers)
    assert not blockers(found, "relation") and [one.relation for one in found.stands] == [
        "assessor"
    ]


def test_all_that_is_missing_is_named_as_the_act_names_it(books: Books) -> None:
    problem = refused(books, "sari", "submit_plan")
    found = asked(books, "sari", "submit_plan")
    assert isinstance(problem, Refused)
    assert blockers(found) == list(problem.blockers)
    assert found.holders["employee"] == (books.world.people["sari"],)


def test_what_is_missing_beside_the_inputs_is_told_before_they_are_given(books: Books) -> None:
    books.start("sari")
    problem = refused(books, "chief", "ask_peers")
    found = asked(books, "chief", "ask_peers")
    assert isinstance(problem, Invalid)
    assert blockers(found) == [one for one in problem.blockers if one.field != "peers"]
    assert found.asked_later == ("nominees_eligible",)


def test_an_act_that_is_not_there_is_not_there(books: Books) -> None:
    problem = refused(books, "sari", "decree")
    with pytest.raises(NotFound) as raised:
        asked(books, "sari", "decree")
    assert [one.say("id") for one in raised.value.blockers] == [
        one.say("id") for one in problem.blockers
    ]


def test_what_may_be_done_is_allowed_and_says_until_when(books: Books) -> None:
    books.plan("sari")
    found = asked(books, "sari", "submit_plan")
    assert found.is_allowed and not blockers(found)
    assert found.due_on is not None and {one.kind for one in found.deadlines} == {
        "remind",
        "escalate",
    }
    books.world.act("sari", "submit_plan")


def test_four_eyes_are_named_as_the_act_names_them(books: Books) -> None:
    books.ask("sari")
    with books.after_rating():
        books.judge("sari")
        books.world.act("sari", "look")
        problem = refused(books, "sari", "sign_off")
        assert blockers(asked(books, "sari", "sign_off"), "relation") == list(problem.blockers)


def test_a_substitute_is_told_with_the_grant(books: Books) -> None:
    people = {name: str(books.world.people[name]) for name in ("chief", "vina")}
    days = {"from_on": "2026-01-20", "until_on": "2026-01-22"}
    entry = {"absent": people["chief"], "by": people["vina"], "kind": "plh", **days}
    grant = substitutions.grant(books.who("officer"), entry)
    books.plan("sari")
    books.world.act("sari", "submit_plan")
    [stands] = asked(books, "vina", "approve_plan").stands
    assert (stands.relation, stands.grant_id) == ("assessor", grant)
    assert stands.absent_id == books.world.people["chief"]


def test_a_book_and_a_reading_are_told_as_their_services_decide(books: Books) -> None:
    assert asked(books, "sari", "plan", aspect="book").is_allowed
    assert [b.rule for b in blockers(asked(books, "tia", "plan", aspect="book"))] == [
        "not_your_part"
    ]
    assert [b.rule for b in blockers(asked(books, "sari", "evidence", aspect="book"))] == [
        "book_closed"
    ]
    assert asked(books, "chief", "case", aspect="reading").is_allowed
    assert not asked(books, "tia", "case", aspect="reading").is_allowed
    assert not asked(books, "sari", "answers", aspect="reading").is_allowed
    with pytest.raises(NotFound):
        asked(books, "sari", "diary", aspect="book")
    with pytest.raises(NotFound):
        asked(books, "sari", "diary", aspect="reading")


def test_whether_a_peer_answered_or_is_one_is_not_told(books: Books) -> None:
    """HR neither names nor confirms peers here: of one it is told what it is told of anybody."""
    books.ask("sari", PEERS)
    before = [asked(books, name, "close_input") for name in ("tia", "uli", "chief")]
    told = asked(books, "tia", "case", aspect="reading")
    books.answer("tia", "sari")
    assert [asked(books, name, "close_input") for name in ("tia", "uli", "chief")] == before
    assert asked(books, "tia", "case", aspect="reading") == told
    assert not told.stands and not told.is_allowed


def test_only_hr_asks_and_never_about_their_own_appraisal(books: Books) -> None:
    person = books.world.people["sari"]
    for who in ("chief", "sari"):
        with pytest.raises(Forbidden):
            why(books.case("sari"), books.who(who), person, "action", "submit_plan")
    with pytest.raises(NotFound):
        why(books.case("sari"), books.other.actors["officer"], person, "action", "submit_plan")
