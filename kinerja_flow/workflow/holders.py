"""Whose answers count: who stands in which relation of an appraisal or of its child cases now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, or_, select

from kinerja_flow.models import Case, Participant
from kinerja_flow.policy import PARTS
from kinerja_flow.workflow.scope import Scope
from workflows.definition import Definition


class Holders:
    """The people of the scope's appraisals, in one query.

    `rosters` says how many stand in each relation of an appraisal itself.
    """

    def __init__(self, scope: Scope) -> None:
        self._employees = {case.parent_id or case.id: case.subject_id for case in scope.cases}
        self._holders: set[tuple[UUID, str, UUID]] = set()
        self.rosters: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        p, c = Participant, Case
        of_case = (c.agency_id == p.agency_id) & (c.year == p.year) & (c.id == p.case_id)
        active = (
            select(p.case_id, func.coalesce(c.parent_id, c.id), p.relation, p.person_id)
            .join(c, of_case)
            .where(
                c.agency_id == scope.agency_id,
                c.year == scope.year,
                or_(c.id.in_(scope.home_ids), c.parent_id.in_(scope.home_ids)),
                p.from_at.is_not(None),
                p.until_at.is_(None),
            )
        )
        for case_id, home_id, relation, person_id in scope.session.execute(active):
            self._holders.add((home_id, relation, person_id))
            if case_id == home_id:
                self.rosters[home_id][relation] += 1

    def counts(self, home_id: UUID, relation: str, rater_id: UUID) -> bool:
        """Whether the rater answers in the relation still; an office of the agency is no part."""
        if relation == "employee":
            return rater_id == self._employees[home_id]
        return relation not in PARTS or (home_id, relation, rater_id) in self._holders


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
