"""What a reader is answered over HTTP, by every operation that only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from flask import Flask, g

from kinerja_flow.db import transaction
from kinerja_flow.models import Account
from kinerja_flow.policy import Actor
from kinerja_flow.services import service_tokens, sessions

PREFIX = "/api/v1"
#: The same in every world, so that it tells nothing.
NAMED = {"X-Request-ID": "0" * 32}
CHANCE = ("Date", "X-Request-ID")
#: Of the session alone, which is drawn at random.
_FORGERY = re.compile(r'name="csrf" value="\w+"')
#: What a screen asks the address for, where it shows nothing without.
ASKED = {
    "/admin/riwayat/": ("case={case_id}",),
    "/admin/riwayat/berkas": ("form=csv",),
    "/admin/pembacaan/": ("case={case_id}",),
    "/admin/mengapa/": ("case={case_id}", "case={case_id}&person={person_id}&what=reading.answers"),
}
_NAMES = re.compile(r"\{(\w+)\}")


@cache
def reads(app: Flask) -> tuple[str, ...]:
    """The addresses of all operations that read, as the document names them."""
    said = app.test_client().get(f"{PREFIX}/openapi.json").json
    return tuple(sorted(path for path, found in said["paths"].items() if "get" in found))


def addresses(app: Flask, known: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Each of them, and where it is with the ids that the reader may name; whatever names another
    record (a measurement, a note) is read through the lists that hold it."""
    for path in reads(app):
        if set(_NAMES.findall(path)) <= known.keys():
            yield path, path.format_map({name: str(value) for name, value in known.items()})


def screens(app: Flask, known: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every screen of the back office that needs no other id, and those that ask about the case."""
    rules = (rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/admin"))
    for path in sorted(
        one.rule for one in rules if "GET" in (one.methods or ()) and not one.arguments
    ):
        yield path, path
        for query in ASKED.get(path, ()):
            yield f"{path}?{query}", f"{path}?{query.format_map(known)}"


def cookie_of(actor: Actor) -> dict[str, str]:
    """The headers of a browser in which the reader signed in, with the second step."""
    with transaction() as session:
        account = Account(agency_id=actor.agency_id, person_id=actor.person_id, totp_step=1)
        session.add(account)
        session.flush()
        device = sessions.Device("", "")
        secret = sessions.begun(session, account, device, is_whole=True)
    return {**NAMED, "Cookie": f"kinerja-session={secret}"}


def token_of(actor: Actor) -> dict[str, str]:
    """The headers of a program that reads everything that the reader may."""
    entry = {"name": "Portal", "scopes": ["*:read"], "days": 366}
    secret = service_tokens.issue(actor, entry).secret
    return {**NAMED, "Authorization": f"Bearer {secret}"}


def answer(app: Flask, address: str, headers: Mapping[str, str]) -> list[Any]:
    """The status, the headers and every byte of an answer."""
    for name in list(vars(g)):
        g.pop(name)
    # A client that keeps cookies would drop the one that it is given.
    said = app.test_client(use_cookies=False).get(address, headers=dict(headers))
    assert said.status_code != 401, f"nobody is signed in: {address}"
    told = [(name, value) for name, value in said.headers if name not in CHANCE]
    body = said.get_data(as_text=False).decode("latin-1")
    return [said.status_code, told, _FORGERY.sub("", body)]
