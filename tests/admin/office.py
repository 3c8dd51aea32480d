"""Browsers in the back office: whose cookie they carry, and how each is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.models import Account
from kinerja_flow.policy import Actor
from kinerja_flow.security.forgery import forgery_token
from kinerja_flow.services import organisations, sessions
from tests.builders import NOON, Books
from tests.engine.world import LONG_AGO, START, World, build

#: Who holds no part in any case, and one office.
ASIDE = {"administrator": "administrator", "auditor": "auditor"}


@dataclass(frozen=True)
class Browser:
    """Somebody's browser, which sends the token of the session with every form."""

    app: Flask
    secret: str

    @property
    def csrf(self) -> str:
        return forgery_token(self.secret)

    @property
    def client(self) -> FlaskClient:
        client = self.app.test_client()
        client.set_cookie("kinerja-session", self.secret)
        return client

    def send(self, method: str, path: str, **sent: Any) -> TestResponse:
        """In a context of its own, as in a server: no session and no caller of another request."""
        with self.app.app_context():
            return self.client.open(path, method=method, **sent)

    def get(self, path: str, **sent: Any) -> TestResponse:
        return self.send("GET", path, **sent)

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.send("POST", path, data={"csrf": self.csrf, **fields})


@dataclass(frozen=True)
class Office:
    """A cycle under way with its books, and browsers of the people in it."""

    app: Flask
    books: Books

    @property
    def world(self) -> World:
        return self.books.world

    def person(self, name: str) -> UUID:
        return self.world.people[name]

    def actor(self, name: str) -> Actor:
        return organisations.actor_for(self.world.agency_id, self.person(name))

    def browser(self, name: str, of: World | None = None) -> Browser:
        """The browser of somebody who signed in."""
        world = of or self.world
        with transaction() as session:
            mine = {"agency_id": world.agency_id, "person_id": world.people[name]}
            account = session.query(Account).filter_by(**mine).one_or_none()
            if account is None:
                account = Account(**mine)
                session.add(account)
                session.flush()
            device = sessions.Device("203.0.113.7", "Peramban")
            return Browser(self.app, sessions.begun(session, account, device, is_whole=True))


@contextmanager
def opened(app: Flask) -> Iterator[Office]:
    """The small cycle at noon on a day of its planning window, another agency beside it."""
    known = app.extensions["kinerja_settings"]
    app.extensions["kinerja_settings"] = replace(known, second_step=0)
    with clock.at(START):
        world = _with_offices(build(of=("sari", "tia", "uli", "vina", "chief", "head")))
        other = _with_offices(build(key="lain"))
    with clock.at(NOON):
        yield Office(app, Books(world, other))


def _with_offices(world: World) -> World:
    agency, people = world.agency_id, {}
    for name, role in ASIDE.items():
        people[name] = organisations.add_person(agency, name)
        organisations.grant_role(agency, people[name], role, LONG_AGO)
    return replace(world, people={**world.people, **people})


def rules_of(app: Flask, methods: frozenset[str]) -> Mapping[str, str]:
    """Each address of the back office that takes one of the methods, with which of them."""
    found = {}
    for rule in app.url_map.iter_rules():
        taken = methods & (rule.methods or frozenset())
        if rule.rule.startswith("/admin") and taken:
            found[rule.rule] = min(taken)
    return found
