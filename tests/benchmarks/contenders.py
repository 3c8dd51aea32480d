"""Who takes part: the yardstick first, then the engine, then others where they are installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from tests.benchmarks import ours, raw
from tests.benchmarks.crew import Contender
from tests.benchmarks.world import World

ENGINE = "kinerja_flow"
#: What the extra `bench` installs: the package to look for, and our module that uses it.
OTHERS = {
    "django-fsm-2": ("django_fsm", "tests.benchmarks.django_fsm"),
    "SpiffWorkflow": ("SpiffWorkflow", "tests.benchmarks.spiff"),
}


def on_postgres() -> dict[str, Contender]:
    found: dict[str, Contender] = {"raw psycopg": raw.same_tables, ENGINE: ours.act}
    found |= {name: import_module(ours_).act for name, (_, ours_) in _installed().items()}
    return found | {"raw psycopg, two small tables": raw.lean_tables}


def on_sqlite() -> dict[str, Contender]:
    return {"raw sqlite3": raw.sqlite_tables, ENGINE: ours.act}


def prepare(world: World) -> None:
    """Make the tables that only contenders have."""
    raw.prepare(world)
    for _, module in _installed().values():
        import_module(module).prepare(world)


def missing() -> list[str]:
    """Who could take part if the extra `bench` were installed."""
    return [name for name in OTHERS if name not in _installed()]


def _installed() -> dict[str, tuple[str, str]]:
    return {name: of for name, of in OTHERS.items() if find_spec(of[0])}
