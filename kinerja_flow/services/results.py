"""Reading a result: who may, what they see, and that its first opening is its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kinerja_flow.db import transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts, ObjectionFacts, ResultFacts
from kinerja_flow.models import Result
from kinerja_flow.policy import Actor, may_read_result
from kinerja_flow.scoring import Node, Score, from_json, headed, rests_on
from kinerja_flow.services.books import delivered, of_home
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.outdating import changes_after, touched
from kinerja_flow.services.reading_log import note_of_case
from kinerja_flow.workflow import (
    Cycles,
    available,
    contests,
    load_one,
    needs_in,
    newest_delivered,
    newest_ratings,
    provisional,
)
from workflows.definition import Action

_Changes = Sequence[Mapping[str, Any]]
#: What a result is made from: a segment and its result's number, or a unit and its predikat's.
_Ground = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A result as its reader sees it; `is_superseded` when a later one took its place.

    `rests_on_superseded` when an earlier segment of the year, whose result it is made from, has
    been delivered another one since, or the unit that the employee heads was rated anew: it stays
    as it is until the template's own revision.
    `is_provisional` while an objection to it, or to a result that it is made from, is under way;
    `objection` is the last one to it, with who decided it, when, and how.
    `outdated` are the indicators of whose measurements some came, or were corrected, after it, and
    `outdated_answers` the instruments of which citizens' answers were released after it;
    `objective_share` is the percentage of the plan's weight that was measured objectively.
    """

    number: int
    value: Fraction | None
    level: str | None
    explanation: Node | None
    digest: str
    computed_at: datetime
    is_superseded: bool
    rests_on_superseded: bool
    is_provisional: bool
    objection: ObjectionFacts | None
    outdated: tuple[UUID, ...]
    outdated_answers: tuple[str, ...]
    objective_share: Fraction | None

    @property
    def is_outdated(self) -> bool:
        return bool(self.outdated or self.outdated_answers)


def read_results(case_id: UUID, actor: Actor, way: str = "results") -> list[ReadResult]:
    """All results of an appraisal that the actor may read, oldest first, with explanations.

    Those that were delivered, also while a later one is in the making, which only those read who
    make it (`policy.may_read_result`). The employee's first opening is recorded as the receipt
    where the template has an action for it; what anybody else reads is kept as a reading by this
    `way`. Whoever may not read any is told that none is there.
    """
    assert actor.agency_id is not None, "an actor acts for an agency"
    with transaction() as session:
        facts = load_one(session, actor.agency_id, case_id, needs_in)
        rows = readable(session, facts, actor)
        if not rows:
            raise NotFound.of("no_result", "result")
        for action in _opens_result(facts, actor):
            act(case_id, actor, Act(action.name))
        note_of_case(session, facts, actor, (row.number for row in rows), way)
        scores = [from_json(row.explanation) for row in rows]
        of = (session, actor.agency_id)
        later = _Later(
            _superseded(session, facts, scores) | _rated_anew(session, facts, scores),
            changes_after(session, facts),
            {one.number: one for one in contests(*of, [facts.home_id]).get(facts.home_id, ())},
            is_provisional=bool(provisional(*of, [facts.home_id])),
        )
        return [
            _as_read(row, score, later, is_superseded=row is not rows[-1])
            for row, score in zip(rows, scores, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Later:
    """What happened after results were computed: results of other segments and predikat of units
    that were superseded, data that came or were corrected, and objections by what they contest."""

    superseded: frozenset[_Ground]
    changes: _Changes
    contests: Mapping[int, ObjectionFacts]
    is_provisional: bool


def _as_read(row: Result, score: Score, later: _Later, *, is_superseded: bool) -> ReadResult:
    since = [one for one in later.changes if one["result"] >= row.number]
    shares = (node.inputs.get("objective_share") for node in score.nodes.values())
    return ReadResult(
        number=row.number,
        value=row.value,
        level=row.level,
        explanation=score.tree,
        digest=row.digest,
        computed_at=row.computed_at,
        is_superseded=is_superseded,
        rests_on_superseded=not later.superseded.isdisjoint([*rests_on(score), *headed(score)]),
        is_provisional=later.is_provisional and not is_superseded,
        objection=later.contests.get(row.number),
        outdated=tuple(map(UUID, touched(since, "indicators"))),
        outdated_answers=tuple(touched(since, "instruments")),
        objective_share=next((Fraction(share) for share in shares if share is not None), None),
    )


def _superseded(session: Session, facts: Facts, scores: list[Score]) -> frozenset[_Ground]:
    """Which of the other segments' results that these scores are made from are no longer theirs."""
    grounds = {ground for score in scores for ground in rests_on(score)}
    if not grounds:
        return frozenset()
    of = (session, facts.case.agency_id, facts.case.year)
    newest = newest_delivered(*of, {UUID(case_id) for case_id, _ in grounds})
    return frozenset(one for one in grounds if newest.get(UUID(one[0]), one[1]) != one[1])


def _rated_anew(session: Session, facts: Facts, scores: list[Score]) -> frozenset[_Ground]:
    """Which of the predikat of units that these scores are made from are no longer the unit's.

    Told by the numbers, so that a rating which came while a result was computed is seen as well.
    """
    grounds = {ground for score in scores for ground in headed(score)}
    if not grounds:
        return frozenset()
    case, units = facts.case, {UUID(unit) for unit, _ in grounds}
    newest = newest_ratings(Cycles(session, case.agency_id, case.year, [case.cycle_id], units))
    now = {str(unit): rated.number for (_, unit), rated in newest.items()}
    return frozenset(one for one in grounds if now.get(one[0]) != one[1])


def readable(session: Session, facts: Facts, actor: Actor) -> list[Result]:
    """The results that the actor may read.

    What was delivered is asked of the appraisal's history: neither its state nor that of a child
    case tells.
    """
    rows = session.scalars(of_home(facts, Result, Result).order_by(Result.number))
    told = delivered(session, facts)
    return [row for row in rows if may_read_result(facts, actor, _as_fact(row), told)]


def _as_fact(row: Result) -> ResultFacts:
    of = (row.number, row.level, row.value, row.digest)
    return ResultFacts(*of, row.decided_by, row.decided_for_id)


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
