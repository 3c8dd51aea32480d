"""What tests of the back office share: a cycle under way, and browsers of the people in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.admin.office import Office, opened


@pytest.fixture
def app(web_app: Flask) -> Flask:
    return web_app


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with app.app_context(), opened(app) as found:
        yield found
