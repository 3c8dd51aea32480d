"""Limits that several processes share through Redis, and what is left of them when it is away."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing

import pytest
import redis

from kinerja_flow.config import Settings
from kinerja_flow.security import limits
from kinerja_flow.security.limits import Limits
from tests.security.test_edges import serving

pytestmark = pytest.mark.slow

URL = os.environ.get("KINERJA_TEST_REDIS", "redis://localhost:6379/15")


@pytest.fixture
def store() -> Iterator[str]:
    """The address of a Redis of this machine."""
    try:
        with closing(redis.from_url(URL, socket_connect_timeout=1)) as client:
            client.ping()
    except redis.RedisError as error:
        pytest.skip(f"no Redis at {URL} ({type(error).__name__}); KINERJA_TEST_REDIS names one")
    yield URL


def _spend(store: str, secret: str, times: int) -> list[bool]:
    """Spend of a limit of five: whether each was too much."""
    shared = Limits(Settings(limit_store=store, limit_actor=5), secret)
    return [shared.spend("actor", "sari") > 0 for _ in range(times)]


def test_two_processes_spend_of_one_limit(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)  # always in the same minute
    secret, forked = secrets.token_hex(), multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=forked) as other:
        assert other.submit(_spend, store, secret, 3).result() == [False] * 3
    assert _spend(store, secret, 4) == [False, False, True, True]


def test_an_installation_with_another_secret_counts_for_itself(store: str) -> None:
    shared = Settings(limit_store=store, limit_actor=1)
    apart = [Limits(shared, secrets.token_hex()) for _ in range(2)]
    assert [one.spend("actor", "sari") for one in apart] == [0, 0]


def test_the_store_holds_no_address_and_forgets_each_minute(store: str) -> None:
    shared, secret = Settings(limit_store=store, limit_address=5), secrets.token_hex()
    with closing(redis.from_url(store)) as client:
        before = set(client.scan_iter("*kinerja/*"))
        Limits(shared, secret).spend("address", "203.0.113.77")
        new = set(client.scan_iter("*kinerja/*")) - before
        assert new and not [key for key in new if b"203.0.113" in key]
        assert all(0 < client.ttl(key) <= limits.MINUTE for key in new)


def test_requests_are_answered_and_limited_while_redis_refuses(database: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    with serving(database, limit_store=f"redis://127.0.0.1:{port}/0", limit_address=2) as client:
        assert [client.get("/nowhere").status_code for _ in range(3)] == [404, 404, 429]


def test_a_redis_that_is_silent_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes connections and never answers: one request waits, those after it do not."""
    monkeypatch.setattr(limits, "PATIENCE", 0.1)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        at = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        shared, asked = Limits(Settings(limit_store=at, limit_actor=2), "x"), list[float]()
        for _ in range(20):
            begun = time.monotonic()
            shared.spend("actor", "sari")
            asked.append(time.monotonic() - begun)
    assert sum(one >= 0.1 for one in asked) == 1
