"""Processes that work on a bulk run, each of which may kill itself at a given point.

Run as a program with a database, an agency, a run, and how many rows are taken at a time. Each line
that it reads starts a process for each word on it, at once. `3:2` ends without warning when it is
about to send the second statement after its third commit, `3:0` when it is about to send that
commit, and `-` never. How they ended is the line that it answers.
"""

from __future__ import annotations

import os
import signal
import sys
from uuid import UUID

from flask import Flask
from sqlalchemy import event

from kinerja_flow import clock, create_core
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.services.run_work import Key, carry_on
from tests.engine.world import START


def die_at(point: str) -> None:
    """Kill this process when it comes to the point."""
    done = {"commits": 0, "statements": 0}

    def reached(what: str) -> None:
        done[what] += 1
        if what == "commits":
            done["statements"] = 0
        if point == f"{done['commits']}:{done['statements']}":
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(db.engine, "before_cursor_execute", lambda *_: reached("statements"))
    event.listen(db.engine, "commit", lambda *_: reached("commits"))


def started(app: Flask, key: Key, size: int, point: str) -> int:
    """The number of a process of its own that works on the run."""
    if child := os.fork():
        return child
    with app.app_context(), clock.at(START):
        die_at(point)
        carry_on(key, size)
    os._exit(0)


def main(url: str, agency_id: int, run_id: UUID, size: int) -> None:
    # This process opens no connection: none is shared by those that it starts.
    app = create_core(Settings(database_url=url))
    for line in sys.stdin:
        children = [started(app, Key(agency_id, run_id), size, word) for word in line.split()]
        ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(*ended, flush=True)


if __name__ == "__main__":
    _, url, agency, run, size = sys.argv
    main(url, int(agency), UUID(run), int(size))
