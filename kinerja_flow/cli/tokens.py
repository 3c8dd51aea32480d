"""Service tokens, by which programs act for whoever made them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

import click

from kinerja_flow.cli.application import application
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.policy import Actor
from kinerja_flow.services import service_tokens
from kinerja_flow.services.callers import caller_about


@click.group()
def token() -> None:
    """Service tokens: a program acts for somebody, within scopes, until a day."""


as_person = click.option("--as", "who", required=True, metavar="PERSON", help="NIP or id.")


@token.command()
@as_person
@click.option("--name", required=True, help="What it is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help="cases:read, *:write, ….")
@click.option("--days", type=int, default=90, show_default=True, help="How long it lasts.")
@as_json
@in_language
@speaks
def issue(speech: Speech, /, who: str, **entry: Any) -> None:
    """Make a token by which a program acts for the person, and print its secret this once."""
    with application():
        scopes = list(entry.pop("scopes"))
        made = service_tokens.issue(_person(who), {**entry, "scopes": scopes})
    if speech.is_json:
        speech.write({"id": str(made.id), "secret": made.secret})
    else:
        speech.say("token_issued", id=made.id)
        click.echo(made.secret)


@token.command(name="list")
@as_person
@as_json
@in_language
@speaks
def listed(speech: Speech, /, who: str) -> None:
    """The person's tokens, newest first; for HR those of the agency."""
    with application():
        found = service_tokens.tokens_of(_person(who))
    if speech.is_json:
        speech.write([{name: _plain(value) for name, value in asdict(t).items()} for t in found])
        return
    for one in found:
        ended = speech.text("token_ended") if one.revoked_at else None
        until = ended or one.expires_at.date().isoformat()
        speech.say("token_line", id=one.id, name=one.name, scopes=" ".join(one.scopes), until=until)


def _person(who: str) -> Actor:
    return caller_about(who, who)[0]


def _plain(value: Any) -> Any:
    return value if isinstance(value, (tuple, type(None))) else str(value)


@token.command()
@as_person
@click.argument("token_id", type=click.UUID)
@as_json
@in_language
@speaks
def revoke(speech: Speech, /, who: str, token_id: UUID) -> None:
    """End a token at once."""
    with application():
        service_tokens.revoke(_person(who), token_id)
    if speech.is_json:
        speech.write({"id": str(token_id)})
    else:
        speech.say("token_revoked", id=token_id)
