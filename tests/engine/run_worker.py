"""A process that works on a bulk run, and kills itself at a given point.

Run as a program with a database, an agency, a run, how many rows it takes at a time, and after how
many statements and commits it ends without warning (0: never).
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from uuid import UUID

from sqlalchemy import event

from kinerja_flow import clock, create_core
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.services.run_work import Key, carry_on
from tests.engine.world import START


def die_after(most: int) -> None:
    """Kill this process when it is about to send its n-th statement or commit."""
    sent = count(1)

    def note(*_: object) -> None:
        if next(sent) == most:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(db.engine, "before_cursor_execute", note)
    event.listen(db.engine, "commit", note)


def main(url: str, agency_id: int, run_id: UUID, size: int, most: int) -> None:
    app = create_core(Settings(database_url=url))
    with app.app_context(), clock.at(START):
        die_after(most)
        carry_on(Key(agency_id, run_id), size)


if __name__ == "__main__":
    _, url, agency, run, size, most = sys.argv
    main(url, int(agency), UUID(run), int(size), int(most))
