"""What a substitute does is on record as theirs, on behalf of the official, under the grant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Forbidden
from kinerja_flow.models import Answer, Case, Feedback, HistoryEvent, Participant, Result, Sheet
from kinerja_flow.models import Signature as Signed
from kinerja_flow.services import organisations
from kinerja_flow.services.answers import Answers, answer, my_sheet
from kinerja_flow.services.cases import Act, act, act_all, offers
from kinerja_flow.services.feedback import feedback_for, give_feedback
from kinerja_flow.services.inbox import notifications_for
from kinerja_flow.services.results import read_results
from kinerja_flow.services.substitutions import grant, revoke
from kinerja_flow.services.verify import verify_history
from tests.engine.test_sets import counted
from tests.engine.test_verify import plant
from tests.engine.world import START, WORK, World, build, row, rows

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
#: The work template, whose assessor answers an instrument of their own.
WITH_SHEET = WORK.read_text(encoding="utf-8").replace(
    "instruments:\n",
    "instruments:\n  sikap: {scale: lima, answered_by: [assessor], "
    "criteria: [{key: satu, label: Satu}, {key: dua, label: Dua}]}\n",
).replace("collects: [masukan]", "collects: [masukan, sikap]").replace(
    "release_answers: {instrument: masukan}}], notify: [employee]}",
    "release_answers: {instrument: masukan}}, {release_answers: {instrument: sikap}}], "
    "requires: [{answered: {instrument: sikap, by: assessor}}], notify: [employee]}",
).replace(
    "scoring:\n",
    "scoring:\n  - {node: sikap, label: Sikap, rule: {answers_mean: {instrument: sikap, "
    "from: [assessor]}}}\n",
)  # fmt: skip


def let(
    world: World, absent: str, by: str, first: int = 0, last: int = 0, who: str = "officer"
) -> UUID:
    """A grant from so many days after today through so many, by HR."""
    today = clock.now().date()
    span = {"from_on": today + first * DAY, "until_on": today + last * DAY}
    people = {"absent": str(world.people[absent]), "by": str(world.people[by])}
    said = {name: day.isoformat() for name, day in span.items()}
    return grant(world.actors[who], {**people, "kind": "plh", **said})


def now(world: World, who: str) -> Any:
    """Somebody as an actor of this very day."""
    return organisations.actor_for(world.agency_id, world.people[who])


def do(world: World, who: str, action: str, of: UUID | str = "sari", **inputs: Any) -> None:
    act(world.case(of), now(world, who), Act(action, inputs))


def signed(found: Any, who: str = "actor_id") -> tuple[Any, Any, Any]:
    return getattr(found, who), found.on_behalf_of_id, found.grant_id


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        yield build(WORK, of=("sari", "uli"))


def test_history_and_signature_say_who_for_whom_under_which_grant(world: World) -> None:
    grant_id = let(world, "chief", "tia")
    do(world, "sari", "submit")
    do(world, "tia", "approve")
    event = row(HistoryEvent, case_id=world.cases["sari"], action="approve")
    people = world.people
    assert signed(event) == (people["tia"], people["chief"], grant_id)
    assert event.capacity == "assessor"
    signature = row(Signed, case_id=world.cases["sari"])
    assert signed(signature, "person_id") == (people["tia"], people["chief"], grant_id)
    alone = row(HistoryEvent, case_id=world.cases["sari"], action="submit")
    assert signed(alone) == (people["sari"], None, None)
    assert list(verify_history()) == []


def test_many_cases_at_once_are_on_record_alike(world: World) -> None:
    grant_id = let(world, "chief", "tia")
    for name in ("sari", "uli"):
        do(world, name, "submit", of=name)
    act_all(world.cases.values(), now(world, "tia"), Act("approve"))
    events = rows(HistoryEvent, action="approve")
    expected = (world.people["tia"], world.people["chief"], grant_id)
    assert [signed(event) for event in events] == [expected, expected]


def test_before_and_after_the_days_it_is_refused_and_the_official_goes_on(world: World) -> None:
    let(world, "chief", "tia", 1, 2)
    do(world, "sari", "submit")
    for day, may in ((0, False), (1, True), (2, True), (3, False)):
        with clock.at(START + day * DAY):
            names = [offer.action.name for offer in offers(world.cases["sari"], now(world, "tia"))]
            assert bool(names) is may
            if not may:
                with pytest.raises(Forbidden, match="not_your_part"):
                    do(world, "tia", "approve")
    with clock.at(START + 3 * DAY):
        do(world, "chief", "approve")


def test_whoever_was_read_before_the_day_ended_acts_no_more_after_it(world: World) -> None:
    let(world, "chief", "tia")
    do(world, "sari", "submit")
    tia = now(world, "tia")
    with clock.at(START + DAY), pytest.raises(Forbidden, match="not_your_part"):
        act(world.cases["sari"], tia, Act("approve"))


def test_a_revoked_grant_gives_nothing_and_what_was_done_stays(world: World) -> None:
    grant_id = let(world, "chief", "tia", 0, 9)
    do(world, "sari", "submit")
    do(world, "tia", "approve")
    revoke(world.actors["officer"], grant_id)
    with pytest.raises(Forbidden, match="not_your_part"):
        do(world, "tia", "close_input")
    assert list(verify_history()) == []


def test_an_act_of_a_substitute_takes_as_many_statements(world: World) -> None:
    let(world, "chief", "tia")
    counts = []
    for name, who in (("sari", "chief"), ("uli", "tia")):
        do(world, name, "submit", of=name)
        actor = now(world, who)
        with counted() as sent:
            act(world.cases[name], actor, Act("approve"))
        counts.append(len(sent))
    assert counts[0] == counts[1]


def _rated(world: World, who: str) -> None:
    """The appraisal of sari, rated by somebody, and objected to."""
    do(world, "sari", "submit")
    do(world, "chief", "approve")
    do(world, "chief", "close_input")
    do(world, who, "rate", hasil="kurang")
    do(world, "sari", "open_result")
    do(world, "sari", "object", grounds="tidak setuju")


def test_a_result_says_for_whom_it_was_set_and_neither_examines_it(world: World) -> None:
    let(world, "chief", "tia")
    let(world, "head", "uli")
    _rated(world, "tia")
    found = row(Result, case_id=world.cases["sari"])
    assert (found.decided_by, found.decided_for_id) == (
        world.people["tia"],
        world.people["chief"],
    )
    objection = row(Case, kind="objection").id
    for barred in ("chief", "tia"):
        person = str(world.people[barred])
        do(world, "officer", "appoint", of=objection, person=person)
        with pytest.raises(Forbidden, match="examiner_is_rater"):
            do(world, barred, "uphold", of=objection, reasons="x")
    do(world, "officer", "appoint", of=objection, person=str(world.people["head"]))
    do(world, "uli", "uphold", of=objection, reasons="x")
    event = row(HistoryEvent, case_id=objection, action="uphold")
    assert signed(event)[:2] == (world.people["uli"], world.people["head"])
    # Four eyes over the parent: neither who decided nor on whose behalf signs off.
    for barred in ("head", "uli"):
        with pytest.raises(Forbidden, match="four_eyes"):
            do(world, barred, "sign_off")
    assert list(verify_history()) == []


def test_whoever_a_substitute_rated_for_is_not_found_as_examiner(world: World) -> None:
    let(world, "chief", "head")
    _rated(world, "head")
    objection = row(Case, kind="objection").id
    (examiner,) = rows(Participant, case_id=objection, relation="examiner")
    assert world.names[examiner.person_id] == "secretary"


def test_a_case_that_a_substitute_opens_says_so(app: Flask) -> None:
    text = WORK.read_text(encoding="utf-8").replace(
        "      - {name: invite,",
        "      - {name: split, from: working, by: [assessor], does: [{open_case: check}]}\n"
        "      - {name: invite,",
    )
    text += (
        "  check:\n    parent: appraisal\n    initial: begun\n    states:\n"
        "      begun: {phase: running, due: P3D, on_due: [remind]}\n"
        "      over: {phase: closed, final: true}\n    actions:\n"
        "      - {name: end, from: begun, to: over, by: [assessor]}\n"
    )
    with app.app_context(), clock.at(START):
        world = build(text)
        grant_id = let(world, "chief", "tia")
        do(world, "sari", "submit")
        do(world, "tia", "approve")
        do(world, "tia", "split")
        child = row(Case, kind="check").id
        opened = row(HistoryEvent, case_id=child, action="opened")
        assert signed(opened) == (world.people["tia"], world.people["chief"], grant_id)
        assert list(verify_history()) == []


@pytest.fixture
def sheets(app: Flask) -> Iterator[World]:
    """An appraisal whose assessor answers an instrument, in the state that collects it."""
    with app.app_context(), clock.at(START):
        world = build(WITH_SHEET)
        do(world, "sari", "submit")
        do(world, "chief", "approve")
        yield world


def test_a_sheet_of_the_office_is_filled_by_turns(sheets: World) -> None:
    let(sheets, "chief", "tia")
    case_id, people = sheets.cases["sari"], sheets.people
    first = Answers("sikap", {"satu": {"value": 4}}, 0)
    assert answer(case_id, now(sheets, "tia"), first).version == 1
    kept = row(Sheet, instrument="sikap")
    assert (kept.rater_id, kept.written_by_id) == (people["chief"], people["tia"])
    with clock.at(START + DAY):
        seen = my_sheet(case_id, now(sheets, "chief"), "sikap")
        assert (seen.version, seen.answers["satu"]["value"]) == (1, "4")
        with pytest.raises(Forbidden):
            my_sheet(case_id, now(sheets, "tia"), "sikap")
        answer(case_id, now(sheets, "chief"), Answers("sikap", {"dua": {"value": 5}}, 1))
        kept = row(Sheet, instrument="sikap")
        assert (kept.rater_id, kept.written_by_id) == (people["chief"], people["tia"])
        do(sheets, "chief", "close_input")
    released = rows(Answer, instrument="sikap")
    assert {(a.rater_id, a.written_by_id) for a in released} == {(people["chief"], people["tia"])}


def test_whoever_wrote_in_the_sheet_examines_nothing(sheets: World) -> None:
    let(sheets, "chief", "tia")
    ratings = {"satu": {"value": 4}, "dua": {"value": 2}}
    answer(sheets.cases["sari"], now(sheets, "tia"), Answers("sikap", ratings))
    do(sheets, "chief", "close_input")
    do(sheets, "chief", "rate", hasil="kurang")
    do(sheets, "sari", "open_result")
    do(sheets, "sari", "object", grounds="tidak setuju")
    objection = row(Case, kind="objection").id
    do(sheets, "officer", "appoint", of=objection, person=str(sheets.people["tia"]))
    with pytest.raises(Forbidden, match="examiner_is_rater"):
        do(sheets, "tia", "uphold", of=objection, reasons="x")


def test_a_peer_fills_no_sheet_of_the_office_and_reads_nothing_for_it(sheets: World) -> None:
    let(sheets, "chief", "tia")
    do(sheets, "chief", "invite", peers=[str(sheets.people["tia"])])
    with pytest.raises(Forbidden, match="substitute_is_rater"):
        answer(sheets.cases["sari"], now(sheets, "tia"), Answers("sikap", {"satu": {"value": 4}}))
    with pytest.raises(Forbidden, match="substitute_is_rater"):
        do(sheets, "tia", "close_input")
    assert offers(sheets.cases["sari"], now(sheets, "tia")) == []


def test_a_substitute_does_not_name_themself(sheets: World) -> None:
    let(sheets, "chief", "tia")
    with pytest.raises(Exception, match="nominees_eligible"):
        do(sheets, "tia", "invite", peers=[str(sheets.people["tia"])])
    do(sheets, "tia", "invite", peers=[str(sheets.people["uli"])])


def test_an_entry_in_a_book_says_for_whom(world: World) -> None:
    grant_id = let(world, "chief", "tia")
    do(world, "sari", "submit")
    do(world, "tia", "approve")
    give_feedback(world.cases["sari"], now(world, "tia"), {"kind": "strength", "text": "Baik."})
    entry = row(Feedback, case_id=world.cases["sari"])
    expected = (world.people["tia"], world.people["chief"], grant_id)
    assert signed(entry, "author_id") == expected
    assert len(feedback_for(world.cases["sari"], now(world, "tia")).all.strengths) == 1
    assert list(verify_history()) == []


def test_a_substitute_reads_results_for_the_office_and_not_before_or_after(world: World) -> None:
    _rated(world, "chief")
    let(world, "chief", "tia", 1, 1)
    for day, may in ((0, False), (1, True), (2, False)):
        with clock.at(START + day * DAY):
            if may:
                assert read_results(world.cases["sari"], now(world, "tia"))
            else:
                with pytest.raises(Exception, match="no_result"):
                    read_results(world.cases["sari"], now(world, "tia"))


# What is done to the record behind the engine's back, and what is found
PLANTED = [
    ("UPDATE history SET grant_id = NULL WHERE action = 'approve'", [(3, "grant")]),
    ("UPDATE history SET on_behalf_of_id = :head WHERE action = 'approve'", [(3, "grant")]),
    ("UPDATE history SET actor_id = :uli WHERE action = 'approve'", [(3, "grant")]),
    ("UPDATE history SET on_behalf_of_id = :chief WHERE action = 'submit'",
     [(2, "grant"), (2, "delegable")]),
    ("UPDATE signatures SET on_behalf_of_id = NULL", [(3, "grant")]),
    ("UPDATE substitutions SET from_on = '2026-01-06', until_on = '2026-01-07'",
     [(3, "grant"), (5, "grant"), (3, "grant"), (None, "grant"), (5, "decided_for")]),
    ("UPDATE substitutions SET revoked_at = '2026-01-04 00:00:00+00:00'",
     [(3, "grant"), (5, "grant"), (3, "grant"), (None, "grant"), (5, "decided_for")]),
    ("UPDATE substitutions SET substitute_id = :uli",
     [(3, "grant"), (5, "grant"), (3, "grant"), (None, "grant"), (5, "decided_for")]),
    ("UPDATE results SET decided_for_id = :head", [(5, "decided_for")]),
    ("UPDATE feedback SET grant_id = :uli", [(None, "grant")]),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), PLANTED)
def test_a_planted_change_of_on_whose_behalf_is_found(
    world: World, statement: str, expected: list[tuple[int | None, str]]
) -> None:
    let(world, "chief", "tia")
    do(world, "sari", "submit")
    do(world, "tia", "approve")
    give_feedback(world.cases["sari"], now(world, "tia"), {"kind": "note", "text": "Baik."})
    do(world, "chief", "close_input")
    do(world, "tia", "rate", hasil="baik")
    assert list(verify_history()) == []
    named = {
        name: world.people[name] for name in ("uli", "head", "chief") if f":{name}" in statement
    }
    plant(statement, **named)
    found = [(one.seq, one.rule) for one in verify_history(world.agency_id)]
    assert found == expected
    assert {one.case_id for one in verify_history()} == {world.cases["sari"]}


def test_the_inbox_has_what_the_office_is_told_in_the_days_of_the_grant(world: World) -> None:
    do(world, "uli", "submit", of="uli")
    let(world, "chief", "tia", 1, 2)
    assert notifications_for(now(world, "tia")) == []
    with clock.at(START + DAY):
        do(world, "sari", "submit")
        (notice,) = notifications_for(now(world, "tia"))
        assert (notice.event, notice.on_behalf_of_id) == ("appraisal.submit", world.people["chief"])
        own = notifications_for(now(world, "chief"))
        assert [(one.event, one.on_behalf_of_id) for one in own] == [("appraisal.submit", None)] * 2
    with clock.at(START + 3 * DAY):
        assert notifications_for(now(world, "tia")) == []


def test_the_inbox_leaves_out_what_is_the_officials_own_or_about_the_reader(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build(WORK, of=("sari", "tia", "chief", "uli"))
        let(world, "chief", "tia")
        do(world, "chief", "submit", of="chief")
        do(world, "head", "return", of="chief", comment="x")  # told to chief as the employee
        do(world, "tia", "submit", of="tia")  # told to chief, about the reader
        do(world, "uli", "submit", of="uli")
        do(world, "chief", "approve", of="uli")
        do(world, "chief", "invite", of="uli", peers=[str(world.people["tia"])])
        found = notifications_for(now(world, "tia"))
        assert [(one.event, one.on_behalf_of_id) for one in found] == [("appraisal.invite", None)]


def test_the_inbox_goes_on_page_by_page_with_a_fixed_number_of_queries(app: Flask) -> None:
    team = ("sari", "uli", "vina", "tia")
    with app.app_context(), clock.at(START):
        world = build(WORK, of=team)
        let(world, "chief", "officer", who="second_officer")
        for name in team:
            do(world, name, "submit", of=name)
        officer, found, counts = now(world, "officer"), [], set()
        page = notifications_for(officer, most=1)
        while page:
            found += page
            with counted() as sent:
                page = notifications_for(officer, after=page[-1].cursor, most=1)
            counts.add(len(sent))
        assert len(found) == len({one.id for one in found}) == len(team)
        assert found == notifications_for(officer) == sorted(found, key=lambda n: n.cursor)[::-1]
        with counted() as sent:
            notifications_for(officer)
        assert counts == {len(sent)}
