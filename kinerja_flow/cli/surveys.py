"""What an operator makes for surveys of citizens: the QR code of a link."""

from __future__ import annotations

import click

from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.services.survey_qr import qr_svg


@click.group()
def survey() -> None:
    """Surveys of citizens."""


@survey.command()
@click.argument("link")
@as_json
@in_language
@speaks
def qr(speech: Speech, /, link: str) -> None:
    """Print the QR code of a survey's whole address as SVG."""
    drawn = qr_svg(link)
    if speech.is_json:
        speech.write({"svg": drawn})
    else:
        click.echo(drawn)
