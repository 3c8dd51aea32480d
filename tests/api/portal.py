"""Programs that call the API for the people of a world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from kinerja_flow import clock
from kinerja_flow.services import service_tokens
from tests.builders import NOON, Books
from tests.engine.world import START, World, build

EVERYTHING = ["*:read", "*:write"]


def told(answer: TestResponse) -> Mapping[str, Any]:
    """What a refusal says, apart from which request it answers."""
    return {k: v for k, v in answer.json.items() if k not in ("instance", "request_id")}


@dataclass(frozen=True)
class Client:
    """A program that calls for somebody of a world, under a token of its own."""

    app: Flask
    secret: str

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    def send(self, method: str, path: str, **sent: Any) -> TestResponse:
        """The answer to a request; `headers` are added to the token's."""
        headers = {**self.headers, **sent.pop("headers", {})}
        # In a context of its own, as in a server: no session and no caller of another request.
        with self.app.app_context():
            client = self.app.test_client()
            return client.open(f"/api/v1{path}", method=method, headers=headers, **sent)

    def get(self, path: str, **sent: Any) -> TestResponse:
        return self.send("GET", path, **sent)

    def post(self, path: str, body: Any = None, **sent: Any) -> TestResponse:
        return self.send("POST", path, json={} if body is None else body, **sent)

    def put(self, path: str, body: Any = None, **sent: Any) -> TestResponse:
        return self.send("PUT", path, json={} if body is None else body, **sent)

    def delete(self, path: str, **sent: Any) -> TestResponse:
        return self.send("DELETE", path, **sent)


@dataclass(frozen=True)
class Portal:
    """A cycle under way with its books, and programs for the people in it."""

    app: Flask
    books: Books

    @property
    def world(self) -> World:
        return self.books.world

    def as_(self, name: str, scopes: list[str] | None = None, of: World | None = None) -> Client:
        """A program that calls for somebody by name."""
        world = of or self.world
        entry = {"name": "Portal", "days": 366}
        entry |= {"scopes": EVERYTHING if scopes is None else scopes}
        return Client(self.app, service_tokens.issue(world.actors[name], entry).secret)

    def case(self, of: str = "sari") -> UUID:
        return self.world.cases[of]

    def seen(self, of: str = "sari") -> Mapping[str, str]:
        """The header that says that the present version was seen."""
        return {"If-Match": f'"{self.books.version(of)}"'}


@contextmanager
def opened(app: Flask) -> Iterator[Portal]:
    """The small cycle at noon on a day of its planning window, another agency beside it."""
    with clock.at(START):
        world = build(of=("sari", "tia", "uli", "vina", "chief", "head"))
        other = build(key="lain")
    with clock.at(NOON):
        yield Portal(app, Books(world, other))
