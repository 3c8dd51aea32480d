"""Setting up: the schema of the database, the first agency and its first administrator."""

from __future__ import annotations

import sys
from typing import Any

import click

from kinerja_flow.cli.application import application, reaching
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.config import Settings
from kinerja_flow.db import upgrade as migrate
from kinerja_flow.services.installations import NewAdministrator, NewAgency, install

#: What `init` asks for, in this order, unless it is given as an option.
ASKED = ("agency", "key", "name", "login")


@click.command()
@as_json
@in_language
@speaks
def upgrade(speech: Speech) -> None:
    """Bring the database to the schema of this version."""
    settings = Settings.from_environment()
    with reaching(settings.database_url):
        migrate(settings.database_url)
    if speech.is_json:
        speech.write({"upgraded": True})
    else:
        speech.say("upgraded")


@click.command()
@click.option("--agency", help="Name of the agency (instansi).")
@click.option("--key", help="Short name of the agency, as it stands in addresses.")
@click.option(
    "--zone",
    type=click.Choice(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
    default="Asia/Jakarta",
    show_default=True,
    help="Time zone of the agency.",
)
@click.option("--name", help="Name of the first administrator.")
@click.option("--nip", help="Their NIP, 18 digits, if they have one.")
@click.option("--login", help="What they sign in with.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@as_json
@in_language
@speaks
def init(speech: Speech, /, zone: str, nip: str | None, password_stdin: bool, **given: Any) -> None:
    """Set up an empty database: schema, agency, first administrator (who is also HR)."""
    settings = Settings.from_environment()
    answers = _answers(speech, given, may_ask=not password_stdin)
    password = _password(speech, from_stdin=password_stdin)
    with reaching(settings.database_url):
        migrate(settings.database_url)
    with application(settings):
        agency = NewAgency(answers["key"], answers["agency"], zone)
        installed = install(
            agency, NewAdministrator(answers["name"], answers["login"], password, nip)
        )
    if speech.is_json:
        speech.write({"agency": installed.agency_id, "person": str(installed.person_id)})
    else:
        speech.say("installed", agency=answers["agency"], login=answers["login"])


def _answers(speech: Speech, given: dict[str, Any], *, may_ask: bool) -> dict[str, str]:
    missing = [name for name in ASKED if given[name] is None]
    if missing and not may_ask:
        options = ", ".join(f"--{name}" for name in missing)
        raise click.UsageError(speech.text("options_missing", options=options))
    asked = {name: click.prompt(speech.text(f"ask_{name}"), err=True) for name in missing}
    return {**given, **asked}


def _password(speech: Speech, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    again = speech.text("ask_password_again")
    said: str = click.prompt(
        speech.text("ask_password"), hide_input=True, confirmation_prompt=again, err=True
    )
    return said
