"""Templates from the command line: checked, shown, drawn, and the words that they may use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from kinerja_flow.cli.refusals import FAILED, template_problem
from kinerja_flow.cli.rights import as_markdown as rights_as_markdown
from kinerja_flow.cli.showing import show_to_people
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.cli.words import as_markdown
from kinerja_flow.errors import NotFound
from kinerja_flow.services.templates import read_template, shipped_source
from kinerja_flow.workflow import vocabulary
from workflows import TemplateError, diagram

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
        if problem["way_out"]:
            speech.out.print(Text(f"    {speech.text('way_out', text=problem['way_out'])}", "dim"))


@template.command()
@click.argument("name", metavar="FILE|KEY")
@as_json
@in_language
@speaks
def show(speech: Speech, name: str) -> None:
    """Show a template as people read it, with the names that scenarios use. JSON: its canonical
    form."""
    definition = read_template(source_of(name))
    if speech.is_json:
        speech.write(json.loads(definition.canonical))
        return
    show_to_people(definition, speech)


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
@click.argument("name", metavar="FILE|KEY")
@in_language
@speaks
def rights(speech: Speech, name: str) -> None:
    """Print who may do what, from where, and whether through a substitute, as in docs/rights."""
    click.echo(rights_as_markdown(read_template(source_of(name))), nl=False)


@template.command()
def words() -> None:
    """Print every word that a template may use, as it stands in docs/templates.md."""
    click.echo(as_markdown(vocabulary()), nl=False)
