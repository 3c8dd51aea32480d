"""Lists of tasks and people: complete, ordered, and by a number of queries that does not grow."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Forbidden, NotFound
from kinerja_flow.services.awaiting import awaited, states_for
from kinerja_flow.services.tasks import Tasks, my_tasks
from kinerja_flow.services.teams import people_of, team
from kinerja_flow.services.templates import read_template, shipped_source
from tests.builders import PEERS, Books
from tests.builders import books as books
from tests.engine import test_sets
from tests.engine.test_sets import counted
from tests.engine.world import START, build, windows


def _tasks(books: Books, who: str) -> dict[str, list[str]]:
    found = my_tasks(books.who(who)).cases
    return {task.subject: [offer.action.name for offer in task.ready] for task in found}


def test_a_task_is_what_somebody_can_do_and_what_still_blocks_it(books: Books) -> None:
    [task] = my_tasks(books.who("sari")).cases
    assert [o.action.name for o in task.blocked] == ["submit_plan"]
    assert {b.rule for o in task.blocked for b in o.blockers} == {"plan_complete", "weights_total"}
    assert task.books == ("plan", "action_plan")
    assert task.relations == {"employee"}
    assert task.due_on is not None and task.is_awaited
    books.plan("sari")
    assert _tasks(books, "sari") == {"sari": ["submit_plan"]}
    assert "sari" not in _tasks(books, "chief")
    books.world.act("sari", "submit_plan", "sari")
    assert _tasks(books, "sari") == {}
    assert _tasks(books, "chief")["sari"] == ["return_plan", "approve_plan"]


def test_tasks_come_by_their_due_day(books: Books) -> None:
    for name in ("sari", "tia"):
        books.plan(name)
    books.world.act("tia", "submit_plan", "tia")
    books.start("uli")
    found = my_tasks(books.who("chief")).cases
    days = [task.due_on for task in found if task.due_on]
    assert days == sorted(days)
    assert [task.due_on is None for task in found] == [False, False, True]


def test_how_far_a_rater_is_with_answering_is_told_to_the_rater_alone(books: Books) -> None:
    books.ask("sari")
    assert _answers(books, "tia") == {"kolaborasi": (False, False)}
    books.answer("tia", "sari")
    assert _answers(books, "tia") == {"kolaborasi": (True, False)}
    before = [repr(my_tasks(books.who(who))) for who in ("uli", "chief", "sari", "officer")]
    teams_before = repr(team(books.who("chief")))
    people_before = repr(people_of(books.case("sari"), books.who("chief")))
    books.answer("vina", "sari")
    after = [repr(my_tasks(books.who(who))) for who in ("uli", "chief", "sari", "officer")]
    assert after == before
    assert repr(team(books.who("chief"))) == teams_before
    assert repr(people_of(books.case("sari"), books.who("chief"))) == people_before


def _answers(books: Books, who: str) -> dict[str, tuple[bool, bool]]:
    return {
        one.key: (one.is_begun, one.is_done)
        for task in my_tasks(books.who(who)).cases
        for one in task.answers
    }


def test_an_unread_briefing_is_a_task(books: Books) -> None:
    [told] = my_tasks(books.who("chief")).briefings
    assert [role.role for role in told.unread] == ["assessor", "employee"]


def test_closed_cases_and_other_agencies_are_no_tasks(books: Books) -> None:
    assert _tasks(books, "regent") == {}
    assert my_tasks(books.other.actors["tia"]) == Tasks((), ())
    assert {t.case_id for t in my_tasks(books.other.actors["sari"]).cases} == {
        books.other.cases["sari"]
    }


def test_a_state_waits_for_whoever_leads_on_and_for_hr_only_if_it_says_so() -> None:
    national = read_template(shipped_source("nasional"))
    kind = national.root.name
    waiting = {state for machine, state in states_for(national, "hr") if machine == kind}
    assert waiting
    for name, state in national.root.states.items():
        reminded = {to for notice in state.on_due for to in notice.to if notice.kind == "remind"}
        found = awaited(national, kind, name)
        assert ("hr" in found) == (name in waiting)
        assert name not in waiting or "hr" in reminded or set(found) == {"hr"}


def test_hr_is_shown_what_waits_for_hr_and_nothing_else(app: Flask) -> None:
    national = read_template(shipped_source("nasional"))
    waiting = [name for kind, name in states_for(national, "hr") if kind == national.root.name]
    with app.app_context(), clock.at(START):
        spans = windows(START.date())
        spans["running"] = spans["planning"]
        world = build(shipped_source("nasional"), spans=spans, of=("sari", "tia"))
        officer = world.actors["officer"]
        assert my_tasks(officer).cases == ()
        Books(world, world).set_state("tia", waiting[0])
        assert [task.subject for task in my_tasks(officer).cases] == ["tia"]


def test_a_superior_sees_whom_each_case_waits_for(books: Books) -> None:
    books.ask("sari")
    books.plan("tia")
    found = {member.name: member.appraisal for member in team(books.who("chief"))}
    assert [*found] == ["sari", "tia", "uli", "vina"]
    waits = {name: set(stand.waits_for) for name, stand in found.items()}
    assert waits["sari"] == {"peer", "employee", "assessor"}
    assert waits["tia"] == {"employee"}
    assert found["tia"].state_label.id == "Penyusunan"
    assert found["tia"].due_on is not None
    assert team(books.who("sari")) == ()
    assert team(books.who("chief"), 2025) == ()


def test_a_superior_sees_what_hangs_on_an_appraisal(books: Books) -> None:
    books.ask("sari")
    books.judge("sari")
    with books.after_rating():
        books.world.act("sari", "look", "sari")
        books.world.act("sari", "object", "sari", grounds="Belum dihitung")
        [sari] = [member for member in team(books.who("chief")) if member.name == "sari"]
        assert [one.kind_label.id for one in sari.beside] == ["Keberatan"]
        found = [task.kind_label.id for task in my_tasks(books.who("chief")).cases if task.ready]
        assert "Keberatan" in found


def _people(books: Books, who: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in people_of(books.case("sari"), books.who(who)):
        found.setdefault(part.relation, []).append(part.name)
    return found


def test_who_takes_part_is_told_but_not_who_the_anonymous_are(books: Books) -> None:
    books.ask("sari")
    known = {"employee": ["sari"], "assessor": ["chief"], "reviewer": ["head"]}
    assert _people(books, "sari") == known
    assert _people(books, "officer") == known
    assert _people(books, "head") == known
    assert _people(books, "tia") == {**known, "peer": ["tia"]}
    assert _people(books, "chief") == {**known, "peer": list(PEERS)}
    assert all(
        part.from_at is not None and part.until_at is None
        for part in people_of(books.case("sari"), books.who("chief"))
    )


def test_who_has_no_part_is_told_nothing(books: Books) -> None:
    with pytest.raises(Forbidden):
        people_of(books.case("sari"), books.who("tia"))
    with pytest.raises(NotFound):
        people_of(books.case("sari"), books.other.actors["officer"])


@pytest.mark.slow
def test_lists_take_as_many_queries_for_two_hundred_as_for_one(app: Flask) -> None:
    sent: dict[Any, set[int]] = {my_tasks: set(), team: set()}
    with app.app_context(), clock.at(START):
        for size in (1, 10, 200):
            world, _ = test_sets.team(size, key=f"kota{size}")
            for look, numbers in sent.items():
                look(world.actors["chief"])
                began = time.perf_counter()
                with counted() as statements:
                    found = look(world.actors["chief"])
                assert time.perf_counter() - began < 2
                numbers.add(len(statements))
                listed = found.cases if isinstance(found, Tasks) else found[1:]
                assert len(listed) == size
    assert {look.__name__: len(numbers) for look, numbers in sent.items()} == {
        "my_tasks": 1,
        "team": 1,
    }, sent
    assert max(max(numbers) for numbers in sent.values()) <= 20
