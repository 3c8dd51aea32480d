"""One's own performance at once: what a score stands at while it is in the making."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.policy import Actor, relations
from kinerja_flow.scoring import Node, evaluate_running, running_notice
from kinerja_flow.services import books
from kinerja_flow.workflow import always
from workflows.definition import Label

_NEEDS = always("people", "material")

#: Who follows a score in the making: whom it is about, and who has to judge on the same ground.
FOLLOWERS = frozenset({"employee", "assessor"})
#: The phases in which a score is in the making; from the delivery on there is the result.
IN_THE_MAKING = frozenset({"planning", "running", "assessing"})


@dataclass(frozen=True, slots=True)
class RunningScore:
    """The steps that the template lets the employee follow, as they stand `at` that instant.

    None once a result was delivered. Nothing is stored; `notice` says that it is not the result.
    """

    at: datetime
    notice: Label
    steps: tuple[Node, ...]


def running_score(case_id: UUID, actor: Actor) -> RunningScore:
    """What the score of an appraisal stands at now, each step with its explanation.

    Only the employee and whoever assesses them (or stands in for that) may: NotFound for others,
    and for a case that is no appraisal. What others answer unseen has no part in it, whatever they
    have answered (`follows` in the template).
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor, needs=_NEEDS)
        if facts.case.parent_id is not None or not relations(facts, actor) & FOLLOWERS:
            raise NotFound.of("nothing_to_follow", "case")
    is_open = facts.state.phase in IN_THE_MAKING
    steps = facts.definition.scoring if is_open else ()
    found = evaluate_running(steps, facts.material)
    notice = running_notice(facts.calendar.day_of(facts.now))
    return RunningScore(facts.now, notice, tuple(found.nodes.values()))
