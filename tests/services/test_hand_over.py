"""Everything that an assessor had in hand passes on in one act, and nothing of what is private."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Forbidden, Invalid, NotFound, Problem, Refused
from kinerja_flow.models import FollowUp, Participant, Result, Sheet
from kinerja_flow.scoring import from_json
from kinerja_flow.services import notes, organisations
from kinerja_flow.services.answers import Answers, answer, my_sheet
from kinerja_flow.services.cases import offers
from kinerja_flow.services.closing import closing_assessments
from kinerja_flow.services.feedback import feedback_for, give_feedback
from kinerja_flow.services.succession import HandOver, hand_over
from kinerja_flow.services.verify import verify_history
from kinerja_flow.workflow import load_one
from tests.builders import digest_of_tables
from tests.engine.test_sets import counted, team
from tests.engine.world import START, World, build, row, rows
from tests.services.successions import (
    SOURCE,
    TEAM,
    codes,
    heard,
    last_event,
    rate,
    standing,
    to_objection,
    to_rating,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        yield build(SOURCE, of=TEAM)
        assert list(verify_history()) == []


def passing(
    world: World, old: str, new: str, ground: str = "mutasi", by: str = "officer", **named: Any
) -> HandOver:
    return hand_over(
        world.actors[by], world.people[old], world.people[new], ground, named.get("cases")
    )


def refusals(report: HandOver) -> dict[Any, list[str]]:
    return {case: [b.rule for b in found] for case, found in report.refused.items()}


def test_all_open_appraisals_pass_on_with_one_event_each(world: World) -> None:
    world.act("sari", "submit")
    report = passing(world, "chief", "second_officer")
    assert sorted(report.handed) == sorted(world.cases.values())
    assert not report.refused
    for of in TEAM:
        case_id = world.cases[of]
        assert standing(world, case_id) == {
            "assessor": ["second_officer"],
            "former_assessor": ["chief"],
            "reviewer": ["head"],
        }
        assert codes(case_id)[-1] == "assessor_changed"
        assert heard(world, case_id) == sorted(["chief", "second_officer", of])
        event = last_event(case_id)
        assert (event.actor_id, event.capacity) == (world.people["officer"], "hr")
        assert event.change == {
            "succession": {
                "assessor": {
                    "from": [str(world.people["chief"])],
                    "to": str(world.people["second_officer"]),
                    "ground": "mutasi",
                }
            }
        }
    world.act("second_officer", "approve")
    with pytest.raises(Forbidden):
        world.act("chief", "approve", "tia")


def test_the_same_again_does_nothing(world: World) -> None:
    passing(world, "chief", "second_officer")
    before = digest_of_tables()
    again = passing(world, "chief", "second_officer")
    assert (again.handed, again.refused) == ([], {})
    named = passing(world, "chief", "second_officer", cases=[world.cases["sari"]])
    assert refusals(named) == {world.cases["sari"]: ["not_their_appraisal"]}
    assert digest_of_tables() == before


def test_only_the_named_appraisals_pass_on(world: World) -> None:
    report = passing(world, "chief", "second_officer", cases=[world.cases["tia"]])
    assert report.handed == [world.cases["tia"]]
    assert standing(world, world.cases["sari"])["assessor"] == ["chief"]


def test_nobody_becomes_their_own_assessor_and_the_others_pass_on(world: World) -> None:
    report = passing(world, "chief", "tia")
    assert refusals(report) == {world.cases["tia"]: ["appointable"]}
    assert sorted(report.handed) == sorted(world.cases[of] for of in TEAM if of != "tia")
    assert standing(world, world.cases["tia"])["assessor"] == ["chief"]


def test_who_gives_input_as_a_peer_does_not_take_over(world: World) -> None:
    world.act("sari", "submit")
    world.act("chief", "approve")
    world.act("chief", "invite", peers=[str(world.people["uli"])])
    report = passing(world, "chief", "uli", cases=[world.cases["sari"]])
    assert refusals(report) == {world.cases["sari"]: ["appointable"]}


def test_where_the_reviewer_takes_over_the_next_superior_reviews(world: World) -> None:
    passing(world, "chief", "head", "pensiun", cases=[world.cases["sari"]])
    found = standing(world, world.cases["sari"])
    assert (found["assessor"], found["reviewer"]) == (["head"], ["secretary"])
    assert set(last_event(world.cases["sari"]).change["succession"]) == {"assessor", "reviewer"}
    assert heard(world, world.cases["sari"]) == ["chief", "head", "sari", "secretary"]
    passing(world, "head", "secretary")
    passing(world, "secretary", "regent", cases=[world.cases["sari"]])
    report = passing(world, "secretary", "regent", cases=[world.cases["sari"]])
    assert refusals(report) == {world.cases["sari"]: ["no_examiner"]}
    assert standing(world, world.cases["sari"])["assessor"] == ["secretary"]


def test_who_examines_an_open_objection_does_not_take_over(world: World) -> None:
    to_rating(world)
    case_id = to_objection(world)
    assert standing(world, case_id) == {"examiner": ["head"]}
    report = passing(world, "chief", "head", cases=[world.cases["sari"]])
    assert refusals(report) == {world.cases["sari"]: ["appointable"]}
    passing(world, "chief", "second_officer", cases=[world.cases["sari"]])
    assert standing(world, case_id) == {"examiner": ["head"]}
    world.act("second_officer", "respond", case_id, response="Sudah dihitung")


def test_whoever_assessed_before_does_not_examine(world: World) -> None:
    to_rating(world)
    passing(world, "chief", "second_officer", cases=[world.cases["sari"]])
    case_id = to_objection(world, by="second_officer")
    world.act("officer", "appoint", case_id, person=str(world.people["chief"]))
    with pytest.raises(Forbidden) as refusal:
        world.act("chief", "uphold", case_id, reasons="Saya putuskan sendiri")
    assert [b.rule for b in refusal.value.blockers] == ["examiner_is_rater"]


def test_follow_ups_that_the_office_owns_pass_on_and_others_stay(world: World) -> None:
    to_rating(world)
    rate(world)
    world.act("sari", "open_result")
    world.act("head", "sign_off")
    owned = {f.key: f.case_id for f in rows(FollowUp)}
    report = passing(world, "chief", "second_officer")
    assert world.cases["sari"] in report.handed
    assert codes(world.cases["sari"])[-1] == "sign_off", "a closed appraisal stays as it is"
    assert standing(world, owned["bimbingan"]) == {"owner": ["second_officer"]}
    assert codes(owned["bimbingan"]) == ["opened", "owner_changed"]
    assert standing(world, owned["perbaikan"]) == {"owner": ["sari"]}
    assert codes(owned["perbaikan"]) == ["opened"]
    world.act("second_officer", "coach", owned["bimbingan"], outcome="Dibimbing dua bulan")


def score(world: World, of: str = "sari") -> dict[str, Any]:
    with transaction() as session:
        facts = load_one(
            session, world.agency_id, world.cases[of], lambda *_: {"people", "material"}
        )
        return {name: node.value for name, node in facts.score().nodes.items()}


def test_sheets_of_the_former_assessor_count_no_more_and_stay_theirs(world: World) -> None:
    to_rating(world)
    chief, sari = world.actors["chief"], world.cases["sari"]
    answer(sari, chief, Answers("perilaku", {"sopan": {"value": "1"}, "jujur": {"value": "1"}}))
    answer(sari, chief, Answers("catatan", {"umum": {"value": "2"}}))
    assert score(world)["rerata"] == 1
    passing(world, "chief", "second_officer", cases=[sari])
    assert {(s.instrument, s.relation) for s in rows(Sheet, case_id=sari)} == {
        ("perilaku", "former_assessor"),
        ("catatan", "assessor"),
    }
    assert (score(world)["rerata"], score(world)["umum"]) == (None, None)
    new = world.actors["second_officer"]
    assert my_sheet(sari, new, "perilaku").answers == {}
    assert my_sheet(sari, chief, "perilaku").answers["sopan"]["value"] == "1"
    answer(sari, new, Answers("perilaku", {"sopan": {"value": "5"}, "jujur": {"value": "4"}}))
    assert score(world)["rerata"] * 2 == 9
    answer(sari, chief, Answers("perilaku", {"jujur": {"value": "3"}}))
    with pytest.raises(Forbidden):
        answer(sari, chief, Answers("catatan", {"umum": {"value": "3"}}))
    assert score(world)["rerata"] * 2 == 9
    world.act("chief", "close_up", closing="Baik sampai Mei")


def test_who_comes_back_has_their_sheets_again(world: World) -> None:
    to_rating(world)
    chief, sari = world.actors["chief"], world.cases["sari"]
    answer(sari, chief, Answers("perilaku", {"sopan": {"value": "2"}, "jujur": {"value": "2"}}))
    passing(world, "chief", "second_officer", cases=[sari])
    passing(world, "second_officer", "chief", "lainnya", cases=[sari])
    assert standing(world, sari)["former_assessor"] == ["second_officer"]
    assert score(world)["rerata"] == 2
    answer(sari, chief, Answers("catatan", {"umum": {"value": "2"}}))
    result = world.act("chief", "rate", hasil="baik")
    assert from_json(row(Result, case_id=sari).explanation).nodes["rerata"].value == 2
    assert result.state == "told"


def test_a_closing_assessment_is_read_by_those_who_judge_and_then_by_the_employee(
    world: World,
) -> None:
    to_rating(world)
    sari = world.cases["sari"]
    passing(world, "chief", "second_officer", cases=[sari])
    world.act("chief", "close_up", closing="Baik sampai Mei")

    def read(who: str) -> list[str]:
        found = closing_assessments(sari, world.actors[who])
        assert all(one.author_id == world.people["chief"] for one in found)
        return [one.texts["closing"] for one in found]

    assert [read(who) for who in ("second_officer", "head", "chief")] == [["Baik sampai Mei"]] * 3
    assert read("sari") == []
    rate(world, "second_officer")
    assert read("sari") == ["Baik sampai Mei"]
    with pytest.raises(NotFound):
        read("tia")


def test_the_new_one_reads_what_is_open_and_no_private_notes(world: World) -> None:
    world.act("sari", "submit")
    world.act("chief", "approve")
    sari = world.cases["sari"]
    open_note = {"kind": "strength", "text": "Rapi"}
    give_feedback(sari, world.actors["chief"], open_note)
    notes.add(sari, world.actors["chief"], {"text": "Awasi"})
    passing(world, "chief", "second_officer", cases=[sari])
    for who, own in (("second_officer", []), ("chief", ["Awasi"])):
        assert [note.text for note in notes.mine(sari, world.actors[who])] == own
    strengths = feedback_for(sari, world.actors["second_officer"]).all.strengths
    assert [remark.text for remark in strengths] == ["Rapi"]


def test_the_action_of_a_template_does_the_same(app: Flask) -> None:
    named = "      - {name: appoint_one, from: rating, by: [hr], takes: {new: {person: assessor}}, does: [{appoint: {relation: assessor, field: new}}]}\n"  # noqa: E501
    source = SOURCE.replace("      - {name: rate,", f"{named}      - {{name: rate,", 1)
    with app.app_context(), clock.at(START):
        world = build(source)
        to_rating(world)
        given = {"sopan": {"value": "1"}, "jujur": {"value": "1"}}
        answer(world.cases["sari"], world.actors["chief"], Answers("perilaku", given))
        world.act("officer", "appoint_one", new=str(world.people["second_officer"]))
        found = standing(world, world.cases["sari"])
        assert found["former_assessor"] == ["chief"]
        assert row(Sheet).relation == "former_assessor"
        assert last_event(world.cases["sari"]).change["succession"]["assessor"]["ground"] == (
            "appoint_one"
        )


@pytest.mark.parametrize(
    ("said", "problem", "rule"),
    [
        ({"by": "chief"}, Forbidden, "not_your_part"),
        ({"ground": "bosan"}, Invalid, "unknown_ground"),
        ({"ground": ["mutasi"]}, Invalid, "unknown_ground"),
        ({"new": "chief"}, Invalid, "same_person"),
        ({"new": "stranger"}, NotFound, "no_such_person"),
        ({"old": "stranger"}, NotFound, "no_such_person"),
        ({"new": "vina"}, Refused, "person_left"),
    ],
)
def test_what_is_refused_as_a_whole_changes_nothing(
    world: World, said: dict[str, Any], problem: type[Problem], rule: str
) -> None:
    world.people["stranger"] = uuid4()  # type: ignore[index]
    organisations.leave(world.agency_id, world.people["vina"], date(2026, 1, 5))
    before = digest_of_tables()
    with pytest.raises(problem) as refusal:
        passing(world, **{"old": "chief", "new": "second_officer", **said})
    assert [b.rule for b in refusal.value.blockers] == [rule]
    assert digest_of_tables() == before


def test_an_officer_does_not_hand_over_their_own_appraisal(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build(SOURCE, of=("officer",))
        report = passing(world, "secretary", "head")
        assert refusals(report) == {world.cases["officer"]: ["own_case"]}
        report = passing(world, "secretary", "head", by="second_officer")
        assert report.handed == [world.cases["officer"]]


def test_the_cases_of_another_agency_are_not_there(world: World) -> None:
    other = build(SOURCE, key="lain")
    before = standing(other, other.cases["sari"])
    report = passing(world, "chief", "second_officer", cases=[other.cases["sari"]])
    assert refusals(report) == {other.cases["sari"]: ["no_such_case"]}
    assert standing(other, other.cases["sari"]) == before
    with pytest.raises(NotFound):
        hand_over(world.actors["officer"], world.people["chief"], other.people["tia"], "mutasi")


def test_many_appraisals_take_as_many_queries_as_few(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world, cases = team(12)
        counts = []
        for part in (cases[:2], cases[2:]):
            with counted() as sent:
                report = passing(world, "chief", "second_officer", cases=part)
            assert sorted(report.handed) == sorted(part)
            counts.append(len(sent))
        assert counts[0] == counts[1]


def test_a_span_ends_where_the_next_begins(world: World) -> None:
    sari = world.cases["sari"]
    for number, (old, new) in enumerate([("chief", "head"), ("head", "tia"), ("tia", "chief")], 1):
        with clock.at(START + timedelta(days=number)):
            passing(world, old, new, cases=[sari])
    found = [p for p in rows(Participant, case_id=sari) if p.relation == "assessor"]
    spans = sorted((p.from_at, p.until_at) for p in found)
    assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
    assert spans[-1][1] is None


def test_what_waits_for_the_assessor_waits_for_the_new_one(world: World) -> None:
    world.act("sari", "submit")
    passing(world, "chief", "second_officer")
    sari = world.cases["sari"]
    assert {o.action.name for o in offers(sari, world.actors["second_officer"])} >= {"approve"}
    assert offers(sari, world.actors["chief"]) == []
