"""Signing in and out for pages and programs of people: a session in a cookie."""

from __future__ import annotations

from typing import Any

from flask import after_this_request
from marshmallow import Schema, fields

from kinerja_flow.api.fields import Id, Word
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.errors import Unauthenticated
from kinerja_flow.language import language
from kinerja_flow.security import (
    device,
    drop,
    forgery_token,
    keep,
    refuse_forged,
    session_secret,
    settings,
    signed,
    spend_of_address,
)
from kinerja_flow.services import me as people
from kinerja_flow.services import second_step, sessions
from kinerja_flow.services import sign_in as signing

noun = Noun("session", "Signing in and out, and who one is.")


class NextView(Schema):
    """What is still to be done before the session holds."""

    next_step = Word("`code`, `setup` (on the page /masuk), or null: signed in", like="code")
    csrf = Word("Send it as X-CSRF-Token with whatever changes something")


class MeView(Schema):
    """Who is signed in, or for whom a token acts."""

    person_id = Id("The person")
    name = Word("Their name")
    nip = Word("Their NIP; null for whoever has none")
    agency_id = fields.Integer(metadata={"description": "Their agency"})
    agency = Word("Name of the agency")
    zone = Word("Time zone of the agency", like="Asia/Jakarta")
    roles = fields.List(
        Word("An office in the system"), metadata={"description": "Offices that they hold today"}
    )
    language = Word("Language of the answers", like="id")
    csrf = Word("Of a session: send it as X-CSRF-Token; empty for a token")


OPEN = Contract(NextView, signing.FORM, by="anybody")
CODE = Contract(NextView, second_step.FORM, by="anybody")
CLOSE = Contract(None, status=204, by="anybody")


@noun.operation("POST", "/session", OPEN)
def enter(call: Call) -> dict[str, Any]:
    """Sign in with a NIP, e-mail or login and its password. The session comes as a cookie; where
    `next_step` is `code`, POST /session/code is next."""
    spend_of_address("sign_in")
    opened = signing.sign_in(call.body, device(), settings())
    if (before := session_secret()) is not None:
        sessions.sign_out(before)
    return _kept(opened.secret, opened.next_step)


@noun.operation("POST", "/session/code", CODE)
def take_code(call: Call) -> dict[str, Any]:
    """The second step: a code of the app, or a recovery code."""
    found = signed()
    if found is None or found.next_step != "code":
        raise Unauthenticated.of("sign_in_first", "Authorization")
    refuse_forged()
    return _kept(second_step.finish(found, call.body, device(), settings()).secret, None)


@noun.operation("DELETE", "/session", CLOSE)
def leave(_call: Call) -> None:
    """Sign out."""
    secret = session_secret()
    if secret is not None and signed() is not None:
        refuse_forged()
        sessions.sign_out(secret)
    after_this_request(drop)


@noun.gets("/me", MeView)
def who_am_i(call: Call) -> dict[str, Any]:
    """Who calls, with their agency and offices."""
    mine = people.who_am_i(call.actor)
    said = {name: getattr(mine, name) for name in mine.__slots__}
    return {**said, "language": language(), "csrf": forgery_token()}


def _kept(secret: str, step: str | None) -> dict[str, Any]:
    after_this_request(lambda answer: keep(answer, secret))
    return {"next_step": step, "csrf": forgery_token(secret)}
