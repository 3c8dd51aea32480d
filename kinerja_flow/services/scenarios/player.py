"""Plays a scenario: its agency, its cycle and its steps, through the same services as everybody."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import replace
from typing import Any

from kinerja_flow import clock
from kinerja_flow.errors import Problem
from kinerja_flow.services import cycles, templates
from kinerja_flow.services.cycles import CyclePlan
from kinerja_flow.services.organisations import create_agency
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.organisation import settle
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.registry import EXPECTATIONS, VERBS
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
        stage = _stage(scenario)
        steps = tuple(_reports(stage, language))
    definition = scenario.definition
    return Report(scenario.title, definition.key, definition.digest, steps, language)


def _stage(scenario: Scenario) -> Stage:
    key = f"{PREFIX}{secrets.token_hex(8)}"
    agency_id = create_agency(key, scenario.title.id[:200], scenario.zone)
    stage = Stage(scenario, agency_id, now=clock.now())
    stage.now = stage.instant(scenario.clock)
    return stage


def _reports(stage: Stage, language: str) -> Iterator[StepReport]:
    """Each step's report; after one that could not be carried out the others are not played."""
    goes_on = True
    for step, apply in _programme(stage.scenario):
        if not goes_on:
            yield StepReport(step, is_played=False)
            continue
        report = _one(stage, step, apply, language)
        yield report
        goes_on = report.problem is None or _is_answer(step, report.problem)


def _is_answer(step: Step, problem: Problem) -> bool:
    """Whether a refusal is what the step is about, rather than a step that went wrong."""
    return step.refused is not None and not isinstance(problem, Unplayable)


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


def _one(stage: Stage, step: Step, apply: Apply, language: str) -> StepReport:
    stage.fired, stage.opened = [], []
    case_id, before = None, None
    try:
        with clock.at(stage.now):
            case_id = stage.case_of(step)
            before = stage.standing(case_id)
            apply(stage, step)
        problem = None
    except Problem as refusal:
        problem = refusal
    with clock.at(stage.now):
        case_id = stage.case_of(step) if problem is None else case_id
        look = Look(stage, case_id, language, before, stage.standing(case_id), stage.told(), [])
        look.fired = [f["name"] for f in stage.fired if not step.on or f["case_id"] == case_id]
        report = _report(look, step, problem)
        return replace(report, checks=(*_refusal(step, problem), *_checks(look, step, problem)))


def _report(look: Look, step: Step, problem: Problem | None) -> StepReport:
    stage = look.stage
    fired = [
        {"name": f["name"], "case": stage.case_name(f["case_id"]), "at": f["at"]}
        for f in stage.fired
    ]
    return StepReport(
        step=step,
        at=stage.local(stage.now),
        case=None if look.case_id is None else stage.case_name(look.case_id),
        before=look.before and look.before[0],
        after=look.after and look.after[0],
        notified=look.notified,
        fired=fired,
        problem=problem,
    )


def _refusal(step: Step, problem: Problem | None) -> Iterator[Check]:
    """The refusal that was expected, or the one that was not; and that it changed nothing."""
    if step.refused is None and problem is None:
        return
    if isinstance(problem, Unplayable):
        yield Check("refused", step.refused, problem.code, False)
        return
    found = _found(step.refused, problem)
    expected = _expected(step.refused)
    yield Check("refused", expected, found, found == expected)


def _expected(refused: Any) -> Any:
    if not isinstance(refused, list):
        return refused
    return sorted({_code(one) for one in refused})


def _code(said: Any) -> str:
    return said if isinstance(said, str) else f"{said['rule']} @ {said['field']}"


def _found(refused: Any, problem: Problem | None) -> Any:
    """The refusal in the words of what was expected: its kind, or its codes, with fields if any
    were named."""
    if problem is None:
        return None
    if isinstance(refused, str):
        return problem.code
    placed = {one["rule"] for one in refused or () if isinstance(one, dict)}
    return sorted(
        {f"{b.rule} @ {b.field}" if b.rule in placed else b.rule for b in problem.blockers}
    )


def _checks(look: Look, step: Step, problem: Problem | None) -> Iterator[Check]:
    """Each expectation; of a step that was refused nothing may have changed."""
    if problem is not None and (look.before != look.after or look.notified):
        yield Check("unchanged", True, False, False)
    if problem is not None and step.refused is None:
        return
    for name, expected in step.expect.items():
        word = EXPECTATIONS[name]
        if word.of_case and look.case_id is None:
            yield Check(name, expected, None, False)
            continue
        found = word.find(look, expected)
        yield Check(name, expected, found, word.compare(found, expected))
