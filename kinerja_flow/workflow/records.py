"""What was noted through the year, as rules read it: who was observed when, and what was answered.

An entry is answered by feedback on it from anybody but the employee; who may give that is the
template's word (`opens: {feedback: …}`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.facts import ActivityDay, CaseFacts, Claim
from kinerja_flow.models import Activity, Case, Evidence, Feedback, Observation, Realisation
from kinerja_flow.workflow.scope import Scope, sha256_of


def observed(scope: Scope) -> Mapping[UUID, frozenset[date]]:
    """The days of each case's period on which somebody noted an observation."""
    o = Observation
    noted = _by_home(scope.rows(select(o.case_id, o.day_on).distinct(), o, scope.home_ids))
    return {case.id: frozenset(row.day_on for row in _within(case, noted)) for case in scope.cases}


def activities(scope: Scope) -> Mapping[UUID, tuple[ActivityDay, ...]]:
    """The days of each case's period on which the employee noted activities."""
    a = Activity
    columns = (a.case_id, a.day_on, a.id)
    noted, words = _by_home(scope.rows(select(*columns), a, scope.home_ids)), _words(scope, a)
    found = {}
    for case in scope.cases:
        days: dict[date, bool] = defaultdict(bool)
        for row in _within(case, noted):
            days[row.day_on] |= row.id in words
        found[case.id] = tuple(ActivityDay(*one) for one in sorted(days.items()))
    return found


def claims(scope: Scope) -> Mapping[UUID, tuple[Claim, ...]]:
    """The realisation that holds of each indicator: the latest by its day and its noting."""
    r = Realisation
    columns = (r.case_id, r.indicator_id, r.id)
    ordered = select(*columns).order_by(r.day_on, r.noted_at, r.id)
    latest = {row.indicator_id: row for row in scope.rows(ordered, r, scope.home_ids)}
    words = _words(scope, r)
    found: dict[UUID, list[Claim]] = defaultdict(list)
    for row in latest.values():
        found[row.case_id].append(Claim(row.indicator_id, words.get(row.id)))
    return scope.by_home({key: tuple(rows) for key, rows in found.items()}, ())


def report_digest(scope: Scope) -> Mapping[UUID, str]:
    """SHA-256 over the canonical form of all realisations and evidence, in the order of noting."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    models: tuple[Any, ...] = (Realisation, Evidence)
    for model in models:
        table = model.__table__
        names = [c.name for c in table.columns if c.name not in ("agency_id", "year", "case_id")]
        order = (model.noted_at, model.id)
        for row in scope.rows(select(table).order_by(*order), model, scope.home_ids):
            said = {name: getattr(row, name) for name in names}
            found[row.case_id].append({key: str(v) for key, v in said.items() if v is not None})
    return scope.by_home({key: sha256_of(rows) for key, rows in found.items()}, sha256_of([]))


def _words(scope: Scope, model: Any) -> Mapping[UUID, str]:
    """The kind of the last feedback on each entry by somebody other than the employee."""
    f = Feedback
    of_case = (Case.agency_id == f.agency_id) & (Case.year == f.year) & (Case.id == f.case_id)
    others = (
        select(f.about_id, f.kind)
        .join(Case, of_case)
        .where(f.about_kind == _ABOUT[model], f.author_id != Case.subject_id)
        .order_by(f.noted_at, f.id)
    )
    return {row.about_id: row.kind for row in scope.rows(others, f, scope.home_ids)}


_ABOUT: Mapping[Any, str] = {Activity: "activity", Realisation: "realisation"}


def _by_home(rows: list[Any]) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _within(case: CaseFacts, noted: Mapping[UUID, list[Any]]) -> Iterator[Any]:
    """The rows of the appraisal that lie in the case's own period."""
    for row in noted.get(case.parent_id or case.id, ()):
        if case.from_on <= row.day_on <= case.until_on:
            yield row
