"""What citizens answered, as counts by level: the released figures of closed surveys alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from kinerja_flow.facts import CaseFacts
from kinerja_flow.models import Cycle, Survey, SurveyTally
from kinerja_flow.policy import CITIZEN
from kinerja_flow.workflow.levels import Tally
from kinerja_flow.workflow.scope import Scope
from workflows.definition import Definition


@lru_cache(maxsize=256)
def surveyed(definition: Definition) -> bool:
    """Whether a template asks anybody by survey."""
    return any(CITIZEN in i.answered_by for i in definition.instruments.values())


def tallies(scope: Scope) -> Mapping[UUID, list[Tally]]:
    """The counts of each case, in one query, or none where no template asks by survey: those about
    the employee alone, and those about their unit in the same cycle.

    Somebody who moved in mid-year answers for a unit as long as they were there: a survey that was
    over before a segment began, or began after it had ended early, is none of theirs.
    """
    cases = [case for case in scope.cases if surveyed(scope.definitions[case.digest])]
    if not cases:
        return {}
    found: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    for row in scope.session.execute(_statement(scope, cases)):
        found[row.cycle_id, row.unit_id or row.case_id].append(row)
    return {
        case.id: [
            (row.instrument, CITIZEN, row.criterion, row.level, row.total)
            for about in _about(case)
            for row in found.get((case.cycle_id, about), ())
            if lies_within(case, row.opens_on, row.closes_on, row.year_until)
        ]
        for case in cases
    }


def lies_within(case: CaseFacts, opens_on: date, closes_on: date, year_until: date) -> bool:
    """Whether a survey of these days counts for a case: citizens may be asked after the year's end
    about the year, but not about a segment that ended before."""
    begins_in_time = opens_on <= case.until_on or case.until_on >= year_until
    return begins_in_time and closes_on >= case.from_on


def _about(case: CaseFacts) -> tuple[UUID, ...]:
    home = case.parent_id or case.id
    return (home,) if case.unit_id is None else (home, case.unit_id)


def _statement(scope: Scope, cases: list[CaseFacts]) -> Any:
    s, t = Survey, SurveyTally
    of_units = and_(
        s.unit_id.in_({case.unit_id for case in cases if case.unit_id}),
        s.cycle_id.in_({case.cycle_id for case in cases}),
    )
    of_cases = s.case_id.in_({case.parent_id or case.id for case in cases})
    place = (s.cycle_id, s.unit_id, s.case_id, s.opens_on, s.closes_on)
    told = (s.instrument, t.criterion, t.level)
    return (
        select(*place, *told, Cycle.until_on.label("year_until"), func.sum(t.count).label("total"))
        .join(t, and_(t.agency_id == s.agency_id, t.survey_id == s.id))
        .join(Cycle, and_(Cycle.agency_id == s.agency_id, Cycle.id == s.cycle_id))
        .where(s.agency_id == scope.agency_id, s.year == scope.year, or_(of_cases, of_units))
        .group_by(*place, *told, Cycle.until_on)
        .order_by(s.instrument, t.criterion, t.level, s.case_id, s.unit_id, s.opens_on)
    )
