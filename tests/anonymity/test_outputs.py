"""No output is forgotten: a new one fails here until it says how the proof looks at it."""

from __future__ import annotations

import pytest

from kinerja_flow import create_app
from kinerja_flow.config import Settings
from tests.anonymity import outputs as known

WHERE = "say in tests/anonymity/outputs.py how the proof of anonymity looks at it"


def test_every_service_is_classified() -> None:
    new = [name for name in known.services_found() if not known.is_classified(name)]
    assert not new, f"{new}: {WHERE} (READS, WRITES or PURE)"


def test_no_service_is_made_up() -> None:
    known_ones = {*known.services_found(), *(f"{name}.*" for name in known.modules_found())}
    assert not {*known.READS, *known.WRITES, *known.PURE} - known_ones


def test_every_table_is_classified() -> None:
    new = known.tables_found() - known.WHOLE - known.SEALED.keys() - known.LINKS
    assert not new, f"{new}: {WHERE} (WHOLE, SEALED or LINKS)"
    assert not (known.WHOLE | known.LINKS) - known.tables_found()


def test_every_command_is_classified() -> None:
    new = set(known.commands_found()) - known.COMMANDS.keys()
    assert not new, f"{new}: {WHERE} (COMMANDS)"


@pytest.fixture
def routes(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    path = tmp_path_factory.mktemp("routes") / "none.sqlite"
    return known.routes_found(create_app(Settings(database_url=f"sqlite:///{path}")))


def test_every_route_is_classified(routes: set[str]) -> None:
    new = routes - known.ROUTES.keys()
    assert not new, f"{new}: {WHERE} (ROUTES)"


def test_every_event_of_the_log_is_classified() -> None:
    new = set(known.events_found()) - known.EVENTS.keys()
    assert not new, f"{new}: {WHERE} (EVENTS)"
    assert set(known.EVENTS) <= set(known.events_found())
