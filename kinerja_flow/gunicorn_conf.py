"""How gunicorn runs the application: `gunicorn -c python:kinerja_flow.gunicorn_conf`.

Any of it may be given otherwise on gunicorn's command line. It needs a proxy in front that takes
slow clients upon itself (docs/operator.md).
"""

from __future__ import annotations

import gc
import os
import signal
from types import FrameType
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from kinerja_flow.config import Settings
from kinerja_flow.metrics import SHARED
from kinerja_flow.services import health

_settings = Settings.from_environment()

wsgi_app = "wsgi:app"
bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = max(2, os.cpu_count() or 1)
#: Most of a request is Python's own time: more threads a worker only wait for one another.
threads = 4
#: One copy of the program, whose pages the workers share.
preload_app = True
timeout = 60
graceful_timeout = 30
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8_190
limit_request_fields = 60
limit_request_field_size = 8_190
#: The application writes a line for each request itself, without its path.
accesslog = None


def when_ready(_server: Any) -> None:
    """Keep the collector off what all workers share, or it would copy every page of it."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Say on /readyz that the worker stops, as soon as it is told to."""

    def end(number: int, frame: FrameType | None) -> None:
        health.stop()
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, end)


def child_exit(_server: Any, worker: Any) -> None:
    """Drop the gauges of a worker that has ended, where workers share their numbers."""
    if SHARED in os.environ:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
