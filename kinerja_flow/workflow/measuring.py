"""Plans with what outside systems measured: a figure per source, and the one that counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.facts import CaseFacts
from kinerja_flow.models import ContradictionAnswer
from kinerja_flow.scoring import IndicatorRow, PlanRow
from kinerja_flow.scoring.sources import Figure, Sources, aggregated, by_trust, contradict
from kinerja_flow.workflow.measurements import (
    Subject,
    Wanted,
    fetch,
    measured_in,
    still_held,
    subject_of,
)
from kinerja_flow.workflow.planned import plans_of
from kinerja_flow.workflow.scope import Scope, sha256_of
from workflows.definition import Indicator
from workflows.measured import SELF_REPORT, Measured


def plans(scope: Scope) -> Mapping[UUID, tuple[PlanRow, ...]]:
    """The plan of each case, in three queries; two more where indicators are measured."""
    planned = plans_of(scope)
    known = {digest: measured_in(found) for digest, found in scope.definitions.items()}
    concerned = [(case, one) for case in scope.cases for one in known[case.digest].values()]
    if not concerned:
        return scope.by_home({home: tuple(rows) for home, rows in planned.items()}, ())
    values, answers = _values(scope, concerned), _answers(scope)
    return {
        case.id: _Telling(case, known[case.digest], values, answers).plan(
            planned.get(case.parent_id or case.id, ())
        )
        for case in scope.cases
    }


def _values(
    scope: Scope, concerned: Iterable[tuple[CaseFacts, Indicator]]
) -> Mapping[Subject, list[Any]]:
    found: dict[Subject, list[Any]] = defaultdict(list)
    for row in still_held(fetch(scope.session, Wanted.of(scope.agency_id, concerned))):
        found[row.person_id or row.unit_id, row.key, row.unit].append(row)
    return found


#: The source that was chosen for the values of a digest, by indicator.
_Answers = Mapping[str, Mapping[str, str]]


def _answers(scope: Scope) -> _Answers:
    a = ContradictionAnswer
    found: dict[str, dict[str, str]] = defaultdict(dict)
    statement = select(a.indicator_id, a.digest, a.source).order_by(a.answered_at, a.id)
    for row in scope.rows(statement, a, scope.home_ids):
        found[str(row.indicator_id)][row.digest] = row.source
    return found


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the sources tell of the indicators of one case."""

    case: CaseFacts
    known: Mapping[str, Indicator]
    values: Mapping[Subject, list[Any]]
    answers: _Answers

    def plan(self, rows: Iterable[PlanRow]) -> tuple[PlanRow, ...]:
        return tuple(
            replace(row, indicators=tuple(self._told(one) for one in row.indicators))
            for row in rows
        )

    def _told(self, row: IndicatorRow) -> IndicatorRow:
        entry = self.known.get(row.key or "")
        if entry is None or entry.measured is None:
            return row
        measured = [
            value
            for value in self.values.get(subject_of(self.case, entry), ())
            if self.case.from_on <= value.day_on <= self.case.until_on
        ]
        figures = by_trust(entry.measured, _figures(row, entry.measured, measured))
        sources = self._sources(row, Sources(entry.measured, figures), measured)
        counting = sources.counting
        return replace(row, sources=sources, realisation=counting.value if counting else None)

    def _sources(self, row: IndicatorRow, sources: Sources, measured: Sequence[Any]) -> Sources:
        if not contradict(sources.method, sources.figures):
            return sources
        digest = _digest(row, measured)
        chosen = self.answers.get(row.id, {}).get(digest)
        return replace(sources, digest=digest, chosen=chosen)


def _figures(row: IndicatorRow, method: Measured, measured: Sequence[Any]) -> list[Figure]:
    of_source = defaultdict(list)
    for value in measured:
        of_source[value.source].append(value.value)
    found = [Figure(key, aggregated(method, of), len(of)) for key, of in of_source.items()]
    if row.realisation is not None:
        found.append(Figure(SELF_REPORT, row.realisation))
    return found


def _digest(row: IndicatorRow, measured: Sequence[Any]) -> str:
    """SHA-256 of all values, in whatever order they arrived."""
    said = [[value.source, value.day_on.isoformat(), str(value.value)] for value in measured]
    return sha256_of([sorted(said), str(row.realisation)])
