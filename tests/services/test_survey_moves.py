"""Somebody who moves in mid-year answers for a unit's service as long as they were there."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from kinerja_flow import clock
from kinerja_flow.db import reading
from kinerja_flow.workflow import load_many
from tests.services.test_segments import moved
from tests.surveys import AFTER, Asked
from tests.surveys import asked as asked

pytestmark = pytest.mark.slow
MARCH = {"opens_on": "2026-03-01", "closes_on": "2026-03-31"}


def _levels(asked: Asked, *cases: UUID) -> list[list[int]]:
    """The levels that citizens' counts add to the score of each case, in order."""
    with reading() as session:
        needs = frozenset({"people", "material"})
        found = load_many(session, asked.world.agency_id, cases, lambda *_: needs)
    by_id = {facts.case.id: facts.material.answers for facts in found}
    of_u1 = {of: [a for a in answers if a.criterion == "u1"] for of, answers in by_id.items()}
    return [sorted(int(a.value) for a in of_u1[case] for _ in range(a.count)) for case in cases]


def test_a_survey_of_a_unit_counts_for_those_who_were_there(asked: Asked) -> None:
    old_unit, february = asked.unit, asked.open()
    asked.sheets(february, *([4] * 5))
    asked.close(february)
    with clock.at(AFTER):
        began = moved(asked.world, date(2026, 3, 1), superior="head")
        march = asked.open(unit=old_unit, **MARCH)
        asked.sheets(march, *([2] * 5))
        asked.close(march)
        sari, tia = asked.world.cases["sari"], asked.world.cases["tia"]
        assert _levels(asked, sari, tia, began) == [[4] * 5, [2] * 5 + [4] * 5, []]


def test_citizens_may_be_asked_after_the_year_about_the_year(asked: Asked) -> None:
    late = asked.open(opens_on="2027-01-04", closes_on="2027-01-15")
    with clock.at(AFTER.replace(year=2027, month=1, day=5)):
        asked.sheets(late, *([3] * 5))
        asked.close(late)
        assert _levels(asked, asked.world.cases["sari"]) == [[3] * 5]
