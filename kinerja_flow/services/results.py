"""Reading a result: who may, what they see, and that its first opening is its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import Session

from kinerja_flow.db import transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Result
from kinerja_flow.policy import RESULT_READERS, Actor, relations
from kinerja_flow.scoring import Node, from_json
from kinerja_flow.services.books import delivered, of_home
from kinerja_flow.services.cases import Act, act
from kinerja_flow.workflow import available, load_one, needs_in
from workflows.definition import Action


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

    The employee sees those that were delivered, also while a later one is in the making; the
    first opening is recorded as the receipt where the template has an action for it. Whoever may
    not read them is told that none is there.
    """
    assert actor.agency_id is not None, "an actor acts for an agency"
    with transaction() as session:
        facts = load_one(session, actor.agency_id, case_id, needs_in)
        mine = of_home(facts, Result, Result).where(_may_read(session, facts, actor))
        if session.scalars(mine).first() is None:
            raise NotFound.of("no_result", "result")
        for action in _opens_result(facts, actor):
            act(case_id, actor, Act(action.name))
        rows = list(session.scalars(mine.order_by(Result.number)))
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


def _may_read(session: Session, facts: Facts, actor: Actor) -> ColumnElement[bool]:
    """The results that the actor may read: all, none, or up to the one delivered last.

    What was delivered is asked of the appraisal's history: neither its state nor that of a child
    case tells.
    """
    held = relations(facts, actor)
    if actor.person_id != facts.case.subject_id:
        return true() if held & RESULT_READERS else false()
    return Result.number <= delivered(session, facts)


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
