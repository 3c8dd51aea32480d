"""Templates from the command line: checked, shown, drawn, and the words that they may use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from kinerja_flow.cli.refusals import FAILED, template_problem
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.cli.words import as_markdown
from kinerja_flow.errors import NotFound
from kinerja_flow.services.templates import read_template, shipped_source
from kinerja_flow.workflow import vocabulary
from workflows import Definition, TemplateError, diagram
from workflows.definition import Action, Machine

#: A file over this size is refused by the reader; no more of it is read than shows that.
MOST_BYTES = 1_000_000


@click.group()
def template() -> None:
    """Templates: those that ship, by key, and files."""


def source_of(name: str) -> str:
    """The text of a template: a file if there is one of that name, else one that ships."""
    path = Path(name)
    if not path.is_file():
        return shipped_source(name)
    with path.open("rb") as file:
        # What is no text is told to its author by the reader, as a character that may not be there.
        return file.read(MOST_BYTES).decode("utf-8-sig", errors="replace")


@template.command()
@click.argument("names", nargs=-1, required=True, metavar="FILE|KEY…")
@as_json
@in_language
@speaks
def check(speech: Speech, names: tuple[str, ...]) -> int:
    """Say every problem of each template: its place in the file, and what to do."""
    found = {name: _checked(name, speech.language) for name in names}
    if speech.is_json:
        speech.write({"templates": [{"template": name, **row} for name, row in found.items()]})
    else:
        for name, row in found.items():
            _say_checked(speech, name, row)
    return 0 if all(row["is_sound"] for row in found.values()) else FAILED


def _checked(name: str, language: str) -> dict[str, Any]:
    try:
        definition = read_template(source_of(name))
    except TemplateError as error:
        problems = [template_problem(problem, language) for problem in error.problems]
        return {"is_sound": False, "digest": None, "problems": problems}
    except NotFound as error:
        problems = error.as_json(language)["blockers"]
        return {"is_sound": False, "digest": None, "problems": problems}
    return {"is_sound": True, "digest": definition.digest, "problems": []}


def _say_checked(speech: Speech, name: str, row: dict[str, Any]) -> None:
    if row["is_sound"]:
        speech.say("template_sound", style="green", name=name, digest=row["digest"])
        return
    speech.say("template_unsound", style="bold red", name=name, count=len(row["problems"]))
    for problem in row["problems"]:
        speech.out.print(Text(f"  • {problem['message']}"))


@template.command()
@click.argument("name", metavar="FILE|KEY")
@as_json
@in_language
@speaks
def show(speech: Speech, name: str) -> None:
    """Show a template as people read it: states, who may do what, settings. JSON: its canonical
    form."""
    definition = read_template(source_of(name))
    if speech.is_json:
        speech.write(json.loads(definition.canonical))
        return
    speech.out.print(Text(definition.title(speech.language), "bold"))
    speech.say("show_head", basis="; ".join(definition.basis), digest=definition.digest)
    for machine in definition.machines.values():
        speech.out.print(_course(machine, speech))
    if definition.settings:
        speech.out.print(_settings(definition, speech))


def _course(machine: Machine, speech: Speech) -> Table:
    lang = speech.language
    table = Table(title=machine.label(lang), title_justify="left", show_lines=True)
    for column in ("state", "phase", "may_do"):
        table.add_column(speech.text(column))
    for state in machine.states.values():
        actions = machine.actions_from(state.name)
        lines = [_line(machine, action, state.name, lang) for action in actions]
        said = Text("\n".join(lines) or speech.text("nothing"))
        table.add_row(Text(state.label(lang)), state.phase, said)
    return table


def _line(machine: Machine, action: Action, state: str, language: str) -> str:
    targets = [machine.states[name].label(language) for name in action.targets(state)]
    return f"{action.label(language)} ({', '.join(action.by)}) → {' / '.join(targets)}"


def _settings(definition: Definition, speech: Speech) -> Table:
    table = Table(title=speech.text("settings"), title_justify="left")
    for column in ("setting", "default", "mark", "source"):
        table.add_column(speech.text(f"column_{column}"))
    for one in definition.settings.values():
        label = Text(one.label(speech.language))
        table.add_row(label, Text(str(one.default)), one.mark, Text(one.source))
    return table


@template.command(name="diagram")
@click.argument("name", metavar="FILE|KEY")
@click.argument("machine", required=False)
@in_language
@speaks
def draw(speech: Speech, name: str, machine: str | None) -> None:
    """Print a machine of a template as a Mermaid state diagram; by default the first."""
    definition = read_template(source_of(name))
    chosen = machine or definition.root.name
    if chosen not in definition.machines:
        known = ", ".join(definition.machines)
        raise click.UsageError(speech.text("no_such_machine", machine=chosen, known=known))
    click.echo(diagram(definition.machines[chosen], speech.language), nl=False)


@template.command()
def words() -> None:
    """Print every word that a template may use, as it stands in docs/templates.md."""
    click.echo(as_markdown(vocabulary()), nl=False)
