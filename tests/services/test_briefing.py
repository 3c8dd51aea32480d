"""The briefing of a cycle: what each role is told, who read it, what was asked, how far it got."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from kinerja_flow.db import Base, db
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from kinerja_flow.services import organisations
from kinerja_flow.services.briefing import CycleBriefing, acknowledge, briefing_for
from kinerja_flow.services.questions import MOST_OPEN, answer_question, ask, questions
from kinerja_flow.services.reach import reach
from kinerja_flow.services.templates import read_template, shipped_source
from tests.builders import Books, digest_of_tables, table
from tests.builders import books as books
from tests.engine.test_sets import counted
from tests.engine.world import SMALL, build
from workflows import TemplateError

pytestmark = pytest.mark.slow


def _read(books: Books, who: str) -> CycleBriefing:
    return briefing_for(books.world.cycle_id, books.who(who))


def _say(books: Books, who: str, role: str) -> None:
    [digest] = [one.digest for one in _read(books, who).roles if one.role == role]
    acknowledge(books.world.cycle_id, books.who(who), role, digest)


def _ask(books: Books, who: str = "sari", **said: Any) -> UUID:
    return ask(books.world.cycle_id, books.who(who), {"text": "Siapa menilai?", **said})


def test_everybody_is_told_what_the_cycle_asks_of_their_roles(books: Books) -> None:
    told = _read(books, "chief")
    assert told.purpose.id == "Untuk memperbaiki kerja bersama."
    assert {role.role: role.text and role.text.id for role in told.roles} == {
        "assessor": "Nilai dengan alasan.",
        "employee": "Susun rencana dan catat hasilnya.",
    }
    assert [one.role for one in _read(books, "officer").roles] == ["hr"]
    assert [(one.role, one.text) for one in _read(books, "regent").roles] == [("reviewer", None)]


def test_windows_say_what_happens_when_and_the_scoring_how_scores_come_about(
    books: Books,
) -> None:
    told = _read(books, "sari")
    assert [(stage.first, stage.last) for stage in told.stages] == [
        (date(2026, 1, 5), date(2026, 2, 3)),
        (date(2026, 2, 4), date(2026, 3, 5)),
    ]
    assert isinstance(told.scores, tuple)
    assert told.scores[0].label.id == "Capaian"


def test_weights_are_told_as_the_cycle_has_them(books: Books) -> None:
    world = build(shipped_source("rakumpit"), key="rakumpit", spans=_spans())
    told = briefing_for(world.cycle_id, world.actors["sari"])
    assert isinstance(told.scores, tuple)
    parts = {score.label.id: score.parts for score in told.scores}
    shares = [(label.id, int(share or 0)) for label, share in parts["Nilai kinerja"]]
    assert shares == [("Capaian hasil kerja", 60), ("Nilai perilaku kerja", 40)]
    assert [share for _, share in parts["Rata-rata umpan balik 360"]] == [60, 40]


def _spans() -> dict[str, tuple[date, date]]:
    span = (date(2026, 1, 1), date(2026, 12, 31))
    return {"planning": span, "running": span, "rating": span}


TOLD = """
  stages:
    - {label: Rencana, window: planning, text: Susun rencana}
    - {label: Hasil, text: Setelah penilaian}
  scores: Menurut pertimbangan atasan
