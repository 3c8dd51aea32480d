"""What is taken out of the system as a file: the document of a result."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click

from kinerja_flow.cli.application import application
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.services.callers import caller_of_case
from kinerja_flow.services.document import document as document_of

FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("case", type=click.UUID)
@click.option("--as", "who", required=True, metavar="PERSON", help="NIP or id of who asks.")
@click.option("-o", "--output", type=FILE, required=True, help="The PDF to write.")
@click.option("--number", type=click.IntRange(1), help="Which result; by default the newest.")
@as_json
@in_language
@speaks
def document(speech: Speech, /, case: UUID, who: str, output: Path, number: int | None) -> None:
    """Write the document of a result as a PDF, as somebody who may read the result."""
    with application():
        found = document_of(case, caller_of_case(case, who), number, speech.language)
    output.write_bytes(found.pdf)
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
