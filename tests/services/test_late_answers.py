"""Citizens' answers that come after a result mark it as outdated, and tell whom it concerns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.models import Case, HistoryEvent, Notification, Result
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.results import ReadResult, read_results
from kinerja_flow.services.survey_import import Upload, import_tallies
from kinerja_flow.services.verify import verify_history
from kinerja_flow.services.verify_results import Recount, verify_results
from tests.engine.test_sets import counted
from tests.engine.world import build, row, rows
from tests.surveys import AFTER, DURING, TEMPLATE, Asked
from tests.surveys import asked as asked

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("early")]
TALLIES = b"criterion,level,count\nu1,4,700\nu1,3,300\n"
RELEASED = "answers_released"


@pytest.fixture
def early(asked: Asked) -> None:
    """A batch of the unit that is in time for every result."""
    survey = asked.open()
    asked.sheets(survey, 3, 3, 3, 3, 3)
    asked.close(survey)


def _judge(asked: Asked, *names: str) -> None:
    for name in names:
        asked.world.act("chief", "judge", name, hasil="sesuai")


def _read(asked: Asked, of: str = "sari") -> list[ReadResult]:
    return read_results(asked.world.cases[of], asked.who("chief"))


def _told(asked: Asked) -> list[tuple[str, str]]:
    """Who was told of released answers, and about whose appraisal, by name."""
    of = {case_id: name for name, case_id in asked.world.cases.items()}
    names = asked.world.names
    heard = [n for n in rows(Notification) if n.event.endswith(RELEASED)]
    return sorted((of[n.case_id], names[n.recipient_id]) for n in heard)


def _events(asked: Asked, of: str = "sari") -> list[Any]:
    case_id = asked.world.cases[of]
    return [one for one in rows(HistoryEvent, case_id=case_id) if one.action == RELEASED]


def test_a_late_batch_marks_the_results_of_the_unit_and_changes_none(asked: Asked) -> None:
    survey = asked.open()
    asked.sheets(survey, 4, 4, 4, 4, 4)
    _judge(asked, "sari")
    before = row(Result, case_id=asked.world.cases["sari"])
    assert [one.is_outdated for one in _read(asked)] == [False]
    asked.close(survey)
    (event,) = _events(asked)
    assert (event.capacity, event.actor_id) == ("hr", asked.world.people["officer"])
    assert event.change == {"instruments": ["kepuasan"], "result": 1}
    assert row(Result, case_id=asked.world.cases["sari"]) == before
    (read,) = _read(asked)
    assert (read.is_outdated, read.outdated, read.outdated_answers) == (True, (), ("kepuasan",))
    assert _told(asked) == [("sari", "chief"), ("sari", "sari")]
    assert _events(asked, "tia") == []
    assert list(verify_history()) == [] == list(verify_results(Recount()))


def test_a_batch_about_one_employee_concerns_nobody_else(asked: Asked) -> None:
    survey = asked.open(case=asked.world.cases["sari"])
    asked.sheets(survey, 4, 4, 4, 4, 4)
    _judge(asked, "sari", "tia")
    asked.close(survey)
    assert (len(_events(asked)), _events(asked, "tia")) == (1, [])


def test_what_the_clock_closes_is_told_by_the_clock(asked: Asked) -> None:
    asked.sheets(asked.open(), 4, 4, 4, 4, 4)
    _judge(asked, "sari")
    with clock.at(AFTER):
        assert tick().closed == 1
        (event,) = _events(asked)
        assert (event.capacity, event.actor_id) == ("clock", None)
        assert _read(asked)[0].is_outdated
        assert list(verify_history()) == []


def test_counts_that_were_made_elsewhere_mark_a_result_once(asked: Asked) -> None:
    _judge(asked, "sari")
    about = {"unit_id": asked.unit, "instrument": "kepuasan"}
    for _ in range(2):
        import_tallies(asked.world.cycle_id, asked.who(), Upload(TALLIES), **about)
    assert len(_events(asked)) == 1
    tried = Upload(TALLIES + b"u2,4,9\n", dry_run=True)
    import_tallies(asked.world.cycle_id, asked.who(), tried, **about)
    assert len(_events(asked)) == 1


def test_too_few_answers_leave_no_trace_in_any_case(asked: Asked) -> None:
    survey = asked.open()
    asked.sheets(survey, 4, 4, 4, 4)
    _judge(asked, "sari")
    version = row(Case, id=asked.world.cases["sari"]).version
    asked.close(survey)
    assert (_events(asked), _told(asked)) == ([], [])
    assert row(Case, id=asked.world.cases["sari"]).version == version


def test_a_criterion_that_too_few_answered_is_no_news(asked: Asked) -> None:
    survey = asked.open()
    for number in range(5):
        asked.sheets(survey, 4, answers={f"u{number + 1}": "baik"})
    _judge(asked, "sari")
    asked.close(survey)
    assert _events(asked) == []


def test_what_comes_before_the_result_marks_nothing(asked: Asked) -> None:
    survey = asked.open()
    asked.sheets(survey, 4, 4, 4, 4, 4)
    asked.close(survey)
    _judge(asked, "sari")
    assert (_events(asked), _read(asked)[0].is_outdated) == ([], False)


def test_citizens_who_are_asked_after_the_year_mark_its_result(asked: Asked) -> None:
    late = asked.open(opens_on="2027-01-04", closes_on="2027-01-15")
    _judge(asked, "sari")
    with clock.at(AFTER.replace(year=2027, month=1, day=5)):
        asked.sheets(late, 3, 3, 3, 3, 3)
        asked.close(late)
        assert len(_events(asked)) == 1


def test_a_score_that_does_not_reckon_with_the_instrument_is_not_outdated(app: Flask) -> None:
    lines = TEMPLATE.read_text(encoding="utf-8").splitlines(keepends=True)
    unscored = "".join(line for line in lines if "{node: kepuasan" not in line)
    with app.app_context(), clock.at(DURING):
        world = build(unscored, key="tanpa", spans={})
        asked = Asked(world, world)
        survey = asked.open()
        asked.sheets(survey, 4, 4, 4, 4, 4)
        _judge(asked, "sari")
        asked.close(survey)
        assert (_events(asked), _read(asked)[0].is_outdated) == ([], False)


def test_one_more_case_takes_no_more_queries(asked: Asked) -> None:
    first, second = asked.open(), asked.open()
    for survey in (first, second):
        asked.sheets(survey, 4, 4, 4, 4, 4)
    _judge(asked, "sari")
    with counted() as few:
        asked.close(first)
    _judge(asked, "tia")
    with counted() as many:
        asked.close(second)
    assert (len(_events(asked)), len(_events(asked, "tia"))) == (2, 1)
    assert len(many) <= len(few)


def test_no_result_is_computed_past_a_batch_that_is_released(app: Flask, asked: Asked) -> None:
    """A batch that is released while the result is being written waits for it, and marks it."""
    survey = asked.open()
    asked.sheets(survey, 4, 4, 4, 4, 4)

    def closing() -> None:
        with app.app_context(), clock.at(DURING):
            asked.close(survey)

    with ThreadPoolExecutor(1) as pool:
        with transaction():
            _judge(asked, "sari")
            closed = pool.submit(closing)
            wait([closed], timeout=0.5)
            assert not closed.done()
        closed.result()
    assert _read(asked)[0].is_outdated
