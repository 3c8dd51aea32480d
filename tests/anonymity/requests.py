"""What a reader is answered over HTTP, by every operation that only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from flask import Flask, g

from kinerja_flow.policy import Actor
from kinerja_flow.services import service_tokens

PREFIX = "/api/v1"
#: The same in every world, so that it tells nothing.
NAMED = {"X-Request-ID": "0" * 32}
CHANCE = ("Date", "X-Request-ID")
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


def token_of(actor: Actor) -> dict[str, str]:
    """The headers of a program that reads everything that the reader may."""
    entry = {"name": "Portal", "scopes": ["*:read"], "days": 366}
    secret = service_tokens.issue(actor, entry).secret
    return {**NAMED, "Authorization": f"Bearer {secret}"}


def answer(app: Flask, address: str, headers: Mapping[str, str]) -> list[Any]:
    """The status, the headers and every byte of an answer."""
    for name in list(vars(g)):
        g.pop(name)
    said = app.test_client().get(address, headers=dict(headers))
    told = [(name, value) for name, value in said.headers if name not in CHANCE]
    return [said.status_code, told, said.get_data(as_text=False).decode("latin-1")]
