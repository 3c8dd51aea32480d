"""Two agencies whose people sign in, and the browsers that they use."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from kinerja_flow import clock
from kinerja_flow.config import Settings
from kinerja_flow.db import transaction
from kinerja_flow.models import Account
from kinerja_flow.policy import Actor
from kinerja_flow.services import organisations, passwords

PASSWORD = "kalimat panjang yang mudah diingat"
LONG_AGO = date(2024, 1, 1)
NIPS = {"sari": "199001012015032001", "tia": "199102022016032002", "hana": "198003032005012003"}
ROLES = {"hana": "hr", "adi": "administrator"}
PEOPLE = ("sari", "tia", "hana", "adi", "budi")


@dataclass(frozen=True)
class House:
    """An agency; sari and tia are employees, hana is HR, adi an administrator, budi has no
    account yet."""

    app: Flask
    settings: Settings
    agency_id: int
    unit: UUID
    people: dict[str, UUID]

    def actor(self, name: str) -> Actor:
        return organisations.actor_for(self.agency_id, self.people[name])

    def browser(self, address: str = "203.0.113.7", agent: str = "Peramban") -> Browser:
        return Browser(self.app.test_client(), address, agent)

    def signed_in(self, name: str, **where: str) -> Browser:
        """Somebody's browser after they signed in, with the second step where they need one."""
        browser = self.browser(**where)
        browser.sign_in(NIPS.get(name, name))
        if name in ROLES:
            browser.set_up()
        return browser

    def change(self, name: str, **columns: Any) -> None:
        """Set columns of somebody's account, past the services."""
        with transaction() as session:
            of = {"agency_id": self.agency_id, "person_id": self.people[name]}
            account = session.query(Account).filter_by(**of).one()
            for column, value in columns.items():
                setattr(account, column, value)


@dataclass
class Browser:
    """A browser at an address, which sends the token of the page that it looks at."""

    client: FlaskClient
    address: str
    agent: str
    app: Any = None

    def send(self, method: str, path: str, **sent: Any) -> TestResponse:
        headers = {"User-Agent": self.agent, **sent.pop("headers", {})}
        where = {"REMOTE_ADDR": self.address}
        return self.client.open(path, method=method, headers=headers, environ_base=where, **sent)

    def get(self, path: str, **sent: Any) -> TestResponse:
        return self.send("GET", path, **sent)

    def post(self, path: str, at: str | None = None, **fields: Any) -> TestResponse:
        """Send a form, with the token of the page at `at` (by default the same path)."""
        page = self.get(at or path).text
        found = re.search(r'name="csrf" value="(\w+)"', page)
        token = {"csrf": found[1]} if found else {}
        return self.send("POST", path, data={**token, **fields})

    def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> TestResponse:
        return self.post("/masuk", login=login, password=password, **more)

    def set_up(self) -> TestResponse:
        """Set the second step up, as an app does it that scanned the key."""
        page = self.get("/masuk/atur").text
        found = re.search(r'class="digest">([A-Z2-7-]+)<', page)
        assert found, page
        self.app = TOTP(key=found[1].replace("-", ""))
        return self.post("/masuk/atur", code=self.code())

    def code(self, later: int = 0) -> str:
        """What the app shows, so many steps of time later."""
        token: str = self.app.generate(time=clock.now().timestamp() + 30 * later).token
        return token

    @property
    def cookie(self) -> str | None:
        found = self.client.get_cookie("kinerja-session")
        return found.value if found else None

    def me(self) -> TestResponse:
        return self.get("/api/v1/me")


def build(app: Flask, settings: Settings, key: str = "contoh", *, nips: bool = True) -> House:
    """An agency with its people and accounts, all of one password."""
    kept = passwords.hashed(PASSWORD)
    with transaction() as session:
        agency = organisations.create_agency(key, f"Kabupaten {key.title()}")
        unit = organisations.add_unit(agency, "Dinas")
        people = {}
        for name in PEOPLE:
            nip = NIPS.get(name) if nips else None
            people[name] = organisations.add_person(agency, name.title(), nip=nip)
            post = organisations.add_post(agency, unit, name)
            organisations.hold_post(agency, people[name], post, LONG_AGO)
            if name in ROLES:
                organisations.grant_role(agency, people[name], ROLES[name], LONG_AGO)
            if name != "budi":
                login = name if key == "contoh" else f"{name}.{key}"
                of = {"agency_id": agency, "person_id": people[name], "login": login}
                session.add(Account(**of, password_hash=kept))
    return House(app, settings, agency, unit, people)


def with_settings(house: House, **changes: Any) -> House:
    """The house under other settings."""
    settings = replace(house.settings, **changes)
    house.app.extensions["kinerja_settings"] = settings
    return replace(house, settings=settings)
