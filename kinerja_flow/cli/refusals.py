"""Every refusal of the command line in the one shape: what, why, the way out, who lifts it."""

from __future__ import annotations

from typing import Any

import click
from environs import EnvError
from rich.text import Text

from kinerja_flow.cli.speech import MESSAGES, Speech
from kinerja_flow.errors import Blocker, Problem
from kinerja_flow.services.health import UNREACHABLE
from workflows import TemplateError
from workflows.problems import TemplateProblem

#: Exit codes beside 0: refused or failed; called wrongly; no database to work with.
FAILED, MISUSED, NO_DATABASE, STOPPED = 1, 2, 3, 130


class Unready(Exception):
    """The database cannot be worked with; `state` says why."""

    def __init__(self, state: str = UNREACHABLE, detail: str = "") -> None:
        super().__init__(state)
        self.state, self.detail = state, detail


def refuse(error: Exception, speech: Speech) -> int:
    """Say an error in the one shape; the exit code that it comes to."""
    said, code = _said(error, speech.language)
    if speech.is_json:
        speech.write(said)
        return code
    speech.error.print(Text(said["title"], "bold red"))
    for blocker in said["blockers"]:
        _print(blocker, speech)
    return code


def _print(blocker: dict[str, Any], speech: Speech) -> None:
    speech.error.print(Text(f"  • {blocker['message']}"))
    if blocker["way_out"]:
        speech.error.print(Text(f"    {speech.text('way_out', text=blocker['way_out'])}", "dim"))


def _said(error: Exception, language: str) -> tuple[dict[str, Any], int]:
    if isinstance(error, Problem):
        return error.as_json(language), FAILED
    if isinstance(error, TemplateError):
        blockers = [template_problem(problem, language) for problem in error.problems]
        return _shape("template", language, blockers), FAILED
    if isinstance(error, Unready):
        blocker = _ours(f"database_{error.state}", "KINERJA_DATABASE_URL", detail=error.detail)
        return _shape("no_database", language, [blocker.as_json(language)]), NO_DATABASE
    if isinstance(error, EnvError):
        return _shape("setting", language, [_detail("setting_wrong", error, language)]), MISUSED
    return _shape("usage", language, [_detail("usage_wrong", error, language)]), MISUSED


def _shape(code: str, language: str, blockers: list[dict[str, Any]]) -> dict[str, Any]:
    title = MESSAGES.say(code, language)
    return {"type": code, "status": 422, "title": title, "blockers": blockers}


def _ours(rule: str, field: str | None, **params: object) -> Blocker:
    return Blocker(rule, field, params=params, catalogue=MESSAGES)


def _detail(rule: str, error: Exception, language: str) -> dict[str, Any]:
    detail = error.format_message() if isinstance(error, click.ClickException) else str(error)
    return _ours(rule, None, detail=detail).as_json(language)


def template_problem(problem: TemplateProblem, language: str) -> dict[str, Any]:
    """A problem of a template as a blocker: its place in the file is the field."""
    said = {"rule": problem.code, "field": problem.place, "message": problem.say(language)}
    return {**said, "way_out": "", "lifted_by": [], "line": problem.line, "column": problem.column}
