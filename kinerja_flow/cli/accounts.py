"""Accounts from the command line: codes to print, addresses, and the way back in for who is out."""

from __future__ import annotations

from typing import Any

import click

from kinerja_flow.cli.application import application
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.config import Settings
from kinerja_flow.services import accounts as kept
from kinerja_flow.services import activation, slips
from kinerja_flow.services.activation import Slip
from kinerja_flow.services.callers import caller_about, caller_of_unit

AS = click.option("--as", "who", required=True, help="NIP or id of the HR officer who does it.")


@click.group()
def accounts() -> None:
    """Accounts with which people sign in."""


@accounts.command()
@click.argument("unit")
@AS
@as_json
@in_language
@speaks
def codes(speech: Speech, /, unit: str, who: str) -> None:
    """Print activation codes for a unit (name or id) and those below; shown this once."""
    settings = Settings.from_environment()
    with application(settings):
        unit_id, actor = caller_of_unit(unit, who)
        sheet = activation.issue_for_unit(actor, unit_id, settings)
    if speech.is_json:
        speech.write({"codes": list(map(_told, sheet.slips)), "active": sheet.active})
        return
    for slip in sheet.slips:
        _say(speech, slip)
    speech.say("slips_made", count=len(sheet.slips), active=sheet.active)


@accounts.command()
@click.argument("person")
@click.argument("address")
@AS
@as_json
@in_language
@speaks
def email(speech: Speech, /, person: str, address: str, who: str) -> None:
    """Set the e-mail address of somebody's (NIP or id) account."""
    with application():
        actor, person_id = caller_about(who, person)
        kept.set_email(actor, person_id, {"email": address})
    _done(speech, "email_set", address=address)


@accounts.command()
@click.argument("person")
@click.argument("way", type=click.Choice(["on", "off"]))
@AS
@as_json
@in_language
@speaks
def switch(speech: Speech, /, person: str, way: str, who: str) -> None:
    """Switch somebody's (NIP or id) account on or off; their sessions end."""
    with application():
        actor, person_id = caller_about(who, person)
        kept.switch(actor, person_id, is_active=way == "on")
    _done(speech, f"account_{way}", person=person)


@accounts.command()
@click.argument("login")
@as_json
@in_language
@speaks
def rescue(speech: Speech, /, login: str) -> None:
    """For an administrator who is locked out: no second step any more, and a new code."""
    settings = Settings.from_environment()
    with application(settings):
        found = slips.rescue(login, settings)
    if speech.is_json:
        speech.write({"codes": list(map(_told, found))})
        return
    for slip in found:
        _say(speech, slip)


def _told(slip: Slip) -> dict[str, Any]:
    who = {"person": str(slip.person_id), "name": slip.name, "nip": slip.nip}
    return {**who, "code": slip.code, "expires_at": slip.expires_at.isoformat()}


def _say(speech: Speech, slip: Slip) -> None:
    speech.say("slip", name=slip.name, nip=slip.nip or slip.login or "-", key=slip.code)


def _done(speech: Speech, code: str, **words: str) -> None:
    if speech.is_json:
        speech.write(words)
    else:
        speech.say(code, **words)
