"""The people of a unit in one cycle, and what of their figures may be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.models import Cycle, PlanIndicator
from kinerja_flow.scoring import Score, answers_told, indicators_told
from kinerja_flow.scoring.figures import mean
from kinerja_flow.services.learning_figures import Key, Values, enough, gathered
from kinerja_flow.services.unit_people import inside_of
from kinerja_flow.workflow import delivered_scores

#: The unit in which somebody was appraised, and their own value for each key.
Person = tuple[UUID, Mapping[Key, Fraction]]
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of the people of a unit in one cycle that are told, one value a person for each
    key; `keys` are all that there are, `counted` the appraisals in which trainings are counted."""

    cases: tuple[UUID, ...]
    counted: frozenset[UUID]
    answers: Values
    indicators: Values
    keys: frozenset[Key]

    @classmethod
    def of(cls, session: Session, cycle: Cycle, unit_id: UUID, rows: Sequence[Any]) -> Group:
        scores = delivered_scores(session, cycle.agency_id, cycle.year, [row.id for row in rows])
        last = {row.subject_id: row for row in rows if row.id in scores}.values()
        told = [(row.unit_id, scores[row.id][1]) for row in last]
        answers = [(of, {a.key: a.value for a in answers_told(score)}) for of, score in told]
        indicators = _indicators(session, cycle, [row.id for row in last], told)
        inside = inside_of(session, cycle.agency_id)
        return cls(
            tuple(row.id for row in last),
            frozenset(enough(unit_id, inside, _by_unit((row.unit_id, row.id) for row in last))),
            _told(unit_id, inside, answers),
            _told(unit_id, inside, indicators),
            frozenset(key for _, own in (*answers, *indicators) for key in own),
        )


def _by_unit(pairs: Iterable[tuple[UUID, _V]]) -> Mapping[UUID, Sequence[_V]]:
    found: dict[UUID, list[_V]] = {}
    for unit_id, one in pairs:
        found.setdefault(unit_id, []).append(one)
    return found


def _told(
    unit_id: UUID, inside: Mapping[UUID | None, Sequence[UUID]], people: Sequence[Person]
) -> Values:
    """The values by key that single out nobody; keys without any are left out."""
    found: dict[Key, list[tuple[UUID, Fraction]]] = {}
    for of, own in people:
        for key, value in own.items():
            found.setdefault(key, []).append((of, value))
    told = {key: enough(unit_id, inside, _by_unit(pairs)) for key, pairs in found.items()}
    return {key: values for key, values in told.items() if values}


def _indicators(
    session: Session, cycle: Cycle, cases: Sequence[UUID], told: Sequence[tuple[UUID, Score]]
) -> list[Person]:
    """Achievements by the keys of the catalogue."""
    n = PlanIndicator
    of = (n.agency_id == cycle.agency_id, n.year == cycle.year, n.case_id.in_(cases))
    rows = session.execute(select(n.id, n.catalogue_key).where(*of, n.catalogue_key.is_not(None)))
    keys = {str(row.id): (row.catalogue_key,) for row in rows}
    return [(unit_id, _achieved(score, keys)) for unit_id, score in told]


def _achieved(score: Score, keys: Mapping[str, Key]) -> Mapping[Key, Fraction]:
    """One achievement for each key: of two alike in one plan, their mean."""
    found = indicators_told(score)
    own = gathered((keys[one.key[0]], one.value) for one in found if one.key[0] in keys)
    return {key: mean(values) for key, values in own.items()}