"""


def test_a_template_may_say_itself_what_happens_and_how_it_scores(books: Books) -> None:
    source = SMALL.read_text(encoding="utf-8") + TOLD.lstrip("\n")
    world = build(source, key="berkata")
    told = briefing_for(world.cycle_id, world.actors["sari"])
    assert [(stage.label.id, stage.first) for stage in told.stages] == [
        ("Rencana", date(2026, 1, 20)),
        ("Hasil", None),
    ]
    assert told.scores == read_template(source).briefing.scores  # type: ignore[union-attr]
    with pytest.raises(TemplateError):
        read_template(source.replace("window: planning, text", "window: lebaran, text"))


def test_a_briefing_is_acknowledged_once_and_anew_when_it_has_changed(books: Books) -> None:
    _say(books, "sari", "employee")
    before = digest_of_tables()
    _say(books, "sari", "employee")
    assert digest_of_tables() == before
    assert not _read(books, "sari").unread
    seen = _read(books, "sari").roles[0].digest
    cycles = Base.metadata.tables["cycles"]
    moved = {"planning": ["2026-01-05", "2026-02-20"], "rating": ["2026-02-21", "2026-03-31"]}
    with db.engine.begin() as connection:
        connection.execute(update(cycles).values(windows=moved))
    [unread] = _read(books, "sari").unread
    with pytest.raises(Stale):
        acknowledge(books.world.cycle_id, books.who("sari"), "employee", seen)
    acknowledge(books.world.cycle_id, books.who("sari"), "employee", unread.digest)
    assert not _read(books, "sari").unread
    assert len(table("briefing_receipts")) == 2


@pytest.mark.parametrize("role", ["assessor", "hr", "x" * 500, ""])
def test_nobody_acknowledges_for_a_role_that_they_do_not_have(books: Books, role: str) -> None:
    with pytest.raises(Forbidden):
        acknowledge(books.world.cycle_id, books.who("tia"), role, "0" * 64)
    assert not table("briefing_receipts")


def test_another_agency_s_cycle_is_not_there(books: Books) -> None:
    cycle_id, stranger = books.world.cycle_id, books.other.actors["officer"]
    question = _ask(books)
    for look in (briefing_for, questions, reach):
        with pytest.raises(NotFound):
            look(cycle_id, stranger)
    for said in (
        lambda: ask(cycle_id, stranger, {"text": "Apa ini?"}),
        lambda: answer_question(question, stranger, {"text": "Ini"}),
        lambda: acknowledge(cycle_id, stranger, "hr", ""),
        lambda: briefing_for(uuid4(), stranger),
    ):
        with pytest.raises(NotFound):
            said()


def test_questions_are_answered_for_everybody(books: Books) -> None:
    cycle_id, officer = books.world.cycle_id, books.who("officer")
    question = _ask(books)
    assert [one.id for one in questions(cycle_id, officer)] == [question]
    assert questions(cycle_id, books.who("tia")) == ()
    answer_question(question, officer, {"text": "Atasan langsung."})
    [told] = questions(cycle_id, books.who("tia"))
    assert (told.text, told.answer, told.asked_by) == (
        "Siapa menilai?",
        "Atasan langsung.",
        books.world.people["sari"],
    )
    with pytest.raises(Conflict):
        answer_question(question, officer, {"text": "Lain"})
    with pytest.raises(Forbidden):
        answer_question(question, books.who("chief"), {"text": "Lain"})


def test_who_asks_without_a_name_is_named_to_nobody(books: Books) -> None:
    question = _ask(books, is_named=False)
    answer_question(question, books.who("officer"), {"text": "Atasan."})
    for who in ("officer", "tia", "chief"):
        [told] = questions(books.world.cycle_id, books.who(who))
        assert told.asked_by is None and not told.is_mine
        assert str(books.world.people["sari"]) not in repr(told)
    [mine] = questions(books.world.cycle_id, books.who("sari"))
    assert mine.is_mine


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"text": ""}, "required"),
        ({"text": "x" * 2001}, "text_length"),
        ({"role": "bupati"}, "not_an_option"),
        ({"is_named": "ya"}, "input_not_flag"),
        ({"asked_by": str(uuid4())}, "unknown_input"),
    ],
)
def test_a_bad_question_is_refused(books: Books, said: dict[str, Any], rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        _ask(books, **said)
    assert [b.rule for b in refused.value.blockers] == [rule]
    assert not table("briefing_questions")


def test_nobody_floods_the_officers_with_questions(books: Books) -> None:
    for _ in range(MOST_OPEN):
        _ask(books)
    with pytest.raises(Invalid):
        _ask(books)
    _ask(books, "tia")


def test_the_reach_is_counted_for_each_unit_with_those_below_it(books: Books) -> None:
    _say(books, "sari", "employee")
    _say(books, "chief", "employee")
    _say(books, "chief", "assessor")
    top = organisations.add_unit(books.world.agency_id, "Sekretariat")
    units = Base.metadata.tables["units"]
    with db.engine.begin() as connection:
        here = (units.c.agency_id == books.world.agency_id) & (units.c.id != top)
        connection.execute(update(units).where(here).values(parent_id=top))
    found = {one.unit: one.roles for one in reach(books.world.cycle_id, books.who("officer"))}
    roles = {"employee": (2, 6), "assessor": (1, 3), "reviewer": (0, 3)}
    assert found == {"Dinas": roles, "Sekretariat": roles}
    with pytest.raises(Forbidden):
        reach(books.world.cycle_id, books.who("chief"))


def test_units_in_a_circle_are_counted_once(books: Books) -> None:
    units = Base.metadata.tables["units"]
    with db.engine.begin() as connection:
        connection.execute(update(units).values(parent_id=units.c.id))
    [one] = reach(books.world.cycle_id, books.who("officer"))
    assert one.roles["employee"] == (0, 6)


def test_the_reach_takes_a_number_of_queries_that_does_not_grow(books: Books) -> None:
    officer = books.who("officer")
    reach(books.world.cycle_id, officer)
    with counted() as few:
        reach(books.world.cycle_id, officer)
    for number in range(20):
        organisations.add_unit(books.world.agency_id, f"Unit {number}")
    with counted() as many:
        reach(books.world.cycle_id, officer)
    assert len(many) == len(few)


def test_a_template_without_a_briefing_has_none(books: Books) -> None:
    source = SMALL.read_text(encoding="utf-8").partition("briefing:")[0]
    world = build(source, key="diam")
    with pytest.raises(NotFound):
        briefing_for(world.cycle_id, world.actors["sari"])
