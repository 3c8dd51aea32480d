"""The servers themselves: what they refuse before the application is asked, and how they stop.

Each test starts a private server on a port of its own. One that is told to stop finishes what it
began: no act is half done, no answer is dropped.
"""

from __future__ import annotations

import http.client
import itertools
import json
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kinerja_flow import create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from tests import databases
from tests.api.portal import Portal
from tests.builders import Books, table
from tests.engine.world import World, build
from tests.serving import SERVE, serving, status_of

pytestmark = pytest.mark.slow

GUNICORN = ["-m", "gunicorn", "-c", "python:kinerja_flow.gunicorn_conf", "--log-level", "error"]
PEOPLE = ("sari", "tia", "uli", "vina")
COMMENT = json.dumps({"comment": "Mohon dilengkapi"})


@pytest.fixture
def portal(sqlite_template: Path, tmp_path: Path) -> Iterator[Portal]:
    """A cycle whose planning window is open today, in a file that a server of its own can open."""
    url = databases.copy_sqlite(sqlite_template, tmp_path / "kinerja.sqlite")
    app = create_app(Settings(database_url=url))
    with app.app_context():
        world: World = build(of=PEOPLE)
        for name in PEOPLE:
            Books(world, world).plan(name)
        yield Portal(app, Books(world, world))
        db.session.remove()
        db.engine.dispose()


@dataclass
class Somebody:
    """An employee and their superior, who hand in and return for as long as they are answered."""

    case: str
    headers: Mapping[str, Mapping[str, str]]
    port: int
    version: int
    answered: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def act(self) -> None:
        version = self.version
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as link:
            try:
                for turn in itertools.count():
                    version = self._once(link, turn, version)
            except (OSError, http.client.HTTPException):
                return

    def _once(self, link: http.client.HTTPConnection, turn: int, version: int) -> int:
        name, action = ("chief", "return_plan") if turn % 2 else ("self", "submit_plan")
        headers = {**self.headers[name], "If-Match": f'"{version}"'}
        headers["Content-Type"] = "application/json"
        body = COMMENT if turn % 2 else "{}"
        link.request("POST", f"/api/v1/cases/{self.case}/actions/{action}", body, headers)
        answer = link.getresponse()
        said = json.loads(answer.read())
        if answer.status != 200:
            self.refused.append(answer.status)
            raise http.client.HTTPException
        self.answered.append(said["version"])
        return int(said["version"])


def _versions(portal: Portal) -> dict[str, int]:
    return {name: portal.books.version(name) for name in PEOPLE}


@pytest.mark.parametrize("program", [SERVE, GUNICORN], ids=["serve", "gunicorn"])
def test_a_server_stopped_under_load_drops_no_answer(portal: Portal, program: list[str]) -> None:
    chief = portal.as_("chief").headers
    before = _versions(portal)
    db.session.remove()
    with serving(portal.app, program) as (server, port):
        busy = {
            name: Somebody(str(portal.case(name)), {"self": portal.as_(name).headers,
                                                    "chief": chief}, port, before[name])
            for name in PEOPLE
        }  # fmt: skip
        threads = [threading.Thread(target=one.act) for one in busy.values()]
        for thread in threads:
            thread.start()
        time.sleep(3)
        server.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(60)
        assert server.wait(60) == 0
    told = {(str(row["case_id"]), row["seq"]) for row in table("history")}
    after = _versions(portal)
    for name, one in busy.items():
        assert not one.refused
        assert one.answered, "nothing was under way"
        assert one.answered == list(range(before[name] + 1, after[name] + 1))
        assert {(one.case, seq) for seq in one.answered} <= told


def test_serve_says_that_it_stops_before_it_closes_the_door(portal: Portal) -> None:
    with serving(portal.app, SERVE, KINERJA_DRAIN_SECONDS="3") as (server, port):
        server.send_signal(signal.SIGTERM)
        found = []
        for _ in range(100):
            found.append(status_of(port, "/readyz"))
            if found[-1] is None:
                break
            time.sleep(0.1)
        assert 503 in found and found[-1] is None
        assert server.wait(30) == 0


@pytest.mark.parametrize("program", [SERVE, GUNICORN], ids=["serve", "gunicorn"])
def test_a_server_takes_so_much_and_no_more(portal: Portal, program: list[str]) -> None:
    settings = {"KINERJA_PROXIES": "1", "KINERJA_LIMIT_ADDRESS": "4", "KINERJA_BODY_KIB": "4"}
    at = f"/api/v1/cases/{portal.case()}/actions/submit_plan"
    headers = {**portal.as_("sari").headers, "If-Match": '"1"', "Content-Type": "application/json"}
    db.session.remove()
    with serving(portal.app, program, **settings) as (_, port):
        long = _asked(port, "GET", "/", {"X-Long": "x" * 40_000})
        large = _asked(port, "POST", at, headers, b"[" + b" " * 5_000 + b"]")
        chunked = _asked(port, "POST", at, headers, iter([b"[", b" " * 5_000, b"]"]))
        far = {"X-Forwarded-For": "192.0.2.8"}
        seen = [_asked(port, "GET", "/none", {"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(6)]
        often = [_asked(port, "GET", "/none", far)[0] for _ in range(12)]
    assert long[0] in (400, 431)
    for status, told in (large, chunked):
        assert (status, told["Content-Type"]) == (413, "application/problem+json")
    assert [status for status, _ in seen] == [404] * 6, "each address is counted by itself"
    # Each of gunicorn's workers counts for itself.
    assert often[:4] == [404] * 4 and 429 in often
    assert not any(letter.isdigit() for letter in seen[0][1]["Server"])


def _asked(
    port: int, method: str, path: str, headers: Mapping[str, str], body: Any = None
) -> tuple[int, Mapping[str, str]]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as link:
        link.request(method, path, body, dict(headers), encode_chunked=not isinstance(body, bytes))
        answer = link.getresponse()
        return answer.status, dict(answer.headers)
