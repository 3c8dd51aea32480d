"""An act and a list over HTTP: gunicorn with the application, beside one with the yardstick."""

from __future__ import annotations

import hashlib
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.models import CASES, ServiceToken
from tests.benchmarks.load import Client, Part
from tests.benchmarks.world import World

CONNECTIONS = (1, 8, 32)
WORKERS = 2
TICK = os.sysconf("SC_CLK_TCK")
#: What is asked of each: the yardstick first. The application knows from the token who asks.
SERVERS = {"bare WSGI with psycopg": "tests.benchmarks.bare:app", "kinerja_flow": "wsgi:app"}
ASKED = {"an act": ("act", "act"), "a list of 20": ("list", "plain list")}


@dataclass(slots=True)
class Answers:
    """What the rounds came to: rates by the second, times in seconds, the server's processor."""

    rates: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        return sorted(self.times)[min(len(self.times) - 1, int(share * len(self.times)))]

    @property
    def processor(self) -> float:
        """Seconds of the server's processor for one answer."""
        return sum(self.busy) / len(self.times)

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


class Server:
    """gunicorn with one of the applications."""

    def __init__(self, app: str, url: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        settings = {"KINERJA_DATABASE_URL": url, "KINERJA_PORT": str(self.port)}
        settings |= {name: "1000000" for name in ("KINERJA_LIMIT_ADDRESS", "KINERJA_LIMIT_ACTOR")}
        settings |= {"KINERJA_SECRET_KEY": "ukur", "KINERJA_LOG_JSON": "1"}
        conf = ["-c", "python:kinerja_flow.gunicorn_conf", "--workers", str(WORKERS)]
        more = ["--max-requests", "0", "--log-level", "error", app]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *conf, *more],
            env=os.environ | settings,
            stdout=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2],
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("gunicorn does not answer")

    @property
    def workers(self) -> list[int]:
        of = f"/proc/{self._process.pid}/task/{self._process.pid}/children"
        return [int(pid) for pid in Path(of).read_text().split()]

    def processor(self) -> float:
        """Seconds of processor that the workers have used."""
        return sum(_used(pid) for pid in self.workers)

    def memory(self) -> dict[str, float]:
        """MB of a worker: all that it holds, and its share where workers hold the same."""
        found = [_memory(pid) for pid in self.workers]
        return {name: statistics.mean(one[name] for one in found) for name in found[0]}

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(60)


def _used(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICK


def _memory(pid: int) -> dict[str, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kib = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return {"Rss": kib["Rss"] / 1024, "Pss": kib["Pss"] / 1024}


def measure(
    world: World, rounds: int, seconds: float
) -> tuple[dict[str, Mapping[str, Answers]], dict[str, str]]:
    """A table for each thing asked and number of connections; and what a worker holds."""
    parts = _parts(world)
    with ExitStack() as stack:
        servers = {n: stack.enter_context(_serving(app, world.url)) for n, app in SERVERS.items()}
        client = Client()
        stack.callback(client.close)
        tables = {}
        for asked, kinds in ASKED.items():
            ways = [(n, s, kind) for (n, s), kind in zip(servers.items(), kinds, strict=True)]
            for number in CONNECTIONS:
                title = f"Over HTTP, {asked}, {number} connections"
                tables[title] = _rounds(world, client, ways, parts[:number], (rounds, seconds))
        held = {name: server.memory() for name, server in servers.items()}
    shown = {f"MB a worker, {n}": f"{m['Rss']:.0f} ({m['Pss']:.0f})" for n, m in held.items()}
    return tables, shown


@contextmanager
def _serving(app: str, url: str) -> Iterator[Server]:
    server = Server(app, url)
    try:
        yield server
    finally:
        server.stop()


def _rounds(
    world: World,
    client: Client,
    ways: Sequence[tuple[str, Server, str]],
    parts: Sequence[Part],
    size: tuple[int, float],
) -> dict[str, Answers]:
    rounds, seconds = size
    found = {name: Answers() for name, *_ in ways}
    for _, server, kind in ways:
        client.ask(server.port, kind, _fresh(world, parts), seconds / 2)  # warm
    for turn in range(rounds):
        for name, server, kind in ways[turn % 2 :] + ways[: turn % 2]:
            before, start = server.processor(), time.perf_counter()
            times = client.ask(server.port, kind, _fresh(world, parts), seconds)
            found[name].rates.append(len(times) / (time.perf_counter() - start))
            found[name].busy.append(server.processor() - before)
            found[name].times += times
    yardstick = next(iter(found.values())).rates
    for answers in found.values():
        answers.ratios = [r / y for r, y in zip(answers.rates, yardstick, strict=True)]
    return found


def _parts(world: World) -> list[Part]:
    """The cases that are worked on, with a token for each who works on them."""
    chosen = world.cases[: max(CONNECTIONS)]
    with world.app().app_context():
        secrets = {person: f"kf_{person}" for _, person in chosen}
        secrets[world.assessor] = f"kf_{world.assessor}"
        with transaction() as session:
            session.add_all(_token(world, person, secret) for person, secret in secrets.items())
        db.engine.dispose()
    who, reader = secrets[world.assessor], str(world.assessor)
    return [Part(str(case), secrets[person], who, reader, 0) for case, person in chosen]


def _token(world: World, person: UUID, secret: str) -> ServiceToken:
    return ServiceToken(
        agency_id=world.agency_id,
        owner_id=person,
        name="Ukur",
        sha256=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=["*:read", "*:write"],
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )


def _fresh(world: World, parts: Sequence[Part]) -> list[Part]:
    """The parts as the cases now stand."""
    ids = [UUID(part.case_id) for part in parts]
    c = CASES.c
    with world.app().app_context():
        wanted = select(c.id, c.state, c.version).where(c.id.in_(ids))
        now = {str(row.id): row for row in db.session.execute(wanted)}
        db.session.remove()
        db.engine.dispose()
    return [
        Part(p.case_id, p.employee, p.assessor, p.reader, now[p.case_id].version,
             now[p.case_id].state)
        for p in parts
    ]  # fmt: skip
