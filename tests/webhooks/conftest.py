"""What tests of webhooks share: a receiver, a world with a webhook that leads to it, and sweeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kinerja_flow import clock, create_core
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.services import webhook_deliveries, webhooks
from kinerja_flow.services.webhook_sweep import Round, deliver
from kinerja_flow.services.webhook_types import TYPES
from kinerja_flow.services.webhooks import WithSecret
from tests.builders import NOON, Books
from tests.engine.world import START, build
from tests.webhooks.receiver import Receiver, receiving

#: A minute after what the tests do, so that everything is due.
LATER = NOON + timedelta(minutes=1)


def settings_for(database: str, port: int, **more: Any) -> Settings:
    """Settings under which webhooks reach this machine."""
    said: dict[str, Any] = {"secret_key": "a secret of the tests", "webhook_seconds": 5} | more
    said = {"webhook_networks": "127.0.0.0/8", "webhook_ports": str(port)} | said
    return Settings(database_url=database, **said)


@dataclass
class Hooks:
    """A world, a receiver, and the webhook that leads to it."""

    app: Flask
    settings: Settings
    books: Books
    receiver: Receiver
    made: WithSecret

    @property
    def id(self) -> UUID:
        return self.made.id

    @property
    def officer(self) -> Any:
        return self.books.who("officer")

    def sweep(self, at: datetime = LATER) -> Round:
        with clock.at(at):
            return deliver(self.settings)

    def seen(self, outcome: str | None = None) -> list[webhook_deliveries.DeliverySeen]:
        return webhook_deliveries.deliveries(self.officer, self.id, outcome)

    def later(self, **time: Any) -> AbstractContextManager[None]:
        return clock.at(NOON + timedelta(**time))


def entry(url: str, **said: Any) -> dict[str, Any]:
    return {"name": "Portal", "url": url, "events": list(TYPES), **said}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def hooks(database: str, receiver: Receiver) -> Iterator[Hooks]:
    """The small cycle at noon, with a webhook of its officer for every type of event."""
    settings = settings_for(database, receiver.port)
    app = create_core(settings)
    with app.app_context():
        with clock.at(START):
            world = build(of=("sari", "tia", "uli", "vina", "chief"))
            other = build(key="lain")
        with clock.at(NOON):
            books = Books(world, other)
            made = webhooks.subscribe(books.who("officer"), entry(receiver.url), settings)
            yield Hooks(app, settings, books, receiver, made)
        db.session.remove()
        db.engine.dispose()


def real_now() -> datetime:
    return datetime.now(UTC)
