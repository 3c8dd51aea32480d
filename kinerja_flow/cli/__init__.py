"""The command line: every command of `kinerja`, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kinerja_flow import __version__
from kinerja_flow.cli.accounts import accounts
from kinerja_flow.cli.demonstration import demo
from kinerja_flow.cli.documents import cases, document, export
from kinerja_flow.cli.people import person, retention, why
from kinerja_flow.cli.refusals import MISUSED, STOPPED, CannotListen, Unready, refuse
from kinerja_flow.cli.runs import run
from kinerja_flow.cli.scenarios import scenario
from kinerja_flow.cli.serving import serve
from kinerja_flow.cli.setup import init, upgrade
from kinerja_flow.cli.speech import Speech, in_language
from kinerja_flow.cli.surveys import survey
from kinerja_flow.cli.templates import template
from kinerja_flow.cli.tokens import token
from kinerja_flow.cli.upkeep import tick, verify
from kinerja_flow.config import SettingError
from kinerja_flow.errors import Problem
from workflows import TemplateError

#: What is said in the one shape; anything else is a fault of ours and keeps its traceback.
EXPECTED = (Problem, TemplateError, Unready, CannotListen, SettingError, click.ClickException)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@in_language
def kinerja() -> None:
    """Appraisal cycles of public agencies: one engine, each cycle a template."""


for command in (
    accounts,
    init,
    cases,
    demo,
    document,
    export,
    person,
    retention,
    run,
    serve,
    scenario,
    survey,
    template,
    tick,
    token,
    upgrade,
    verify,
    why,
):
    kinerja.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    speech = Speech()
    try:
        return int(kinerja.main(args=arguments, obj=speech, standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return MISUSED
    except EXPECTED as error:
        return refuse(error, speech)
    except (click.Abort, KeyboardInterrupt):
        speech.error.print(speech.text("aborted"))
        return STOPPED
