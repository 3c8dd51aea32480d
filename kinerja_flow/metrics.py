"""What is counted for Prometheus. Labels come from closed sets: routes, statuses, codes."""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

#: Where several processes write their numbers down, so that each can tell those of all.
SHARED = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE = CONTENT_TYPE_LATEST

_requests = Counter("kinerja_requests", "Requests answered", ["method", "route", "status"])
_seconds = Histogram("kinerja_request_seconds", "Time until the answer was ready", ["route"])
_refusals = Counter("kinerja_refusals", "What stood in the way of requests, by rule", ["rule"])
_sweeps = Counter("kinerja_sweeps", "Sweeps of due clocks in this process", ["outcome"])
_deadlines = Counter("kinerja_deadlines", "Clocks that sweeps came to", ["outcome"])


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """A request was answered; `route` is the pattern of its address."""
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


def refused(rule: str) -> None:
    """Something stood in the way of a request."""
    _refusals.labels(rule).inc()


def swept(fired: int, blocked: int) -> None:
    """A sweep came to its end."""
    _sweeps.labels("done").inc()
    _deadlines.labels("fired").inc(fired)
    _deadlines.labels("blocked").inc(blocked)


def sweep_failed() -> None:
    """A sweep broke off."""
    _sweeps.labels("failed").inc()


def exposed() -> bytes:
    """Everything counted, as Prometheus reads it: by this process, or by all that share."""
    if SHARED not in os.environ:
        return generate_latest(REGISTRY)
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return generate_latest(shared)
