"""Who has which gaps and strengths, which trainings and posts fit, and who may know of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import NotFound, Refused
from kinerja_flow.models import Person, Post, Unit
from kinerja_flow.policy import Actor
from kinerja_flow.services import cycles, organisations
from kinerja_flow.services.answers import Answers, answer
from kinerja_flow.services.competencies import Competences, competencies_of_unit
from kinerja_flow.services.document_words import told
from kinerja_flow.services.placements import placements
from kinerja_flow.services.practice import personas, start
from kinerja_flow.services.results import read_results
from kinerja_flow.services.templates import read_template
from kinerja_flow.services.trainings import TrainingNeeds, jp_of, training_needs
from kinerja_flow.services.verify_results import Recount, verify_results
from tests.builders import table
from tests.engine.test_sets import counted
from tests.engine.world import LONG_AGO, START, World, build
from workflows.definition import Label, Training, TrainingHours

pytestmark = [pytest.mark.slow, pytest.mark.portable]

TEMPLATE = Path(__file__).parents[1] / "templates" / "kompeten.yaml"
RATING = {"rating": (date(2026, 1, 5), date(2026, 6, 30))}
#: Of a post without field and level 3 is required of integrity and 2 of communication.
MARKS = {"integritas": 2, "komunikasi": 3, "perekat": 5}


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        yield build(TEMPLATE, of=("sari", "tia", "chief", "officer"), spans=RATING)


def appraise(world: World, of: str = "sari", by: str = "chief", **marks: int) -> None:
    world.act(by, "ask_nobody", of, alasan_tanpa="Unit kecil")
    given = {key: {"value": str(level)} for key, level in {**MARKS, **marks}.items()}
    answer(world.case(of), world.actors[by], Answers("kompetensi", given, understood=True))
    world.act(by, "judge", of)


def unit_of(world: World, of: str = "sari") -> Any:
    return next(row["unit_id"] for row in table("cases") if row["id"] == world.case(of))


def seen(world: World, who: str) -> dict[str, Competences]:
    found = competencies_of_unit(world.cycle_id, unit_of(world), world.actors[who])
    return {one.name: one for one in found}


def post_of(world: World, of: str) -> Any:
    held = table("post_holdings")
    return next(row["post_id"] for row in held if row["person_id"] == world.people[of])


# --- the view of a unit ---------------------------------------------------------------------------


def test_a_unit_shows_gaps_and_strengths_of_delivered_results_alone(world: World) -> None:
    assert seen(world, "officer") == {}
    appraise(world)
    world.act("chief", "ask_nobody", "tia", alasan_tanpa="Belum dinilai")
    [sari] = seen(world, "officer").values()
    assert [(one.criterion, one.gap) for one in sari.gaps] == [("integritas", 1)]
    assert [(one.criterion, one.strength) for one in sari.strengths] == [("komunikasi", 1)]
    assert (sari.post, sari.result) == ("sari", 1)
    free = next(one for one in sari.competencies if one.criterion == "perekat")
    assert (free.attained, free.required, free.gap, free.strength) == (5, None, None, None)


#: Whom each of them sees: those below, all but oneself (HR), or nobody.
SEEN: dict[str, set[str] | None] = {
    "officer": {"sari", "tia", "chief"},
    "second_officer": {"sari", "tia", "chief", "officer"},
    "regent": {"sari", "tia", "chief", "officer"},
    "secretary": {"sari", "tia", "chief", "officer"},
    "head": {"sari", "tia", "chief"},
    "chief": {"sari", "tia"},
    "sari": None,
    "uli": None,
}
ASSESSORS = {"sari": "chief", "tia": "chief", "chief": "head", "officer": "secretary"}


def test_officials_see_those_below_them_and_hr_everybody_else(world: World) -> None:
    for of, by in ASSESSORS.items():
        appraise(world, of, by)
    for who, names in SEEN.items():
        if names is None:
            with pytest.raises(NotFound):
                seen(world, who)
        else:
            assert seen(world, who).keys() == names, who


def test_the_reporting_line_of_today_decides(world: World) -> None:
    appraise(world)
    assert seen(world, "chief")
    posts = {name: post_of(world, name) for name in ("sari", "secretary")}
    above = {"superior_post_id": posts["secretary"]}
    organisations.report_to(world.agency_id, posts["sari"], START.date(), **above)
    assert seen(world, "chief") == {}
    with pytest.raises(NotFound):
        placements(world.case("sari"), world.actors["chief"])
    assert seen(world, "secretary").keys() == {"sari"}


def test_a_unit_takes_in_those_below_it(world: World) -> None:
    appraise(world)
    above = organisations.add_unit(world.agency_id, "Sekretariat")
    officer = world.actors["officer"]
    assert not competencies_of_unit(world.cycle_id, above, officer)
    with transaction() as session:
        inner = Unit.id == unit_of(world)
        session.execute(update(Unit).where(inner).values(parent_id=above))
    assert len(competencies_of_unit(world.cycle_id, above, officer)) == 1
    with pytest.raises(NotFound) as raised:
        competencies_of_unit(world.cycle_id, uuid4(), officer)
    assert raised.value.blockers[0].rule == "no_such_unit"


def test_nobody_of_another_agency_and_no_engine_sees_anything(world: World) -> None:
    appraise(world)
    other = build(TEMPLATE, key="lain", spans=RATING)
    strangers = [other.actors["officer"], Actor(world.people["sari"], other.agency_id)]
    strangers += [Actor(agency_id=world.agency_id, engine="clock")]
    for actor in strangers:
        for ask in (
            lambda a: competencies_of_unit(world.cycle_id, unit_of(world), a),
            lambda a: placements(world.case("sari"), a),
            lambda a: training_needs(world.case("sari"), a),
        ):
            with pytest.raises(NotFound):
                ask(actor)


def test_practice_is_in_no_list(world: World) -> None:
    appraise(world)
    case = start(world.cycle_id, world.actors["uli"])
    assert personas(case, world.actors["uli"])
    assert seen(world, "officer").keys() == {"sari"}
    with pytest.raises(NotFound):
        placements(case, world.actors["officer"])


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    appraise(world)
    chief = world.actors["chief"]
    with counted() as sent:
        competencies_of_unit(world.cycle_id, unit_of(world), chief)
        few = len(sent)
    people = [world.people[name] for name in ("uli", "vina")]
    report = cycles.launch(world.cycle_id, world.actors["officer"], people)
    world.cases.update(zip(("uli", "vina"), report.opened.values(), strict=True))  # type: ignore[attr-defined]
    for name in ("tia", "uli", "vina"):
        appraise(world, name)
    with counted() as sent:
        assert len(competencies_of_unit(world.cycle_id, unit_of(world), chief)) == 4
    assert len(sent) == few <= 12


# --- trainings ------------------------------------------------------------------------------------


def test_trainings_close_the_largest_gap_first(world: World) -> None:
    appraise(world, integritas=2, komunikasi=1)
    appraise(world, "tia", integritas=1, komunikasi=1)
    for of, sizes in (("sari", [1, 1]), ("tia", [2, 1])):
        needs = training_needs(world.case(of), world.actors["officer"])
        assert [gap.competency.gap for gap in needs.gaps] == sizes
        keys = [[training.key for training in gap.trainings] for gap in needs.gaps]
        assert keys == [["integritas_dasar"], ["komunikasi_publik"]]
        assert jp_of(needs.matched) == 20


@pytest.mark.parametrize(
    ("employment", "proposed", "lacking", "exceeding"),
    [
        (None, ["komunikasi_publik"], 8, 0),
        ("pppk", ["komunikasi_publik", "integritas_dasar"], 0, 0),
    ],
)
def test_proposed_hours_are_held_against_those_of_the_year(
    world: World, employment: str | None, proposed: list[str], lacking: int, exceeding: int
) -> None:
    appraise(world)
    with transaction() as session:
        who = Person.id == world.people["sari"]
        session.execute(update(Person).where(who).values(employment=employment))
    follow = _follow_up(world)
    world.act("chief", "propose", follow, pelatihan=proposed)
    needs = training_needs(follow, world.actors["chief"])
    assert {training.key for training in needs.proposed} == set(proposed)
    assert (needs.lacking, needs.exceeding) == (lacking, exceeding)


def _follow_up(world: World) -> Any:
    read_results(world.case("sari"), world.actors["sari"])
    world.act("officer", "finish", "sari")
    [case] = [row["id"] for row in table("cases") if row["parent_id"] == world.case("sari")]
    return case


@pytest.mark.parametrize(
    ("hours", "lacking", "exceeding"),
    [
        (TrainingHours(20, 24), 0, 8),
        (TrainingHours(least=32), 0, 0),
        (TrainingHours(least=33), 1, 0),
        (TrainingHours(most=32), 0, 0),
        (None, 0, 0),
    ],
)
def test_hours_lack_and_exceed_by_what_is_due(
    hours: TrainingHours | None, lacking: int, exceeding: int
) -> None:
    needs = TrainingNeeds((), (_training("a", 20), _training("b", 12)), hours)
    assert (needs.lacking, needs.exceeding) == (lacking, exceeding)


def _training(key: str, jp: int) -> Training:
    return Training(key, Label(key, key), jp, ())


def test_what_is_not_for_the_employee_is_refused_and_nothing_is_kept(world: World) -> None:
    appraise(world)
    follow = _follow_up(world)
    with pytest.raises(Refused) as raised:
        world.act("chief", "propose", follow, pelatihan=["integritas_dasar", "rpp_inovatif"])
    [blocker] = raised.value.blockers
    assert (blocker.rule, blocker.field, blocker.lifted_by) == (
        "trainings_apply",
        "pelatihan",
        ("owner",),
    )
    assert "Rencana pembelajaran inovatif" in blocker.say("id")
    world.act("chief", "propose", follow, pelatihan=["integritas_dasar", "komunikasi_publik"])
    [event] = [row for row in table("history") if row["action"] == "propose"]
    assert event["change"]["inputs"] == {"pelatihan": "integritas_dasar, komunikasi_publik"}


READERS = {"sari": True, "chief": True, "head": True, "officer": True, "tia": False, "uli": False}


def test_who_reads_the_result_reads_what_would_close_its_gaps(world: World) -> None:
    for who in READERS:
        with pytest.raises(NotFound):
            training_needs(world.case("sari"), world.actors[who])
    appraise(world)
    for who, may in READERS.items():
        if may:
            assert training_needs(world.case("sari"), world.actors[who]).gaps
        else:
            with pytest.raises(NotFound):
                training_needs(world.case("sari"), world.actors[who])


# --- placement ------------------------------------------------------------------------------------


def _posts(world: World) -> None:
    """A school with a vacant post and one that only a Plt acts in, and a post in health."""
    unit = organisations.add_unit(world.agency_id, "SD 1")
    school = {"field": "pendidikan", "level": "administrator"}
    for _ in range(2):
        organisations.add_post(world.agency_id, unit, "Kepala Sekolah", **school)
    acting = organisations.add_post(world.agency_id, unit, "Perawat", field="kesehatan")
    organisations.hold_post(world.agency_id, world.people["uli"], acting, LONG_AGO, kind="plt")
    organisations.add_post(world.agency_id, unit, "Guru", field="pendidikan", level="ahli_muda")


def test_posts_are_suggested_by_fit_with_the_reason(world: World) -> None:
    _posts(world)
    appraise(world)
    found = placements(world.case("sari"), world.actors["officer"])
    said = {one.title: (one.fit, one.posts, one.vacant) for one in found}
    assert said["sari"] == (Fraction(250, 3), 1, 0)
    assert said["Perawat"] == (Fraction(425, 6), 1, 1)
    assert said["Kepala Sekolah"] == (Fraction(125, 2), 2, 2)
    assert [one.title for one in found if one.is_present] == ["sari"]
    head = next(one for one in found if one.title == "Kepala Sekolah")
    assert [(one.criterion, one.gap) for one in head.competencies] == [
        ("integritas", 2),
        ("komunikasi", 1),
    ]
    fits = [one.fit for one in found if not one.not_assessed]
    assert fits == sorted(fits, reverse=True)


def test_what_was_not_assessed_is_said_and_comes_last(world: World) -> None:
    _posts(world)
    appraise(world, integritas=5, komunikasi=5)
    found = placements(world.case("sari"), world.actors["head"], most=30)
    assert found[-1].title == "Guru"
    assert [one.criterion for one in found[-1].not_assessed] == ["mengajar"]
    assert found[-1].fit == 100


MANAGERS = {"officer": True, "chief": True, "regent": True, "sari": False, "tia": False}


def test_placement_is_for_hr_and_the_officials_above(world: World) -> None:
    for who in MANAGERS:
        with pytest.raises(NotFound):
            placements(world.case("sari"), world.actors[who])
    appraise(world)
    for who, may in MANAGERS.items():
        if may:
            assert placements(world.case("sari"), world.actors[who])
        else:
            with pytest.raises(NotFound):
                placements(world.case("sari"), world.actors[who])


def test_placement_takes_as_many_queries_however_many_posts_there_are(world: World) -> None:
    appraise(world)
    chief, counts = world.actors["chief"], []
    for _ in range(2):
        with counted() as sent:
            placements(world.case("sari"), chief)
        counts.append(len(sent))
        _posts(world)
    assert counts[0] == counts[1] <= 14


def test_the_standard_of_a_case_stays_as_it_was_opened(world: World) -> None:
    """Another post or rank in mid-year changes nothing of what a case is measured by."""
    with transaction() as session:
        of = Post.id == post_of(world, "sari")
        session.execute(update(Post).where(of).values(level="administrator", field="kesehatan"))
    appraise(world)
    [sari] = seen(world, "officer").values()
    assert [one.required for one in sari.competencies] == [3, 2, None]
    assert not list(verify_results(Recount(), world.agency_id))
    with clock.at(START + timedelta(days=1)):
        found = placements(world.case("sari"), world.actors["officer"])
    assert not any(one.is_present for one in found)


def test_a_proposal_is_told_by_the_labels_of_its_trainings() -> None:
    definition = read_template(TEMPLATE.read_text(encoding="utf-8"))
    found = told(definition, "pelatihan", "integritas_dasar, komunikasi_publik", None)
    assert found.en == "Basic integrity; Public communication"
