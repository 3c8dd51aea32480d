"""How many were asked to answer in each relation: what a score may tell of who was invited."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select

from kinerja_flow.models import Participant
from kinerja_flow.workflow.scope import Scope
from workflows.definition import Definition


def rosters(scope: Scope) -> Mapping[UUID, dict[str, int]]:
    """The people who stand in each relation of each home case."""
    p = Participant
    columns = (p.case_id, p.relation, func.count().label("count"))
    active = select(*columns).where(p.from_at.is_not(None), p.until_at.is_(None))
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for row in scope.rows(active.group_by(p.case_id, p.relation), p, scope.home_ids):
        found[row.case_id][row.relation] = row.count
    return found


def invited(definition: Definition, counted: Mapping[str, int]) -> dict[str, int]:
    """How many were asked in each relation, always with those whose answers may join theirs.

    Counted apart they would tell how many of a group that is too small to be shown have answered.
    """
    found: Counter[str] = Counter(counted)
    for name, count in counted.items():
        use = definition.relations.get(name)
        while use is not None and use.rolls_up_to is not None:
            found[use.rolls_up_to] += count
            use = definition.relations.get(use.rolls_up_to)
    return dict(found)
