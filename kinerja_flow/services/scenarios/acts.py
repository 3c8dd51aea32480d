"""The verbs that move things: acts, the clock, the sweep, launches, and opening a result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from kinerja_flow import clock as clocks
from kinerja_flow.db import transaction
from kinerja_flow.errors import Refused
from kinerja_flow.models import Case, Deadline
from kinerja_flow.services import cases, cycles, deadlines, results
from kinerja_flow.services.fall_back import fall_back
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.registry import verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import ClockField, PersonField
from kinerja_flow.services.survey_closing import close_due
from workflows.definition import Input
from workflows.fields import Chosen, Flag, Listed, Text

#: The kinds of inputs whose values are people, named here as the scenario names them.
_PEOPLE = ("person", "people")


@verb(Text(40), "with", "version", "key", needs=("as",))
def act(stage: Stage, step: Step) -> None:
    """Take an action of the template, with its inputs in `with`."""
    case_id = stage.the_case(step)
    with transaction() as session:
        of = (Case.agency_id == stage.agency_id, Case.id == case_id)
        kind = session.scalars(select(Case.kind).where(*of)).one()
    action = stage.scenario.definition.machines[kind].actions.get(step.given)
    takes: Mapping[str, Input] = action.takes if action else {}
    inputs = {name: _value(stage, takes.get(name), value) for name, value in step.inputs.items()}
    version = stage.version_for(step, case_id)
    cases.act(case_id, stage.actor(step), cases.Act(step.given, inputs, version, step.key))


def _value(stage: Stage, spec: Input | None, value: Any) -> Any:
    if spec is None or spec.kind not in _PEOPLE:
        return value
    if isinstance(value, list):
        return [_person(stage, one) for one in value]
    return _person(stage, value)


def _person(stage: Stage, value: Any) -> Any:
    return stage.people.get(value, value) if isinstance(value, str) else value


@verb(Chosen("results"), needs=("as",))
def read(stage: Stage, step: Step) -> None:
    """Open the results of an appraisal, as its employee or somebody else who may."""
    results.read_results(stage.the_case(step), stage.actor(step))


@verb(Listed(PersonField(), least=1, unique=""), "as")
def launch(stage: Stage, step: Step) -> None:
    """Open an appraisal in the cycle for each of these people."""
    assert stage.cycle_id is not None
    people = [stage.people[name] for name in step.given]
    report = cycles.launch(stage.cycle_id, stage.actor(step), people)
    stage.opened = [name for name in step.given if stage.people[name] in report.opened]
    for name in stage.opened:
        stage.cases[name] = report.opened[stage.people[name]]
    if report.refused:
        raise Refused(list(report.refused.values()))


@verb(ClockField())
def clock(stage: Stage, step: Step) -> None:
    """Move the clock on, to a moment or by so much; what falls due on the way is fired, each
    thing at its own instant, and the parts of those who have left by then fall to others."""
    given: datetime | timedelta = step.given
    target = stage.now + given if isinstance(given, timedelta) else stage.instant(given)
    if target < stage.now:
        raise Unplayable.of("clock_backwards", "clock", now=stage.local(stage.now))
    while (due_at := _next_due(stage, target)) is not None:
        stage.now = max(stage.now, due_at)
        if not _sweep(stage):
            break
    stage.now = target
    with clocks.at(target):
        close_due()
        fall_back()


@verb(Flag())
def tick(stage: Stage, step: Step) -> None:
    """Sweep once more at the present moment: what was fired before is not fired again."""
    _sweep(stage)


def _next_due(stage: Stage, target: datetime) -> datetime | None:
    d = Deadline
    waiting = select(func.min(d.try_at)).where(
        d.agency_id == stage.agency_id, d.fired_at.is_(None), d.try_at <= target
    )
    with transaction() as session:
        return session.scalar(waiting)


def _sweep(stage: Stage) -> bool:
    with clocks.at(stage.now):
        swept = deadlines.tick()
    stage.fired += _newly_fired(stage)
    return bool(swept.fired or swept.blocked)


def _newly_fired(stage: Stage) -> list[dict[str, Any]]:
    d = Deadline
    with transaction() as session:
        done = select(d.case_id, d.seq, d.ordinal, d.kind, d.action, d.fired_at).where(
            d.agency_id == stage.agency_id, d.fired_at.is_not(None)
        )
        rows = session.execute(done.order_by(d.fired_at, d.due_at, d.case_id, d.seq, d.ordinal))
        new = [row for row in rows if (row.case_id, row.seq, row.ordinal) not in stage.seen]
    stage.seen |= {(row.case_id, row.seq, row.ordinal) for row in new}
    return [_fired(stage, row.case_id, row.action or row.kind, row.fired_at) for row in new]


def _fired(stage: Stage, case_id: UUID, name: str, fired_at: datetime) -> dict[str, Any]:
    return {"case_id": case_id, "name": name, "at": stage.local(fired_at)}
