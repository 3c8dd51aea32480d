"""What nobody may do whatever a template says, and who may read and write what."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts, ResultFacts
from kinerja_flow.policy.actors import Actor
from kinerja_flow.policy.grants import Held
from kinerja_flow.policy.raters import deciders
from kinerja_flow.policy.standing import capacity, lent, own, relations, standing
from kinerja_flow.policy.words import RESULT_MAKERS, RESULT_READERS
from workflows.definition import Action
from workflows.vocabulary import EMPLOYEE


def bars(facts: Facts, actor: Actor, action: Action) -> Iterator[Blocker]:
    """Why this actor may not do this action in any state of the case; nothing if they may."""
    held = capacity(facts, actor, action)
    if held is None:
        yield not_yours(facts, actor, action.by)
        return
    acting = frozenset({actor.person_id, held.grant.absent_id if held.grant else None}) - {None}
    if held.relation == "examiner" and acting & _apart(facts, held):
        yield Blocker("examiner_is_rater", lifted_by=("hr",))
    yield from _four_eyes(facts, acting, action)


def _apart(facts: Facts, held: Held) -> frozenset[UUID]:
    """Who had a hand in the result, and so examines no objection to it; nor does the assessor
    under a grant, whom nobody could have appointed."""
    rated = deciders(facts)
    return rated | facts.people.get("assessor", frozenset()) if held.grant else rated


def not_yours(facts: Facts, actor: Actor, by: tuple[str, ...], field: str | None = None) -> Blocker:
    """That the actor stands in none of these relations, or in one of them to their own case, or
    for another where they rate themself."""
    lent_to = lent(facts, actor).keys() & set(by)
    is_own = actor.person_id is not None and actor.person_id == facts.case.subject_id
    if not is_own and lent_to:
        return Blocker(
            "substitute_is_rater", field, ("hr", *sorted(lent_to)), {"by": ", ".join(by)}
        )
    is_theirs = bool(lent_to or own(facts, actor) & set(by))
    rule = "own_case" if is_own and is_theirs else "not_your_part"
    return Blocker(rule, field, by, {"by": ", ".join(by)})


def _four_eyes(facts: Facts, acting: frozenset[UUID | None], action: Action) -> Iterator[Blocker]:
    """Whoever acted before, or on whose behalf, is not the one who acts now, or for whom."""
    if not action.distinct_from or not acting:
        return
    for name in action.distinct_from:
        kind, _, act = name.rpartition(".")
        kind = kind or facts.case.kind
        done = (past for past in facts.acts if (past.kind, past.action) == (kind, act))
        if any(acting & {past.actor_id, past.on_behalf_of} for past in done):
            yield Blocker("four_eyes", lifted_by=action.by, params={"action": name})


def may_read_answers(facts: Facts, actor: Actor, delivered: int, phase: str) -> bool:
    """Whether the actor may read the released answers of an appraisal that is in this phase.

    The employee may once a result was `delivered` (its number, else 0) and none is in the making:
    answers to the next one are read with it. No role reads sealed ones, HR neither.
    """
    if actor.person_id == facts.case.subject_id:
        return delivered > 0 and phase != "assessing"
    return bool(relations(facts, actor) & RESULT_READERS)


def may_read_result(facts: Facts, actor: Actor, result: ResultFacts, delivered: int) -> bool:
    """Whether the actor may read a result of an appraisal, of which `delivered` is the number of
    the one delivered last (else 0).

    Before it is delivered only those who make it: the assessor, the reviewer, whoever's act set it,
    and whoever stands in for one of them; never the employee, nor HR.
    """
    held = relations(facts, actor)
    if result.number <= delivered:
        return bool(held & (RESULT_READERS | {EMPLOYEE}))
    if actor.person_id == facts.case.subject_id or not held & RESULT_READERS:
        return False
    whose = {actor.person_id, *(grant.absent_id for grant in lent(facts, actor).values())}
    return bool(held & RESULT_MAKERS or whose & ({result.decided_by, result.decided_for} - {None}))


def may_write(facts: Facts, actor: Actor, book: str) -> Iterator[Blocker]:
    """What keeps the actor from writing in a book of the case (plan, progress, …) now."""
    opens = facts.state.opens.get(book, ())
    if not opens:
        yield Blocker("book_closed", field=book, params={"book": book, "state": facts.state.name})
        return
    if not standing(facts, actor).keys() & set(opens):
        yield not_yours(facts, actor, opens, book)
