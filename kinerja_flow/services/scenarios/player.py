"""Plays a scenario: its agency, its cycle and its steps, through the same services as everybody."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextvars import Context
from dataclasses import replace

from kinerja_flow import clock
from kinerja_flow.errors import Problem
from kinerja_flow.services import cycles, templates
from kinerja_flow.services.cycles import CyclePlan
from kinerja_flow.services.organisations import create_agency
from kinerja_flow.services.scenarios.judgement import checks, is_answer
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.organisation import settle
from kinerja_flow.services.scenarios.registry import VERBS
from kinerja_flow.services.scenarios.report import Check, Report, StepReport
from kinerja_flow.services.scenarios.scenario import Scenario, Step
from kinerja_flow.services.scenarios.scratch import PREFIX, scratch_database
from kinerja_flow.services.scenarios.stage import Stage

Apply = Callable[[Stage, Step], None]


def play(scenario: Scenario, url: str | None = None, *, language: str = "id") -> Report:
    """Play the scenario on a scratch database, by default one in memory; what came of it.

    Whatever else runs in this process goes on undisturbed: the scenario has a database, a clock
    and transactions of its own. Raises Conflict where the database at `url` is in use.
    """
    return Context().run(_play, scenario, url, language)


def _play(scenario: Scenario, url: str | None, language: str) -> Report:
    with scratch_database(url):
        steps = tuple(_reports(_stage(scenario, language)))
    definition = scenario.definition
    return Report(scenario.title, definition.key, definition.digest, steps, language)


def _stage(scenario: Scenario, language: str) -> Stage:
    key = f"{PREFIX}{secrets.token_hex(8)}"
    agency_id = create_agency(key, scenario.title.id[:200], scenario.zone)
    stage = Stage(scenario, agency_id, now=clock.now(), language=language)
    stage.now = stage.instant(scenario.clock)
    return stage


def _reports(stage: Stage) -> Iterator[StepReport]:
    """Each step's report; after one that could not be carried out the others are not played."""
    goes_on = True
    for step, apply in _programme(stage.scenario):
        if not goes_on:
            yield StepReport(step, is_played=False)
            continue
        report = _one(stage, step, apply)
        yield report
        goes_on = report.problem is None or is_answer(step, report.problem)


def _programme(scenario: Scenario) -> Iterator[tuple[Step, Apply]]:
    """What the head of the file asks for, and then its steps."""
    yield Step(0, scenario.lines["people"], "people"), lambda stage, _: settle(stage)
    yield Step(0, scenario.lines["cycle"], "cycle", gist=scenario.definition.key), _open_cycle
    if scenario.launch:
        gist = ", ".join(scenario.launch)
        launch = Step(0, scenario.lines["launch"], "launch", list(scenario.launch), gist)
        yield launch, VERBS["launch"].apply
    for step in scenario.steps:
        yield step, VERBS[step.verb].apply if step.verb else _nothing


def _nothing(_stage: Stage, _step: Step) -> None:
    """A step that only looks."""


def _open_cycle(stage: Stage, step: Step) -> None:
    scenario, actor = stage.scenario, stage.actor(step)
    head = scenario.cycle
    template_id = templates.publish(scenario.source, actor)
    span = {"from_on": head.start, "until_on": head.until}
    plan = CyclePlan(head.year, head.name, head.windows, scenario.settings, **span)
    stage.cycle_id = cycles.open_cycle(template_id, actor, plan)


def _one(stage: Stage, step: Step, apply: Apply) -> StepReport:
    stage.fired, stage.opened = [], []
    acted = looked = Look.before_step(stage, step)
    if step.watched is not None:
        looked = Look.before_step(stage, replace(step, on=step.watched))
    problem = _carry_out(stage, step, apply)
    with clock.at(stage.now):
        notified = stage.told()
        acted.after_step(notified)
        if looked is not acted:
            looked.after_step(notified)
        return _report(acted, problem, tuple(checks(looked, step, problem)))


def _carry_out(stage: Stage, step: Step, apply: Apply) -> Problem | None:
    """Do what the step says; the refusal, if it is refused."""
    try:
        with clock.at(stage.now):
            if step.on is not None:
                stage.the_case(step)
            apply(stage, step)
    except Problem as problem:
        return problem
    return None


def _report(look: Look, problem: Problem | None, found: Sequence[Check]) -> StepReport:
    stage = look.stage
    fired = [
        {"name": f["name"], "case": stage.case_name(f["case_id"]), "at": f["at"]}
        for f in stage.fired
    ]
    return StepReport(
        step=look.step,
        at=stage.local(stage.now),
        case=None if look.case_id is None else stage.case_name(look.case_id),
        before=look.before and look.before[0],
        after=look.after and look.after[0],
        notified=look.notified,
        fired=fired,
        problem=problem,
        checks=found,
    )
