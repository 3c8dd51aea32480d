"""Gaps and strengths of a unit's people against their posts, for HR and the officials above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kinerja_flow.db import transaction
from kinerja_flow.policy import Actor
from kinerja_flow.scoring import Competency, Score, competencies_in
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.reading_log import note_of_unit
from kinerja_flow.services.unit_people import people_seen
from kinerja_flow.workflow import delivered_scores


@dataclass(frozen=True, slots=True)
class Competences:
    """What somebody attained against their post, as their newest delivered result explains it.

    `result` is its number. Nothing is told of who said what: these are the figures that the
    employee was shown.
    """

    case_id: UUID
    person_id: UUID
    name: str
    unit_id: UUID | None
    post: str | None
    result: int
    competencies: tuple[Competency, ...]

    @property
    def gaps(self) -> tuple[Competency, ...]:
        """What stays below the standard, the largest gap first."""
        return gaps_in(self.competencies)

    @property
    def strengths(self) -> tuple[Competency, ...]:
        """What exceeds the standard, the largest strength first."""
        found = [one for one in self.competencies if one.strength]
        return tuple(sorted(found, key=lambda one: -(one.strength or 0)))


def gaps_in(competencies: tuple[Competency, ...]) -> tuple[Competency, ...]:
    """Those that stay below the standard, the largest gap first."""
    found = [one for one in competencies if one.gap]
    return tuple(sorted(found, key=lambda one: -(one.gap or 0)))


def competencies_of_unit(cycle_id: UUID, unit_id: UUID, actor: Actor) -> tuple[Competences, ...]:
    """The people of a unit and all below it who were told a result in the cycle, by name.

    HR sees all of them, an official those who stand below them in the reporting lines of today,
    and nobody sees themself. Of somebody who moved within the year only the last segment counts.
    A fixed number of queries, however many people there are; each result is kept as read. NotFound
    where there is nobody to be seen.
    """
    with transaction() as session:
        cycle = cycle_of(session, cycle_id, actor)
        rows = people_seen(session, actor, cycle, unit_id)
        ids = [row.id for row in rows]
        scores = delivered_scores(session, cycle.agency_id, cycle.year, ids)
        told = {row.subject_id: row for row in rows if row.id in scores}
        note_of_unit(session, cycle, actor, {row.id: scores[row.id][0] for row in told.values()})
    found = (_competences(row, *scores[row.id]) for row in told.values())
    return tuple(sorted(found, key=lambda one: (one.name, str(one.case_id))))


def _competences(row: Any, number: int, score: Score) -> Competences:
    of = (row.id, row.subject_id, row.name, row.unit_id, row.title)
    return Competences(*of, number, competencies_in(score))
