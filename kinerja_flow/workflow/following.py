"""What follows on a result: the cases that it opened, their steps; and the result as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from kinerja_flow.facts import FollowUpFacts, StepFacts
from kinerja_flow.models import CASES, Case, FollowUp, FollowUpStep, Result
from kinerja_flow.scoring import Score, from_json
from kinerja_flow.workflow.scope import Scope, sha256_of


def follow_ups(scope: Scope) -> Mapping[UUID, tuple[FollowUpFacts, ...]]:
    """What was opened by the appraisal of each case. Where an appraisal is to be moved its open
    follow-ups are locked first: whoever acts on one, and may open another, comes before or after.
    """
    f, c = FollowUp, Case
    if scope.moves:
        _hold(scope, [case.id for case in scope.cases if case.parent_id is None])
    of_case = and_(c.agency_id == f.agency_id, c.year == f.year, c.id == f.case_id)
    told = (f.is_withdrawn, f.superseded_by, f.after_id)
    statement = (
        select(f.opened_by_id, c.id, f.key, c.kind, c._state, f.number, c.closed_at, *told)
        .join(c, of_case)
        .where(f.agency_id == scope.agency_id, f.year == scope.year)
        .where(f.opened_by_id.in_(scope.home_ids))
        .order_by(f.case_id)
    )
    found: dict[UUID, list[FollowUpFacts]] = defaultdict(list)
    for home, case_id, key, kind, state, number, closed_at, *rest in scope.session.execute(
        statement
    ):
        row = FollowUpFacts(case_id, key, kind, state, number, closed_at is not None, *rest)
        found[home].append(row)
    return scope.by_home({home: tuple(rows) for home, rows in found.items()}, ())


def _hold(scope: Scope, homes: list[UUID]) -> None:
    c = CASES.c
    opened = select(FollowUp.case_id).where(
        FollowUp.agency_id == scope.agency_id, FollowUp.opened_by_id.in_(homes)
    )
    of = (c.agency_id == scope.agency_id, c.year == scope.year, c.closed_at.is_(None))
    held = select(c.id).where(*of, c.id.in_(opened)).order_by(c.id)
    if homes:
        scope.session.execute(held.with_for_update(key_share=True)).all()


def steps(scope: Scope) -> Mapping[UUID, tuple[StepFacts, ...]]:
    s = FollowUpStep
    columns = select(s.case_id, s.id, s.due_on, s.outcome.is_(None)).order_by(s.number)
    found: dict[UUID, list[StepFacts]] = defaultdict(list)
    for case_id, *row in scope.rows(columns, s, scope.own_ids):
        found[case_id].append(StepFacts(*row))
    return {case.id: tuple(found[case.id]) for case in scope.cases}


def steps_digest(scope: Scope) -> Mapping[UUID, str]:
    """SHA-256 over the canonical form of the steps, in their order, without their outcomes."""
    s = FollowUpStep
    columns = select(s.case_id, s.id, s.number, s.title, s.due_on).order_by(s.number)
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in scope.rows(columns, s, scope.own_ids):
        found[row.case_id].append([str(row.id), row.number, row.title, row.due_on.isoformat()])
    return {case.id: sha256_of(found[case.id]) for case in scope.cases}


def told(scope: Scope) -> Mapping[UUID, Score | None]:
    r = Result
    of = (r.agency_id == scope.agency_id, r.year == scope.year, r.case_id.in_(scope.home_ids))
    newest = select(r.case_id, func.max(r.number)).where(*of).group_by(r.case_id).subquery()
    is_newest = and_(r.case_id == newest.c.case_id, r.number == newest.c[1])
    rows = scope.session.execute(
        select(r.case_id, r.explanation).where(*of).join(newest, is_newest)
    )
    return scope.by_home({case_id: from_json(written) for case_id, written in rows}, None)
