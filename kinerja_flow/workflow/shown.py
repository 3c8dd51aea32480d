"""What a document shows that may change after its delivery: names, ranks, posts, and the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from kinerja_flow.clock import Calendar
from kinerja_flow.facts import CaseFacts
from kinerja_flow.models import Agency, Cycle, Participant, Result
from kinerja_flow.workflow.scope import Scope
from kinerja_flow.workflow.shown_people import People, Standing
from kinerja_flow.workflow.shown_plan import plans


class _Moment(NamedTuple):
    """The instant of the newest result (now, where there is none), and its day in the agency."""

    at: datetime
    on: date


def shown(scope: Scope) -> Mapping[UUID, Mapping[str, Any]]:
    """For each case, as JSON: the agency and the cycle, who stood in the relations that the
    template's document names on the day of the newest result, and the plan of the appraisal.

    A number of queries that does not grow with the cases.
    """
    zone = scope.session.scalar(select(Agency.zone).where(Agency.id == scope.agency_id))
    calendar, computed = Calendar(str(zone)), _computed(scope)
    headings, named, items = _headings(scope), _named(scope), plans(scope)
    moments = {
        case.id: _Moment(at, calendar.day_of(at))
        for case in scope.cases
        for at in [computed.get(case.parent_id or case.id, scope.now)]
    }
    standing = {
        case.id: [*_standing(scope, case, named, moments[case.id].at)] for case in scope.cases
    }
    people = People(scope, [one for found in standing.values() for one in found])
    return {
        case.id: {
            **headings[case.cycle_id],
            "day": moments[case.id].on.isoformat(),
            "period": [case.from_on.isoformat(), case.until_on.isoformat()],
            "people": people.told(standing[case.id], moments[case.id].on),
            "plan": items[case.parent_id or case.id],
        }
        for case in scope.cases
    }


def _computed(scope: Scope) -> Mapping[UUID, datetime]:
    newest = select(Result.case_id, func.max(Result.computed_at)).group_by(Result.case_id)
    return {row[0]: row[1] for row in scope.rows(newest, Result, scope.home_ids)}


def _headings(scope: Scope) -> Mapping[UUID, dict[str, Any]]:
    c = Cycle
    wanted = {case.cycle_id for case in scope.cases}
    rows = scope.session.execute(
        select(c.id, c.name, c.year, Agency.name.label("agency"), Agency.zone)
        .join(Agency, Agency.id == c.agency_id)
        .where(c.agency_id == scope.agency_id, c.id.in_(wanted))
    )
    return {
        row.id: {"agency": row.agency, "zone": row.zone, "cycle": row.name, "year": row.year}
        for row in rows
    }


def _named(scope: Scope) -> Mapping[UUID, list[Any]]:
    """Who was named to an appraisal as what, from when to when."""
    p = Participant
    columns = (p.case_id, p.relation, p.person_id, p.from_at, p.until_at)
    wanted = select(*columns).where(p.from_at.is_not(None)).order_by(p.from_at, p.id)
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in scope.rows(wanted, p, scope.home_ids):
        found[row.case_id].append(row)
    return found


def _standing(
    scope: Scope, case: CaseFacts, named: Mapping[UUID, list[Any]], at: datetime
) -> Iterable[Standing]:
    """Who stood in the relations that the document names, in its order."""
    for relation in scope.definitions[case.digest].document.people:
        if relation == "employee":
            yield Standing(relation, case.subject_id, case.post_id)
        for row in named.get(case.parent_id or case.id, ()):
            is_past = row.until_at is not None and row.until_at <= at
            if row.relation == relation and row.from_at <= at and not is_past:
                yield Standing(relation, row.person_id)
