"""Reading a result: who may, what they see, and that its first opening is its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.db import transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Result
from kinerja_flow.policy import Actor, relations
from kinerja_flow.scoring import Node, from_json
from kinerja_flow.services.cases import Act, act
from kinerja_flow.workflow import available, load_one, needs_in
from workflows.definition import Action

#: Who may read a result beside its employee, who reads it once it is delivered.
READERS = frozenset({"assessor", "reviewer", "examiner", "hr"})


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A result as its reader sees it; `is_superseded` when a later one took its place."""

    number: int
    value: Fraction | None
    level: str | None
    explanation: Node | None
    digest: str
    computed_at: datetime
    is_superseded: bool


def read_results(case_id: UUID, actor: Actor) -> list[ReadResult]:
    """All results of an appraisal, oldest first, each with its explanation.

    The employee sees them once one is delivered; the first opening is recorded as the receipt
    where the template has an action for it. Whoever may not read them is told that none is there.
    """
    assert actor.agency_id is not None, "an actor acts for an agency"
    with transaction() as session:
        facts = load_one(session, actor.agency_id, case_id, needs_in)
        if not _may_read(facts, actor):
            raise NotFound.of("no_result", "result")
        for action in _opens_result(facts, actor):
            act(case_id, actor, Act(action.name))
        of = (Result.agency_id == actor.agency_id, Result.year == facts.case.year)
        mine = select(Result).where(*of, Result.case_id == facts.home_id)
        rows = list(session.scalars(mine.order_by(Result.number)))
        if not rows:
            raise NotFound.of("no_result", "result")
        return [
            ReadResult(
                number=row.number,
                value=row.value,
                level=row.level,
                explanation=from_json(row.explanation).tree,
                digest=row.digest,
                computed_at=row.computed_at,
                is_superseded=row is not rows[-1],
            )
            for row in rows
        ]


def _may_read(facts: Facts, actor: Actor) -> bool:
    held = relations(facts, actor)
    if actor.person_id == facts.case.subject_id:
        return "employee" in held and facts.state.phase in ("delivered", "closed")
    return bool(held & READERS)


def _opens_result(facts: Facts, actor: Actor) -> list[Action]:
    """The action, if the template has one and it is due, that records the first opening."""
    if actor.person_id != facts.case.subject_id or facts.case.received_at is not None:
        return []
    offered = [offer.action for offer in available(facts, actor) if not offer.blockers]
    return [
        action
        for action in offered
        if any(c.name == "record_receipt" and c.params["kind"] == "opened" for c in action.does)
    ][:1]
