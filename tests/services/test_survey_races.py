"""Several at once: a link used by two, a form sent twice, a close beside replies."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Problem
from kinerja_flow.services.survey_closing import close_due
from kinerja_flow.services.survey_replies import reply
from tests.builders import table
from tests.surveys import AFTER, DURING, Asked, form, sender
from tests.surveys import asked as asked

pytestmark = pytest.mark.slow


def _together(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """What each of the acts came to, all started at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with app.app_context(), clock.at(DURING):
            start.wait()
            try:
                act()
            except Problem as problem:
                return problem.blockers[0].rule
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_of_many_who_use_a_link_one_is_counted(app: Flask, asked: Asked) -> None:
    (link,) = asked.tokens(asked.open())
    acts = [lambda: reply(link, form(), sender())] * 6
    found = _together(app, *acts)
    assert found.count("done") == 1
    assert len(table("survey_replies")) == 1


def test_a_form_sent_many_times_at_once_counts_once_and_is_thanked(
    app: Flask, asked: Asked
) -> None:
    for link in (asked.tokens(asked.open())[0], str(asked.open(kind="open").link)):
        once, before = form(complaint="Lama"), len(table("survey_replies"))
        found = _together(app, *[lambda link=link, once=once: reply(link, once, sender())] * 5)
        assert set(found) <= {"done", "changed_meanwhile", "survey_link_dead"}
        assert "done" in found
        assert len(table("survey_replies")) == before + 1
    assert len(table("complaints")) == 2


def test_a_close_beside_replies_loses_and_doubles_none(app: Flask, asked: Asked) -> None:
    survey = asked.open()
    asked.sheets(survey, *([3] * 10))
    links = asked.tokens(survey, 6)

    def close() -> None:
        with clock.at(AFTER):
            close_due()

    acts = [lambda link=link: reply(link, form(), sender()) for link in links]
    found = _together(app, *acts, close, close)
    taken = found.count("done") - 2
    close()  # a sweep passes over a survey that somebody is answering; the next closes it
    counted = sum(row["count"] for row in table("survey_tallies") if row["criterion"] == "u1")
    assert counted == 10 + taken
    assert not table("survey_replies")


@pytest.mark.parametrize("people", [4])
def test_an_open_link_counts_a_sender_rightly_when_several_come_at_once(
    app: Flask, asked: Asked, people: int
) -> None:
    link = str(asked.open(kind="open", per_day=2).link)
    found = _together(app, *[lambda: reply(link, form(), sender())] * people)
    assert found.count("done") == len(table("survey_replies")) <= 2
