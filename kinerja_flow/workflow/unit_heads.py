"""Who heads a unit on a day: whoever holds the post at the top of its reporting lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.facts import CaseFacts
from kinerja_flow.models import Post
from kinerja_flow.workflow.lines import Chart
from kinerja_flow.workflow.scope import Scope


def day_of(scope: Scope, case: CaseFacts) -> date:
    """The day on which it is asked who heads a unit: the period's last, or today before it."""
    return min(scope.today, case.until_on)


def heads(scope: Scope, cases: Iterable[CaseFacts]) -> Mapping[tuple[UUID, date], UUID]:
    """Who heads the units of these cases on the day that concerns each."""
    days: dict[date, set[UUID]] = defaultdict(set)
    for case in cases:
        if case.unit_id is not None:
            days[day_of(scope, case)].add(case.unit_id)
    all_units = set[UUID]().union(*days.values())
    posts = posts_in(scope.session, scope.agency_id, all_units)
    found: dict[tuple[UUID, date], UUID] = {}
    for day, of_units in days.items():
        chart = Chart(scope.session, scope.agency_id, day, of_units)
        for unit in of_units:
            top = chart.top_of(posts.get(unit, ()))
            if top in chart.holders:
                found[unit, day] = chart.holders[top]
    return found


def posts_in(
    session: Session, agency_id: int, unit_ids: Collection[UUID] | None = None
) -> Mapping[UUID, list[UUID]]:
    """The posts of each of these units, or of all."""
    statement = select(Post.unit_id, Post.id).where(Post.agency_id == agency_id).order_by(Post.id)
    if unit_ids is not None:
        statement = statement.where(Post.unit_id.in_(unit_ids))
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for unit, post in session.execute(statement):
        found[unit].append(post)
    return found
