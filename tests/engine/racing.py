"""Several threads that start at one moment, each with a context, a clock and a connection."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from flask import Flask

from kinerja_flow import clock
from kinerja_flow.db import db
from kinerja_flow.errors import Problem

Job = Callable[[], Any]


def race(app: Flask, instant: datetime, jobs: Sequence[Job], spread: float = 0) -> list[Any]:
    """What each job answered, or the Problem it was refused with; anything else is raised.

    All start at once, or each up to `spread` seconds later.
    """
    barrier = threading.Barrier(len(jobs))

    def run(job: Job) -> Any:
        with app.app_context(), clock.at(instant):
            db.session.connection()
            db.session.rollback()
            barrier.wait()
            time.sleep(random.uniform(0, spread))
            try:
                return job()
            except Problem as problem:
                return problem

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(run, job) for job in jobs]]


def codes(results: Sequence[Any]) -> list[str]:
    """The name of each outcome, sorted: of the problem, or "done"."""
    return sorted(found.code if isinstance(found, Problem) else "done" for found in results)
