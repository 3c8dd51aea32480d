"""What tests of the back office share: a cycle under way, and browsers of the people in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is shown rests on services that are tried on both databases."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.portable)
