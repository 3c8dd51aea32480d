"""The demo: a year of invented agencies, in which every state of the templates is occupied."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from rich.console import Console
from sqlalchemy import select

from kinerja_flow import create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.demo.agency import places, read
from kinerja_flow.demo.course import course
from kinerja_flow.demo.examples import examples
from kinerja_flow.demo.sayings import MESSAGES
from kinerja_flow.demo.show import perform
from kinerja_flow.models import Answer, Case, Deadline, HistoryEvent, PlanItem
from kinerja_flow.services.templates import read_template, shipped_source
from tests import databases

pytestmark = pytest.mark.slow

AGENCIES = {place: read(place, "agency") for place in places()}
COURSES = [(place, name) for place, said in AGENCIES.items() for name in said["courses"]]
TEMPLATES = {(place, name): read(place, name)["cycle"]["template"] for place, name in COURSES}
DEFINITIONS = {key: read_template(shipped_source(key)) for key in TEMPLATES.values()}
STATES = [
    (key, machine.name, state)
    for key, definition in DEFINITIONS.items()
    for machine in definition.machines.values()
    for state in machine.states
]


@pytest.fixture(scope="module")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What the tour said, on a database that stays for the tests."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    app = create_app(Settings(database_url=databases.copy_sqlite(sqlite_template, path)))
    written = io.StringIO()
    with app.app_context():
        outcome = perform(Console(file=written, soft_wrap=True, width=100), "id")
        assert outcome.findings == 0
        yield written.getvalue()
        db.session.remove()
        db.engine.dispose()


def _rows(statement: object) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(statement)]  # type: ignore[call-overload]


def test_every_state_is_occupied_at_the_end(told: str) -> None:
    occupied = set(_rows(select(Case.digest, Case.kind, Case._state).distinct()))
    wanted = {
        (DEFINITIONS[key].digest, kind, state): (key, kind, state) for key, kind, state in STATES
    }
    assert not [named for found, named in wanted.items() if found not in occupied]


def test_people_act_and_so_does_the_clock(told: str) -> None:
    capacities = {row[0] for row in _rows(select(HistoryEvent.capacity).distinct())}
    assert {"employee", "assessor", "reviewer", "examiner", "hr", "clock", "system"} <= capacities


#: Beside them: a refusal with its way out, a result and later its successor, what is proved.
WORDS = (
    *("ditolak", "Jalan keluar", "Butuh Perbaikan", "digantikan, tetap terbaca", "rater_id=NULL"),
    *("harus dijawab “Ya”",),
    *("⏰ Waktu", "Riwayat diputar ulang: utuh", "Hasil dihitung ulang: semua"),
)


def test_the_tour_tells(told: str) -> None:
    assert [words for words in WORDS if words not in told] == []


def test_the_tour_is_plain_where_nobody_looks(told: str) -> None:
    assert "\x1b[" not in told


def test_anonymous_answers_name_nobody_and_small_groups_are_gone(told: str) -> None:
    released = _rows(select(Answer.rater_id, Answer.case_id).where(Answer.relation == "peer"))
    assert released
    assert {rater for rater, _ in released} == {None}
    assert "0 baris jawaban" in told


def test_the_plans_of_the_examples_are_there(told: str) -> None:
    titles = {row[0] for row in _rows(select(PlanItem.title))}
    for title in (
        "Dokumen perencanaan pembelajaran tersusun",
        "Layanan kepegawaian terlaksana",
        "Dokumen pengamanan aset daerah tersedia",
    ):
        assert title in titles


def test_nothing_due_is_left_behind(told: str) -> None:
    refused = _rows(select(Deadline.problem).where(Deadline.problem.is_not(None)))
    assert not refused


def test_the_readme_shows_what_the_tour_says(told: str) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```console\n\$ make demo\n(.*?)```", readme, re.DOTALL)
    assert shown
    people = sum(len(said["people"]) for said in AGENCIES.values())
    assert f"\n{people} people, {len(COURSES)} cycles" in readme
    for line in shown[1].splitlines():
        assert line.rstrip("…").rstrip() in told, line


def test_on_an_empty_database_there_is_nothing_to_try(app: Flask) -> None:
    with app.app_context():
        assert list(examples()) == []


def test_everybody_has_a_plausible_number() -> None:
    people = [row for said in AGENCIES.values() for row in said["people"].values()]
    employees = [row for row in people if row.get("kind") != "external"]
    numbers = [row["nip"] for row in employees]
    assert len(employees) >= 35
    assert len(set(numbers)) == len(numbers)
    for nip in numbers:
        assert len(nip) == 18 and nip.isdigit()
        assert "1966" <= nip[:4] <= "2002" and "01" <= nip[4:6] <= "12"
        assert nip[14] in "12"
    assert not any("nip" in row for row in people if row.get("kind") == "external")


@pytest.mark.parametrize(("place", "name"), COURSES)
def test_every_part_of_a_course_is_played(place: str, name: str) -> None:
    said = read(place, name)
    played = {part for story in said["stories"] for part, _ in story["course"]}
    assert played == set(said["parts"])
    scenes = course(place, name, AGENCIES[place]["people"]).scenes
    captions = [scene.caption for scene in scenes if scene.caption]
    assert captions and all(set(caption) == {"id", "en"} for caption in captions)


@pytest.mark.parametrize("key", sorted(DEFINITIONS))
def test_a_result_of_each_template_is_explained(key: str) -> None:
    shown = {
        scene.show
        for (place, name), template in TEMPLATES.items()
        if template == key
        for scene in course(place, name, AGENCIES[place]["people"]).scenes
    }
    assert "explanation" in shown


@pytest.mark.parametrize("code", sorted(MESSAGES.texts))
def test_the_tour_says_the_same_in_both_languages(code: str) -> None:
    asked = MESSAGES.placeholders(code)
    assert asked["id"] == asked["en"]
