"""How units stand in a cycle: their predikat, who heads them, and the levels of their people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from kinerja_flow.facts import CaseFacts
from kinerja_flow.models import Case, Result, UnitRating
from kinerja_flow.scoring import UnitAchievement, UnitFacts
from kinerja_flow.workflow.contested import provisional
from kinerja_flow.workflow.scope import Scope
from kinerja_flow.workflow.unit_heads import day_of, heads
from workflows.definition import Label

#: A unit in a cycle.
InCycle = tuple[UUID, UUID]


class Rated(NamedTuple):
    number: int
    level: str


class Cycles(NamedTuple):
    """The cycles of one agency and year that are asked about, and of which units (None: all)."""

    session: Session
    agency_id: int
    year: int
    cycle_ids: Collection[UUID]
    unit_ids: Collection[UUID] | None = None

    def of(self, model: Any) -> list[ColumnElement[bool]]:
        """What narrows a statement to them."""
        wanted = [model.agency_id == self.agency_id, model.year == self.year]
        wanted.append(model.cycle_id.in_(self.cycle_ids))
        return wanted if self.unit_ids is None else [*wanted, model.unit_id.in_(self.unit_ids)]


def newest_ratings(cycles: Cycles) -> Mapping[InCycle, Rated]:
    """The predikat of each unit that has one: the one that was set last."""
    r = UnitRating
    rows = select(r.cycle_id, r.unit_id, r.number, r.level).where(*cycles.of(r)).order_by(r.number)
    return {(row[0], row[1]): Rated(*row[2:]) for row in cycles.session.execute(rows)}


def standings(cycles: Cycles) -> Mapping[InCycle, Counter[str | None]]:
    """How many people of each unit have which level by their newest result; None: no result yet.

    Somebody who moved counts where their last segment is, and whose appraisal was closed without
    any result counts nowhere.
    """
    mine = select(
        Case.cycle_id, Case.unit_id, Case.closed_at.is_(None), _newest_level().label("level")
    )
    of_each = mine.where(*cycles.of(Case), *_counts()).subquery()
    counted = select(of_each, func.count()).group_by(*of_each.columns)
    found: dict[InCycle, Counter[str | None]] = defaultdict(Counter)
    for cycle_id, unit_id, is_open, level, count in cycles.session.execute(counted):
        if unit_id is not None and (is_open or level is not None):
            found[cycle_id, unit_id][level] += count
    return found


def contested(cycles: Cycles) -> Counter[InCycle]:
    """How many people of each unit have a newest result that may still change: an objection to it,
    or to what it is made from, is under way."""
    mine = select(Case.id).where(*cycles.of(Case), *_counts())
    found = provisional(cycles.session, cycles.agency_id, mine)
    places = select(Case.cycle_id, Case.unit_id).where(*cycles.of(Case), Case.id.in_(found))
    rows = cycles.session.execute(places)
    return Counter((row.cycle_id, row.unit_id) for row in rows if row.unit_id is not None)


def _counts() -> list[ColumnElement[bool]]:
    """What makes a case one of its unit's people: an appraisal, and the person's last segment."""
    later = aliased(Case)
    moved_on = exists().where(
        later.agency_id == Case.agency_id,
        later.year == Case.year,
        later.cycle_id == Case.cycle_id,
        later.subject_id == Case.subject_id,
        later.parent_id.is_(None),
        later.from_on > Case.from_on,
    )
    return [Case.parent_id.is_(None), ~moved_on]


def _newest_level() -> Any:
    """The level of the case's newest result, as a column."""
    r = Result
    of = (r.agency_id == Case.agency_id, r.year == Case.year, r.case_id == Case.id)
    return select(r.level).where(*of).order_by(r.number.desc()).limit(1).scalar_subquery()


def units(scope: Scope) -> Mapping[UUID, UnitFacts | None]:
    """How the unit of each case stands, with the case's own part in it; None where the template has
    no predikat for units, or the case no unit. Three queries, however many cases there are."""
    wanted = [case for case in scope.cases if _has_organisation(scope, case)]
    if not wanted:
        return dict.fromkeys(scope.own_ids)
    cycles = _cycles(scope, wanted)
    rated, stands, own = newest_ratings(cycles), standings(cycles), _own(scope)
    found: dict[UUID, UnitFacts | None] = dict.fromkeys(scope.own_ids)
    for case in wanted:
        assert case.unit_id is not None
        key, home = (case.cycle_id, case.unit_id), case.parent_id or case.id
        level = rated[key].level if key in rated else None
        found[case.id] = UnitFacts(level, dict(stands.get(key, {})), home in own, own.get(home))
    return found


def _own(scope: Scope) -> Mapping[UUID, str | None]:
    """The level of each home case that is counted in its unit."""
    statement = select(Case.id, _newest_level()).where(
        Case.agency_id == scope.agency_id,
        Case.year == scope.year,
        Case.id.in_(scope.home_ids),
        *_counts(),
    )
    return {row[0]: row[1] for row in scope.session.execute(statement)}


def _has_organisation(scope: Scope, case: CaseFacts) -> bool:
    return case.unit_id is not None and scope.definitions[case.digest].organisation is not None


def _cycles(scope: Scope, cases: Iterable[CaseFacts]) -> Cycles:
    found = list(cases)
    of_units = {case.unit_id for case in found if case.unit_id is not None}
    ids = {case.cycle_id for case in found}
    return Cycles(scope.session, scope.agency_id, scope.year, ids, of_units)


def achievements(scope: Scope) -> Mapping[UUID, UnitAchievement]:
    """The unit of each home case as its score sees it, with whether the employee heads it.

    Two queries, and three for each day on which periods ended that are over.
    """
    wanted = [case for case in scope.cases if _has_organisation(scope, case)]
    if not wanted:
        return {}
    rated, found = newest_ratings(_cycles(scope, wanted)), heads(scope, wanted)
    return {case.parent_id or case.id: _achievement(scope, case, rated, found) for case in wanted}


def _label(scope: Scope, case: CaseFacts, rated: Mapping[InCycle, Rated]) -> Label | None:
    """What the template calls the predikat of the case's unit."""
    definition = scope.definitions[case.digest]
    assert definition.organisation is not None
    assert case.unit_id is not None
    found = rated.get((case.cycle_id, case.unit_id))
    levels = dict(definition.scales[definition.organisation.scale].levels)
    return levels.get(found.level) if found else None


def _achievement(
    scope: Scope,
    case: CaseFacts,
    rated: Mapping[InCycle, Rated],
    known: Mapping[tuple[UUID, date], UUID],
) -> UnitAchievement:
    assert case.unit_id is not None
    is_head = known.get((case.unit_id, day_of(scope, case))) == case.subject_id
    found = rated.get((case.cycle_id, case.unit_id))
    if found is None:
        return UnitAchievement(str(case.unit_id), is_head)
    label = _label(scope, case, rated)
    return UnitAchievement(str(case.unit_id), is_head, found.level, found.number, label)
