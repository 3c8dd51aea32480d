"""What tests of the API share: a world, and programs that call on behalf of its people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.api.portal import Portal, opened


@pytest.fixture
def app(web_app: Flask) -> Flask:
    return web_app


@pytest.fixture
def portal(app: Flask) -> Iterator[Portal]:
    with app.app_context(), opened(app) as found:
        yield found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is said over HTTP rests on services that are tried on both databases."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.portable)
