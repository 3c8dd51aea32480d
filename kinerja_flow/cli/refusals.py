"""Every refusal of the command line in the one shape: what, why, the way out, who lifts it."""

from __future__ import annotations

from typing import Any

import click
from rich.text import Text

from kinerja_flow.cli.speech import MESSAGES, Speech
from kinerja_flow.config import ListError, SettingError
from kinerja_flow.errors import Blocker, Problem
from kinerja_flow.services.health import UNREACHABLE
from workflows import TemplateError
from workflows.problems import TemplateProblem

#: Exit codes beside 0: refused or failed; called wrongly; no database to work with.
FAILED, MISUSED, NO_DATABASE, STOPPED = 1, 2, 3, 130


#: The state of a demo that has nowhere to put its database.
FOLDER = "folder"


class Unready(Exception):
    """The database cannot be worked with; `state` says why."""

    def __init__(self, state: str = UNREACHABLE, detail: str = "") -> None:
        super().__init__(state)
        self.state, self.detail = state, detail


class CannotListen(Exception):
    """Nobody can be served at this address; `reason` is the system's."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(reason)
        self.host, self.port, self.reason = host, port, reason


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
    # The place of a template's problem stands in its sentence.
    about = "" if "line" in blocker or not blocker["field"] else f"{blocker['field']}: "
    speech.error.print(Text(f"  • {about}{blocker['message']}"))
    if blocker["way_out"]:
        speech.error.print(Text(f"    {speech.text('way_out', text=blocker['way_out'])}", "dim"))


def _said(error: Exception, language: str) -> tuple[dict[str, Any], int]:
    if isinstance(error, Problem):
        return error.as_json(language), FAILED
    if isinstance(error, TemplateError):
        blockers = [template_problem(problem, language) for problem in error.problems]
        return _shape("template", language, blockers), FAILED
    if isinstance(error, Unready):
        state = f"database_{error.state}"
        detail = error.detail.splitlines()[0] if error.detail else ""
        about = "KINERJA_DATABASE_URL" if error.state != FOLDER else None
        blocker = _ours(state, about, detail=detail)
        return _shape("no_database", language, [blocker.as_json(language)]), NO_DATABASE
    if isinstance(error, SettingError):
        blocker = _ours("setting_wrong", error.name, least=error.least, most=error.most)
        return _shape("setting", language, [blocker.as_json(language)]), MISUSED
    if isinstance(error, ListError):
        blocker = _ours("setting_unreadable", error.name, word=error.word)
        return _shape("setting", language, [blocker.as_json(language)]), MISUSED
    if isinstance(error, CannotListen):
        at = {"host": error.host, "port": error.port, "reason": error.reason}
        blocker = _ours("cannot_listen", "KINERJA_PORT", **at)
        return _shape("setting", language, [blocker.as_json(language)]), MISUSED
    return _shape("usage", language, [_misuse(error).as_json(language)]), MISUSED


def _shape(code: str, language: str, blockers: list[dict[str, Any]]) -> dict[str, Any]:
    title = MESSAGES.say(code, language)
    return {"type": code, "status": 422, "title": title, "blockers": blockers}


def _ours(rule: str, field: str | None, **params: object) -> Blocker:
    return Blocker(rule, field, params=params, catalogue=MESSAGES)


def _misuse(error: Exception) -> Blocker:
    """What was called wrongly, in our words where click only has English ones."""
    match error:
        case click.exceptions.NoSuchCommand():
            return _ours("no_such_command", None, name=error.command_name)
        case click.NoSuchOption():
            return _ours("no_such_option", None, name=error.option_name)
        case click.MissingParameter(param=click.Parameter() as param):
            return _ours("parameter_missing", None, name=param.make_metavar(_context(error)))
        case click.ClickException():
            return _ours("usage_wrong", None, detail=error.format_message())
    return _ours("usage_wrong", None, detail=str(error))


def _context(error: click.MissingParameter) -> click.Context:
    return error.ctx or click.get_current_context()


def template_problem(problem: TemplateProblem, language: str) -> dict[str, Any]:
    """A problem of a template as a blocker: its place in the file is the field."""
    said = {"rule": problem.code, "field": problem.place, "message": problem.say(language)}
    return {**said, "way_out": "", "lifted_by": [], "line": problem.line, "column": problem.column}
