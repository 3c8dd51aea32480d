"""What tests of signing in share: an agency at noon, with nobody signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from kinerja_flow import clock, create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from tests.builders import NOON
from tests.signing.house import House, build


@pytest.fixture
def house(database: str) -> Iterator[House]:
    settings = Settings(database_url=database, secret_key="tests", limit_sign_in=0)
    app: Flask = create_app(settings)
    with app.app_context(), clock.at(NOON):
        found = build(app, settings)
    with clock.at(NOON):
        yield found
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
