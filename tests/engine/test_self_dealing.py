"""No officer of HR grants themself anything, or decides what their own result rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from secrets import token_urlsafe
from typing import Any

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Forbidden
from kinerja_flow.services import absences, succession, surveys
from kinerja_flow.services.complaints import answer_complaint, complaints_for
from kinerja_flow.services.survey_closing import close_survey
from kinerja_flow.services.survey_import import Upload, import_sheets
from kinerja_flow.services.survey_marks import Sender
from kinerja_flow.services.survey_replies import reply
from kinerja_flow.services.survey_sheets import add_sheets
from tests.builders import NOON, digest_of_tables
from tests.engine.world import START, World, build

pytestmark = pytest.mark.slow

ABOUT = {"instrument": "pelayanan", "kind": "token"}
SPAN = {"opens_on": "2026-01-20", "closes_on": "2026-02-20"}
SHEET = {"answers": {"ramah": "4", "cepat": "4"}}


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """Two officers, of whom one is appraised."""
    with app.app_context():
        with clock.at(START):
            made = build(of=("sari", "officer"))
        with clock.at(NOON):
            yield made


def _survey(world: World, by: str) -> Any:
    entry = {**ABOUT, **SPAN, "case": str(world.cases["officer"])}
    return surveys.open_survey(world.cycle_id, world.actors[by], entry).id


def _refused(act: Callable[[], object], rule: str) -> None:
    before = digest_of_tables()
    with pytest.raises(Forbidden) as refused:
        act()
    assert [blocker.rule for blocker in refused.value.blockers] == [rule]
    assert digest_of_tables() == before


def test_an_officer_hands_no_appraisals_over_to_themself(world: World) -> None:
    people, officer = world.people, world.actors["officer"]
    old, new = people["chief"], people["officer"]
    _refused(lambda: succession.hand_over(officer, old, new, "mutasi"), "own_hand_over")
    second = world.actors["second_officer"]
    assert succession.hand_over(second, old, new, "mutasi").handed == [world.cases["sari"]]


def test_an_officer_records_and_removes_no_absence_of_their_own(world: World) -> None:
    officer, second = world.actors["officer"], world.actors["second_officer"]
    entry = {"person": str(officer.person_id), "kind": "cuti", "from_on": "2026-02-01"}
    _refused(lambda: absences.add(officer, entry), "own_absence")
    absence = absences.add(second, entry)
    _refused(lambda: absences.remove(officer, absence), "own_absence")
    absences.remove(second, absence)


def test_an_officer_holds_no_survey_about_themself(world: World) -> None:
    officer = world.actors["officer"]
    _refused(lambda: _survey(world, "officer"), "own_case")
    survey = _survey(world, "second_officer")
    upload = Upload(b"ramah,cepat\n4,4\n")
    for act in (
        lambda: surveys.issue_tokens(survey, officer, {"count": 10}),
        lambda: add_sheets(survey, officer, [SHEET]),
        lambda: import_sheets(survey, officer, upload),
        lambda: close_survey(survey, officer),
    ):
        _refused(act, "own_case")
    [link] = surveys.issue_tokens(survey, world.actors["second_officer"], {"count": 1})
    form = {**SHEET, "nonce": token_urlsafe(16), "complaint": "Loket tutup"}
    reply(link, form, Sender("10.0.0.1", "Firefox"))
    [complaint] = complaints_for(world.actors["second_officer"])
    _refused(lambda: answer_complaint(complaint.id, officer, "Tidak benar"), "own_case")
    answer_complaint(complaint.id, world.actors["second_officer"], "Sudah dibuka")
    assert len(surveys.issue_tokens(survey, world.actors["second_officer"], {"count": 2})) == 2
