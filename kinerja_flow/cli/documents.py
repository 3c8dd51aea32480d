"""What is taken out of the system as files: the document of a result, tables of a cycle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click

from kinerja_flow.cli.application import application
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.services.callers import (
    caller_about,
    caller_of_case,
    caller_of_cycle,
)
from kinerja_flow.services.case_list import CaseSeen, Filter, cases_for
from kinerja_flow.services.document import document as document_of
from kinerja_flow.services.exports import FORMS, KINDS, Wanted
from kinerja_flow.services.exports import export as export_to

FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@contextmanager
def whole(output: Path) -> Iterator[BinaryIO]:
    """A file that is there once all of it is written; what is refused leaves none."""
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


@click.command()
@click.argument("case", type=click.UUID)
@click.option("--as", "who", required=True, metavar="PERSON", help="NIP or id of who asks.")
@click.option("-o", "--output", type=FILE, required=True, help="The PDF to write.")
@click.option("--number", type=click.IntRange(1), help="Which result; by default the newest.")
@as_json
@in_language
@speaks
def document(speech: Speech, /, case: UUID, who: str, output: Path, number: int | None) -> None:
    """Write the document of a result as a PDF, as somebody who may read the result.

    `kinerja cases` lists the ids of somebody's cases.
    """
    with application():
        found = document_of(case, caller_of_case(case, who), number, speech.language)
    with whole(output) as file:
        file.write(found.pdf)
    if speech.is_json:
        marks = (
            "number",
            "sha256",
            "content_sha256",
            "is_draft",
            "is_superseded",
            "is_provisional",
        )
        speech.write({name: getattr(found, name) for name in marks})
    else:
        speech.say("document_written", number=found.number, file=output, sha256=found.sha256)


@click.command()
@click.argument("person")
@click.option("--as", "who", required=True, metavar="PERSON", help="NIP or id of who asks.")
@as_json
@in_language
@speaks
def cases(speech: Speech, person: str, who: str) -> None:
    """List the cases about somebody (NIP or id) with their ids, as somebody who may know."""
    with application():
        actor, about = caller_about(who, person)
        found = cases_for(actor, Filter({"subject_id": about}))
    if speech.is_json:
        speech.write({"cases": [_as_said(one, speech.language) for one in found]})
        return
    for one in found:
        speech.say("case_line", **_as_said(one, speech.language))
    speech.say("cases_found", count=len(found))


def _as_said(one: CaseSeen, language: str) -> dict[str, str]:
    span = {"from": one.from_on.isoformat(), "until": one.until_on.isoformat()}
    called = {"kind": one.kind_label(language), "state": one.state_label(language)}
    return {"case": str(one.id), "name": one.subject, **span, **called}


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("cycle", type=click.UUID)
@click.option("--as", "who", required=True, metavar="PERSON", help="NIP or id of an HR officer.")
@click.option("-o", "--output", type=FILE, required=True, help="The file, .csv or .xlsx.")
@click.option("--bom", is_flag=True, help="Mark a CSV as UTF-8, for programs that need it.")
@as_json
@in_language
@speaks
def export(speech: Speech, /, kind: str, cycle: UUID, **how: Any) -> None:
    """Write results by unit, plans or follow-ups of a cycle as a table, as an HR officer."""
    output: Path = how["output"]
    form = output.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise click.BadParameter(f"{output.name}: .csv or .xlsx")
    wanted = Wanted(kind, form, speech.language, how["bom"])
    with application(), whole(output) as file:
        count = export_to(cycle, caller_of_cycle(cycle, how["who"]), wanted, file)
    if speech.is_json:
        speech.write({"rows": count})
    else:
        speech.say("exported", count=count, file=output)
