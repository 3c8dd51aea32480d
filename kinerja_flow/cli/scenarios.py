"""Scenarios from the command line: played one after another, with a report of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress
from rich.text import Text

from kinerja_flow.cli.refusals import FAILED
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.errors import INPUTS, MESSAGES
from kinerja_flow.services.scenarios import Report, ScenarioError, play, read_scenario
from kinerja_flow.services.templates import SHIPPED, shipped_keys
from workflows.inputs import INPUT_CODES

#: Where the scenarios of the templates that ship are, in a folder for each key.
SCENARIOS = SHIPPED / "scenarios"


@click.group()
def scenario() -> None:
    """Scenarios: people, a clock and steps that try a template out on a scratch database."""


@scenario.command()
@click.argument("names", nargs=-1, required=True, metavar="FILE|KEY…")
@click.option("--database", metavar="URL", help="Play there, not in memory; it must be empty.")
@as_json
@in_language
@speaks
def run(speech: Speech, names: tuple[str, ...], database: str | None) -> int:
    """Play scenario files, or all that ship with a template, by its key."""
    paths = list(files_of(names, speech))
    is_met = True
    reports = []
    with Progress(console=speech.error, transient=True, disable=speech.is_json) as progress:
        for path in progress.track(paths, description=speech.text("playing")):
            passed, said = _played(path, database, speech)
            is_met = is_met and passed
            reports.append(said)
    if speech.is_json:
        speech.write({"passed": is_met, "scenarios": reports})
    else:
        met = sum(said["passed"] for said in reports)
        style = "bold green" if is_met else "bold red"
        speech.say("scenarios_done", style=style, count=len(reports), met=met)
    return 0 if is_met else FAILED


@scenario.command()
@as_json
@in_language
@speaks
def refusals(speech: Speech) -> None:
    """List every code that `refused` may name, with its sentence."""
    rules = [{"rule": rule, "message": said[speech.language]} for rule, said in _refusals()]
    if speech.is_json:
        speech.write({"refusals": rules})
        return
    for one in rules:
        speech.say("refusal_line", **one)


def _refusals() -> list[tuple[str, Mapping[str, str]]]:
    """The codes that come with a way out, and those of inputs."""
    ours = (rule for rule in MESSAGES.texts if f"{rule}.way_out" in MESSAGES.texts)
    said = {rule: MESSAGES.texts[rule] for rule in ours}
    return sorted((said | {rule: INPUTS.texts[rule] for rule in INPUT_CODES}).items())


def files_of(names: Iterable[str], speech: Speech) -> Iterable[Path]:
    """The files themselves, and for the key of a template all its scenarios."""
    for name in names:
        shipped = sorted((SCENARIOS / name).glob("*.yaml")) if name in shipped_keys() else []
        if Path(name).is_file():
            yield Path(name)
        elif shipped:
            yield from shipped
        else:
            raise click.UsageError(speech.text("no_scenario", name=name))


def _played(path: Path, database: str | None, speech: Speech) -> tuple[bool, dict[str, Any]]:
    try:
        report = play(read_scenario(path), database, language=speech.language)
    except ScenarioError as error:
        return False, _unreadable(path, error, speech)
    if not speech.is_json:
        _print(path, report, speech)
    return report.passed, {"file": path.name, **report.as_json()}


def _unreadable(path: Path, error: ScenarioError, speech: Speech) -> dict[str, Any]:
    if not speech.is_json:
        speech.say("scenario_unreadable", style="bold red", name=path.name)
        for problem in error.problems:
            speech.out.print(Text(f"  • {problem.say(speech.language)}"))
    problems = error.as_json(speech.language)
    return {"file": path.name, "passed": False, "problems": problems}


def _print(path: Path, report: Report, speech: Speech) -> None:
    """One line for a scenario that passed, every step of one that did not."""
    title = report.title(speech.language)
    if report.passed:
        speech.say("scenario_passed", style="green", name=path.stem, title=title)
        return
    speech.say("scenario_failed", style="bold red", name=path.stem, title=title)
    for line in list(report.lines())[1:]:
        speech.out.print(Text(line))
