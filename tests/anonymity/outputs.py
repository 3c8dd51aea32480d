"""Every output of the product, found in the code, and how the proof looks at each.

Whatever is new fails `test_outputs.py` until it stands here, one line each:

- a public function of `kinerja_flow.services`: in READS with how a reader calls it, in WRITES with
  why it shows nothing of somebody's answers, or in PURE if it touches no case at all (a whole
  module as `module.*`, such as `books.*`);
- a table: in WHOLE (compared row by row, always), or in SEALED (what the rows of the two raters
  hold may differ until the release);
- a command of the command line in COMMANDS, a route in ROUTES, an event of the log in EVENTS.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import click
from flask import Flask

import kinerja_flow
from kinerja_flow import services
from kinerja_flow.cli import kinerja
from kinerja_flow.db import Base
from kinerja_flow.policy import Actor
from kinerja_flow.services import (
    answers,
    cases,
    feedback,
    health,
    organisations,
    released,
    reports,
    results,
    verify,
)
from workflows.definition import Definition

ROOT = Path(kinerja_flow.__file__).parent


@dataclass(frozen=True)
class View:
    """A reader before a case: what any read needs."""

    case_id: UUID
    cycle_id: UUID
    actor: Actor
    definition: Definition
    state: str
    kind: str


Read = Callable[[View], Any]


def _sheets(view: View) -> Any:
    return [answers.my_sheet(view.case_id, view.actor, key) for key in view.definition.instruments]


def _acts(view: View) -> Iterator[Any]:
    """What each act of the present state answers when it is tried without inputs."""
    for action in view.definition.machines[view.kind].actions_from(view.state):
        yield attempted(
            lambda name=action.name: cases.act(view.case_id, view.actor, cases.Act(name))
        )  # type: ignore[misc]


def attempted(do: Callable[[], Any]) -> Any:
    """What comes of it, or how it is refused."""
    try:
        return do()
    except kinerja_flow.errors.Problem as problem:
        return problem


READS: Mapping[str, Read] = {
    "answers.my_sheet": _sheets,
    "cases.offers": lambda v: cases.offers(v.case_id, v.actor),
    "cases.act": lambda v: list(_acts(v)),
    "feedback.feedback_for": lambda v: feedback.feedback_for(v.case_id, v.actor),
    "health.readiness": lambda _: health.readiness(),
    "organisations.actor_for": lambda v: organisations.actor_for(
        v.actor.agency_id or 0, v.actor.person_id or v.case_id
    ),
    "released.released_answers": lambda v: released.released_answers(v.case_id, v.actor),
    "reports.cycles": lambda _: reports.cycles(),
    "reports.definition_of": lambda v: reports.definition_of(v.cycle_id),
    "results.read_results": lambda v: results.read_results(v.case_id, v.actor),
    "verify.verify_history": lambda v: list(verify.verify_history(v.actor.agency_id)),
}

#: Those of them that answer the same whoever reads.
ONCE = frozenset(
    {"health.readiness", "reports.cycles", "reports.definition_of", "verify.verify_history"}
)

#: Why a write shows its caller nothing that a read or a table does not show.
WRITES: Mapping[str, str] = {
    "answers.answer": "answers its rater with the rater's own sheet",
    "cases.act_all": "decides and answers as cases.act does, case by case",
    "cycles.launch": "opens cases, before anybody is invited",
    "cycles.open_cycle": "opens a cycle, before it has cases",
    "deadlines.tick": "answers with two numbers; what it does is in the tables",
    "feedback.give_feedback": "answers with the id of the author's own entry",
    "installations.install": "the first hour, without any case",
    "organisations.*": "the organisation: people, posts and lines, without cases",
    "plans.*": "the employee's own plan",
    "progress.*": "the author's own entries",
    "templates.publish": "answers with the id of a template version",
}

#: What reads nothing of a case, or is no door: helpers that take an open session, forms, texts.
PURE: Mapping[str, str] = {
    "answer_forms.*": "forms",
    "books.*": "helpers within a service's transaction",
    "calendars.*": "the calendar",
    "forms.*": "forms",
    "measures.*": "numbers in texts",
    "plan_checks.*": "checks of a plan's rows",
    "plan_forms.*": "forms",
    "plan_rows.*": "rows of a plan",
    "population.*": "who can be appraised, before there is a case",
    "progress_forms.*": "forms",
    "promises.*": "what raters are told, from the template alone",
    "realisations.*": "a helper of progress",
    "scenarios.*": "stories on a scratch database, through the services above",
    "templates.*": "texts and definitions of templates",
}

#: Compared whole, at every moment.
WHOLE = frozenset(
    """
    accounts action_steps activities agencies answers cases cycles days_off deadlines
    definitions evidence feedback follow_ups history idempotency_keys objections outbox
    participants people plan_indicators plan_items plan_notes post_holdings posts
    realisations receipts reporting_lines results role_grants signatures statements
    template_versions units
    """.split()  # noqa: SIM905
)
#: Sealed until the release deletes the rows: those of the two raters may differ until then.
SEALED = {"sheets": "rater_id"}

COMMANDS: Mapping[str, str] = {
    "demo": "an invented agency on a database of its own",
    "init": "the first hour, without any case",
    "scenario run": "a scratch database",
    "serve": "serves the routes below and logs the events below",
    "template check": "templates",
    "template diagram": "templates",
    "template show": "templates",
    "template words": "templates",
    "tick": "deadlines.tick",
    "upgrade": "the schema",
    "verify history": "verify.verify_history",
}

#: Routes, with how they are asked for; None for files that never change.
ROUTES: Mapping[str, str | None] = {
    "/": "/",
    "/cycles/<uuid:cycle_id>": "/cycles/{cycle_id}",
    "/healthz": "/healthz",
    "/readyz": "/readyz",
    "/static/<path:filename>": None,
}

#: Events of the log, and what each may tell.
EVENTS: Mapping[str, str] = {
    "deadline_failed": "a fault: lines of code, never values (kinerja_flow/logs.py)",
    "sweep_failed": "the kind of error",
    "swept": "two numbers",
}


def modules_found() -> dict[str, ModuleType]:
    """The modules of the services by their name below it."""
    start = f"{services.__name__}."
    walked = pkgutil.walk_packages(services.__path__, start)
    return {one.name.removeprefix(start): importlib.import_module(one.name) for one in walked}


def services_found() -> list[str]:
    """The public functions of all modules of the services, as module.function."""
    return sorted(
        f"{short}.{name}"
        for short, module in modules_found().items()
        for name, one in vars(module).items()
        if inspect.isfunction(one) and one.__module__ == module.__name__ and name[0] != "_"
    )


def is_classified(service: str) -> bool:
    whole = {f"{service.partition('.')[0]}.*", f"{service.rpartition('.')[0]}.*"}
    return any({service, *whole} & set(known) for known in (READS, WRITES, PURE))


def commands_found(command: click.Command = kinerja, path: str = "") -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield path.strip()
        return
    for name, child in command.commands.items():
        yield from commands_found(child, f"{path} {name}")


def routes_found(app: Flask) -> set[str]:
    return {rule.rule for rule in app.url_map.iter_rules()}


def tables_found() -> set[str]:
    return set(Base.metadata.tables)


def events_found() -> Iterator[str]:
    """What is handed to a logger: the first argument of log.info(…), log.error(…) and so on."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _logs(node.func):
                first = node.args[0] if node.args else None
                yield first.value if isinstance(first, ast.Constant) else ast.unparse(node)


def _logs(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in ("log", "logger", "logging")
        and function.attr
        in ("debug", "info", "warning", "error", "exception", "critical", "msg", "log")
    )
