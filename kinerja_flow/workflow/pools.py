"""The pools from which people are named for a relation, by posts and reporting lines of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Set
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from kinerja_flow.models import Person, Post
from kinerja_flow.rules.pools import Pool
from kinerja_flow.workflow.lines import Chart, chart_of
from kinerja_flow.workflow.scope import Scope

_NOBODY: frozenset[UUID] = frozenset()


class Neighbours:
    """The people of an agency on one day: who sits in which unit, under whom, above whom.

    `present` maps everybody who has not left to their kind; `units` maps posts to units.
    """

    def __init__(
        self, chart: Chart, present: Mapping[UUID, str], units: Mapping[UUID, UUID]
    ) -> None:
        self._chart, self._present = chart, present
        self._unit_of: dict[UUID, UUID] = {}
        in_unit: dict[UUID, set[UUID]] = defaultdict(set)
        in_team: dict[UUID, set[UUID]] = defaultdict(set)
        below: dict[UUID, set[UUID]] = defaultdict(set)
        for person, post in chart.posts.items():
            self._unit_of[person] = units[post]
            if present.get(person) != "employee":
                continue
            in_unit[units[post]].add(person)
            line = chart.line(person)
            for superior in line:
                below[superior].add(person)
            if line:
                in_team[line[0]].add(person)
        self._in_unit, self._in_team, self._below = in_unit, in_team, below
        self._placed = frozenset[UUID]().union(*in_unit.values())

    def unit(self, person: UUID) -> Set[UUID]:
        """Those of the same unit, but for superiors."""
        return Pool(self._neighbours(person), self._above(person))

    def colleagues(self, person: UUID) -> Set[UUID]:
        """Those under the same direct superior or in the same unit, neither above nor below."""
        line = self._chart.line(person)
        team = self._in_team.get(line[0], _NOBODY) if line else _NOBODY
        apart = self._above(person) | self._below.get(person, _NOBODY)
        return Pool(frozenset(team | self._neighbours(person)), apart)

    def subordinates(self, person: UUID) -> Set[UUID]:
        """Everybody below, however far; nobody who by a circle in the lines is also above."""
        return Pool(self._below.get(person, _NOBODY), self._above(person))

    def other_units(self, person: UUID) -> Set[UUID]:
        """Those of all other units, but for superiors."""
        if person not in self._unit_of:
            return _NOBODY
        return Pool(self._placed, self._above(person) | self._neighbours(person))

    def superiors(self, person: UUID) -> Set[UUID]:
        """Those above who have not left, officials from outside included."""
        return frozenset(one for one in self._chart.line(person) if one in self._present)

    def _above(self, person: UUID) -> frozenset[UUID]:
        return frozenset((person, *self._chart.line(person)))

    def _neighbours(self, person: UUID) -> Set[UUID]:
        unit = self._unit_of.get(person)
        return _NOBODY if unit is None else self._in_unit.get(unit, _NOBODY)


_FINDERS: Mapping[str, Callable[[Neighbours, UUID], Set[UUID]]] = {
    "unit": Neighbours.unit,
    "colleagues": Neighbours.colleagues,
    "subordinates": Neighbours.subordinates,
    "other_units": Neighbours.other_units,
    "superiors": Neighbours.superiors,
}


def pools(scope: Scope) -> Mapping[UUID, Mapping[str, Set[UUID]]]:
    """The pool of each relation that states one, for the employee of each case.

    Four queries for one case or for thousands; none where no template states a pool.
    """
    stated = {case.digest: _stated(scope, case.digest) for case in scope.cases}
    if not any(stated.values()):
        return {case_id: {} for case_id in scope.own_ids}
    found = neighbours(scope)
    return {
        case.id: {
            relation: _FINDERS[pool](found, case.subject_id)
            for relation, pool in stated[case.digest].items()
        }
        for case in scope.cases
    }


def _stated(scope: Scope, digest: str) -> dict[str, str]:
    uses = scope.definitions[digest].relations.values()
    return {use.name: use.pool for use in uses if use.pool in _FINDERS}


def neighbours(scope: Scope) -> Neighbours:
    """Everybody in the agency as of today."""
    here: Any = select(Person.id, Person.kind).where(
        Person.agency_id == scope.agency_id,
        or_(Person.left_on.is_(None), Person.left_on > scope.today),
    )
    present = {row.id: row.kind for row in scope.session.execute(here)}
    posts = select(Post.id, Post.unit_id).where(Post.agency_id == scope.agency_id)
    units = {row.id: row.unit_id for row in scope.session.execute(posts)}
    return Neighbours(chart_of(scope), present, units)
