"""What a year is made of beside its case: its periods, and the person's other segments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kinerja_flow.models import Absence, Case, HistoryEvent, Result
from kinerja_flow.scoring import SCORING, Checkpoint, Score, Segment, Span, from_json
from kinerja_flow.scoring import Statement as Said
from kinerja_flow.workflow.scope import Scope
from kinerja_flow.workflow.stated import Stated
from kinerja_flow.workflow.units import achievements


def of_year(scope: Scope, stated: Iterable[Stated]) -> Mapping[UUID, dict[str, Any]]:
    """The fields of the material of each home case about its year, as its template asks."""
    found: dict[UUID, dict[str, Any]] = defaultdict(dict)
    reads = {
        SCORING[step.call.name].reads
        for case in scope.cases
        for step in scope.definitions[case.digest].scoring
    }
    for name, gather in _PARTS.items():
        if name in reads:
            for home_id, fields in gather(scope, stated).items():
                found[home_id] |= fields
    return found


def _checkpoints(scope: Scope, stated: Iterable[Stated]) -> Mapping[UUID, dict[str, Any]]:
    """The child cases of each home case, each with what was said in it and in no other.

    One that begins behind the end of its appraisal fell away, and is none of its periods.
    """
    parent = aliased(Case)
    of_parent = (
        (parent.agency_id == Case.agency_id)
        & (parent.year == Case.year)
        & (parent.id == Case.parent_id)
        & (parent.until_on >= Case.from_on)
    )
    columns = (Case.id, Case.parent_id, Case.kind, Case.from_on, Case.until_on, Case.closed_at)
    statement = select(*columns).join(parent, of_parent)
    mine = statement.where(
        Case.agency_id == scope.agency_id,
        Case.year == scope.year,
        Case.parent_id.in_(scope.home_ids),
    )
    said: dict[UUID, dict[str, Said]] = defaultdict(dict)
    for one in stated:
        said[one.case_id][one.field] = one.said
    found: dict[UUID, list[Checkpoint]] = defaultdict(list)
    for row in scope.session.execute(mine):
        assert row.parent_id is not None
        span, is_closed = Span(row.from_on, row.until_on), row.closed_at is not None
        one_said = said.get(row.id, {})
        found[row.parent_id].append(Checkpoint(str(row.id), row.kind, span, is_closed, one_said))
    return {home_id: {"checkpoints": tuple(rows)} for home_id, rows in found.items()}


def _units(scope: Scope, _: object) -> Mapping[UUID, dict[str, Any]]:
    return {home_id: {"unit": unit} for home_id, unit in achievements(scope).items()}


def _periods(scope: Scope, _: object) -> Mapping[UUID, dict[str, Any]]:
    """The period of each home case and the jenjang of its post, also where a child is scored."""
    found = {case.id: case for case in scope.cases if case.parent_id is None}
    away = [home for home in scope.home_ids if home not in found]
    c = Case
    of = (c.agency_id == scope.agency_id, c.year == scope.year, c.id.in_(away))
    rows = select(c.id, c.from_on, c.until_on, c.profile).where(*of)
    homes: list[Any] = [*found.values(), *(scope.session.execute(rows) if away else ())]
    return {
        home.id: {
            "period": Span(home.from_on, home.until_on),
            "post_level": home.profile.get("level"),
        }
        for home in homes
    }


def _segments(scope: Scope, _: object) -> Mapping[UUID, dict[str, Any]]:
    """All segments of each home case's person in its cycle, with what the others came to."""
    family = _families(scope)
    homes = set(scope.home_ids)
    moved = [row.id for rows in family.values() if len(rows) > 1 for row in rows]
    scores = delivered_scores(scope.session, scope.agency_id, scope.year, moved)
    absences = _absences(scope, family)
    found: dict[UUID, dict[str, Any]] = {}
    for (_, person), rows in family.items():
        for home in rows:
            if home.id in homes:
                segments = tuple(_segment(row, home.id, scores) for row in rows)
                away = tuple(absences.get(person, ()))
                found[home.id] = {"segments": segments, "absences": away}
    return found


def _families(scope: Scope) -> Mapping[tuple[UUID, UUID], list[Any]]:
    """The root cases of each person in a cycle."""
    wanted = {(case.cycle_id, case.subject_id) for case in scope.cases}
    columns = (Case.id, Case.cycle_id, Case.subject_id, Case.from_on, Case.until_on)
    roots = select(*columns).where(
        Case.agency_id == scope.agency_id,
        Case.year == scope.year,
        Case.parent_id.is_(None),
        Case.subject_id.in_({person for _, person in wanted}),
    )
    found: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    for row in scope.session.execute(roots.order_by(Case.from_on)):
        if (row.cycle_id, row.subject_id) in wanted:
            found[row.cycle_id, row.subject_id].append(row)
    return found


def _segment(row: Any, home_id: UUID, scores: Mapping[UUID, tuple[int, Score]]) -> Segment:
    span = Span(row.from_on, row.until_on)
    if row.id == home_id:
        return Segment(str(row.id), span, is_own=True)
    return Segment(str(row.id), span, False, *scores.get(row.id, (None, None)))


def newest_delivered(
    session: Session, agency_id: int, year: int, case_ids: Iterable[UUID]
) -> dict[UUID, int]:
    """The number of the result that was delivered last, of each of these cases that has one.

    What was delivered is asked of the history: neither state nor results tell.
    """
    h = HistoryEvent
    number = func.max(h.change["delivered"].as_integer())
    of = (h.agency_id == agency_id, h.year == year, h.case_id.in_(list(case_ids)))
    rows = session.execute(select(h.case_id, number).where(*of).group_by(h.case_id))
    return {case_id: found for case_id, found in rows if found is not None}


def delivered_scores(
    session: Session, agency_id: int, year: int, case_ids: Iterable[UUID]
) -> dict[UUID, tuple[int, Score]]:
    """The result that was delivered last, by its number and as it explains itself, of each of these
    cases that has one; two queries."""
    newest = newest_delivered(session, agency_id, year, case_ids)
    r = Result
    of = (r.agency_id == agency_id, r.year == year, r.case_id.in_(list(newest)))
    rows = session.execute(select(r.case_id, r.number, r.explanation).where(*of))
    return {
        case_id: (number, from_json(explanation))
        for case_id, number, explanation in rows
        if newest[case_id] == number
    }


def _absences(scope: Scope, family: Iterable[tuple[UUID, UUID]]) -> Mapping[UUID, list[Any]]:
    a, people = Absence, {person for _, person in family}
    rows = select(a.person_id, a.kind, a.from_on, a.until_on).where(
        a.agency_id == scope.agency_id, a.person_id.in_(people)
    )
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in scope.session.execute(rows.order_by(a.from_on, a.id)):
        found[row.person_id].append((row.kind, Span(row.from_on, row.until_on or date.max)))
    return found


#: What scoring rules read of a year, each gathered where a template names such a rule.
_PARTS: Mapping[str, Callable[[Scope, Iterable[Stated]], Mapping[UUID, dict[str, Any]]]] = {
    "checkpoints": _checkpoints,
    "segments": _segments,
    "unit": _units,
    "period": _periods,
}
