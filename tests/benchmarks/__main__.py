"""`python -m tests.benchmarks [--quick] [--json]`: measures, shows tables, fails for no speed."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import databases
from tests.benchmarks import bulk, contenders, raw, report, web
from tests.benchmarks.crew import SHARE, Crew, Rates
from tests.benchmarks.world import World, build

PROCESSES = 4
#: Cases under way while requests are answered.
WEB_CASES = 1_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    seconds: float
    moved: int
    launched: int


FULL = Size(rounds=5, seconds=2.0, moved=5_000, launched=2_000)
QUICK = Size(rounds=3, seconds=0.5, moved=1_000, launched=200)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute: fewer and shorter rounds")
    parser.add_argument("--http", action="store_true", help="over HTTP alone")
    parser.add_argument("--json", action="store_true", help="every round, for a program")
    asked = parser.parse_args()
    size = QUICK if asked.quick else FULL
    if asked.http:
        return _over_http(size)
    for name in contenders.missing():
        _say(f'{name} is left out: pip install -e ".[bench]"')
    found, server = _on_postgres(size)
    tables = found | _on_sqlite(size)
    conditions = {**_conditions(size), **server}
    if asked.json:
        print(json.dumps(report.as_json(tables, conditions), indent=1))
    else:
        report.show(tables, conditions)
        _over_http(size)
    return 0


def _over_http(size: Size) -> int:
    """The part over HTTP: requests a second, how long they take, and what they cost."""
    try:
        admin = databases.postgres_server()
    except databases.NoPostgres as reason:
        _say(f"left out over HTTP, without PostgreSQL: {reason}")
        return 0
    with _database(admin) as url:
        _say("filling a PostgreSQL database ...")
        world = build(url, WEB_CASES, 0)
        raw.analyse(world)
        _say("over HTTP ...")
        tables, held = web.measure(world, size.rounds, size.seconds)
        report.show_web(tables, {**_conditions(size), **raw.server(world), **held})
    return 0


def _on_postgres(size: Size) -> tuple[dict[str, Mapping[str, Rates]], dict[str, str]]:
    try:
        admin = databases.postgres_server()
    except databases.NoPostgres as reason:
        _say(f"PostgreSQL is left out: {reason}")
        return {}, {"PostgreSQL": f"left out: {reason}"}
    with _database(admin) as url:
        _say("filling a PostgreSQL database ...")
        acting = SHARE * len(contenders.on_postgres()) * PROCESSES
        world = build(url, acting + size.moved, size.launched * size.rounds)
        contenders.prepare(world)
        return _acts(world, size) | _sets(world, size), raw.server(world)


@contextmanager
def _database(admin: str) -> Iterator[str]:
    url = databases.create_database(admin)
    try:
        yield url
    finally:
        databases.drop_database(admin, url)


def _acts(world: World, size: Size) -> dict[str, Mapping[str, Rates]]:
    tables = {}
    with Crew(world, contenders.on_postgres(), PROCESSES) as crew:
        raw.analyse(world)
        for processes in (1, PROCESSES):
            _say(f"durable acts, {processes} at once ...")
            title = f"A durable act on PostgreSQL, {processes} at once"
            tables[title] = crew.measure(processes, size.rounds, size.seconds)
    return tables


def _sets(world: World, size: Size) -> dict[str, Mapping[str, Rates]]:
    _say("sets ...")
    moved, opened = size.moved, size.launched
    return {
        f"Moving {moved:,} cases at once": bulk.advancing(world, moved, size.rounds),
        f"Launching {opened:,} cases at once": bulk.launching(world, opened, size.rounds),
    }


def _on_sqlite(size: Size) -> dict[str, Mapping[str, Rates]]:
    _say("durable acts on SQLite ...")
    acting = contenders.on_sqlite()
    with tempfile.TemporaryDirectory() as folder:
        world = build(f"sqlite:///{Path(folder) / 'bench.sqlite'}", SHARE * len(acting), 0)
        with Crew(world, acting, 1) as crew:
            rates = crew.measure(1, size.rounds, size.seconds)
    return {"A durable act on SQLite": rates}


def _conditions(size: Size) -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "processors": str(os.cpu_count()),
        "rounds": f"{size.rounds} of {size.seconds:g} s, medians",
    }


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
