"""Bulk runs in which cases act: by name, by delivering, by ending, by extending a window.

Each case is decided as a single act is. What time alone may do HR has done where it is due, as
the clock; whoever started the run stands in the run.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock, policy
from kinerja_flow.errors import Blocker, Problem
from kinerja_flow.facts import Facts
from kinerja_flow.models import Deadline
from kinerja_flow.policy import Actor
from kinerja_flow.services import forms
from kinerja_flow.services.cases import Act, Outcome, act_all
from kinerja_flow.services.run_cases import CasesForm, known, meant, takes
from kinerja_flow.services.run_kind import About, Job, Kind, Line, Refusals, Values
from kinerja_flow.services.run_steps import Step, advancing, closing, delivering, extending
from kinerja_flow.workflow import named
from workflows.vocabulary import CLOCK, OFFICER

Cases = Mapping[UUID, int]


class StepForm(CasesForm):
    """Which cases, with what their action takes."""

    inputs = forms.named("inputs")


class AdvanceForm(StepForm):
    """The same, and which action it is."""

    action = forms.text("action", 40)


class ExtendForm(CasesForm):
    """Which cases; which window is open until when, and why."""

    window = forms.text("window", 40)
    until = forms.day("until")
    reason = forms.text("reason")


@dataclass(frozen=True, slots=True)
class _Way:
    """What some cases have in common: the action, its inputs as JSON, and who takes it."""

    action: str
    inputs: str
    by_clock: bool = False


def _kind(form: forms.Form, step_for: Callable[[Values], Step]) -> Kind:
    def choose(session: Session, actor: Actor, values: Values) -> Iterable[About]:
        return meant(session, actor, values, step_for(values).states)

    def take(session: Session, job: Job, lines: Sequence[Line]) -> Refusals:
        step, ways = step_for(job.values), defaultdict[_Way, dict[UUID, int]](dict)
        found, refused = known(session, job, lines)
        for ordinal, facts in found.items():
            way = _way(step, facts, job.actor)
            if isinstance(way, Blocker):
                refused[ordinal] = named(facts, [way])
            else:
                ways[way][facts.case.id] = ordinal
        for way, cases in ways.items():
            refused |= _taken(session, job, way, cases)
        return refused

    return Kind(form, choose, take, by_officers=False)


def _way(step: Step, facts: Facts, actor: Actor) -> _Way | Blocker:
    chosen = step.chosen(facts, actor)
    action = chosen or facts.machine.actions.get(step.name or "")
    if action is None:
        # What was named is tried as it is, to be refused as a single act is.
        nothing = Blocker("nothing_to_take", "case", (), {"state": facts.state.name})
        return nothing if step.name is None else _Way(step.name, "{}")
    by_clock = CLOCK in action.by and OFFICER in actor.roles
    if takes(facts, actor, action):
        by_clock = False
    elif not by_clock:
        # The same for all of HR, whether or not somebody is asked for their own view as well.
        return policy.not_yours(facts, replace(actor, grants=()), action.by)
    given = {} if chosen is None else step.inputs(action)
    return _Way(action.name, json.dumps(given, default=str), by_clock)


def _taken(session: Session, job: Job, way: _Way, cases: Cases) -> Refusals:
    """The act of these cases; why some of them did not take it."""
    request = Act(way.action, json.loads(way.inputs))
    if not way.by_clock:
        return _refused(act_all(cases, job.actor, request), cases)
    due = _due(session, job.agency_id, way.action, cases)
    came = act_all(due, Actor(agency_id=job.agency_id, engine=CLOCK), request)
    done = [case_id for case_id, one in came.items() if isinstance(one, Outcome)]
    session.execute(_fired(job.agency_id, way.action, done))
    early = (Blocker("not_due", "case", (CLOCK,)),)
    return {cases[one]: early for one in cases.keys() - due} | _refused(came, cases)


def _refused(came: Mapping[UUID, Outcome | Problem], cases: Cases) -> dict[int, Any]:
    problems = ((case_id, one) for case_id, one in came.items() if isinstance(one, Problem))
    return {cases[case_id]: problem.blockers for case_id, problem in problems}


def _is_due(agency_id: int, action: str, cases: Iterable[UUID]) -> tuple[Any, ...]:
    d = Deadline
    of = (d.agency_id == agency_id, d.case_id.in_(list(cases)), d.action == action)
    return (*of, d.fired_at.is_(None), d.due_at <= clock.now())


def _due(session: Session, agency_id: int, action: str, cases: Cases) -> set[UUID]:
    """The cases, which are locked, in which the clock runs out for the action."""
    return set(session.scalars(select(Deadline.case_id).where(*_is_due(agency_id, action, cases))))


def _fired(agency_id: int, action: str, cases: Iterable[UUID]) -> Any:
    """What else is due in a case that stays where it is: it must not fire once more."""
    of = _is_due(agency_id, action, cases)
    return update(Deadline).where(*of).values(fired_at=clock.now())


ADVANCE = _kind(AdvanceForm(), advancing)
DELIVER = _kind(StepForm(), delivering)
CLOSE = _kind(StepForm(), closing)
EXTEND = _kind(ExtendForm(), extending)
