"""Files that are needed no more: those without a row, and those of appraisals long closed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from kinerja_flow import clock
from kinerja_flow.db import drawn_at, reading, transaction
from kinerja_flow.files import Files
from kinerja_flow.models import Case, Evidence, Exhibit, Swept
from kinerja_flow.services.retention import CHUNK, FILES, days_of, for_each_due

#: What the sweep of an agency's files is marked with once it is through.
DONE, ORPHANS = "files", "files_without_row"
#: No more files past retention go in one run of an agency.
MOST = 5_000
#: More files than these without a row, or no file with one, is nothing that a kill left behind:
#: such a database is not the one of these files.
MOST_ORPHANS = 100
#: A younger file may be of an upload under way, whose row is not committed yet.
YOUNG = timedelta(days=1)

log = structlog.get_logger()


def sweep_files(files: Files) -> int:
    """Remove files that no row names, and those of bukti dukung and objections past retention, of
    agencies that were not swept for a day; how many went.

    The rows stay, with the SHA-256. Safe when several run, and when one dies: the next goes on.
    """
    return for_each_due(DONE, partial(_sweep, files))


def _sweep(files: Files, agency_id: int) -> int:
    before = clock.now() - timedelta(days=days_of(agency_id)[FILES])
    orphans, over, known = list[UUID](), list[UUID](), 0
    for some in _by_chunks(files.listed(agency_id)):
        closed = _closed(agency_id, some)
        known += len(closed)
        orphans += _without_row(some, closed)
        over += [one for one, at in closed.items() if at is not None and at < before]
    gone = {ORPHANS: _of_kills(orphans, known), FILES: over[:MOST]}
    counts = {what: sum(files.drop(agency_id, one) for one in ids) for what, ids in gone.items()}
    return _counted(agency_id, counts)


def _of_kills(orphans: list[UUID], known: int) -> list[UUID]:
    if not orphans or (known and len(orphans) <= MOST_ORPHANS):
        return orphans
    log.error("files_unknown", count=len(orphans))
    return []


def _by_chunks(ids: Iterator[UUID]) -> Iterator[list[UUID]]:
    return iter(lambda: list(islice(ids, CHUNK)), [])


def _without_row(some: Collection[UUID], known: Collection[UUID]) -> list[UUID]:
    young = clock.now() - YOUNG
    return [one for one in some if one not in known and drawn_at(one) < young]


def _closed(agency_id: int, some: Collection[UUID]) -> dict[UUID, datetime | None]:
    """Of files that a row names: when its case was closed."""
    with reading() as session:
        rows = [session.execute(_of(agency_id, one, some)).all() for one in (Evidence, Exhibit)]
    return {row.id: row.closed_at for found in rows for row in found}


def _of(agency_id: int, model: Any, some: Collection[UUID]) -> Any:
    c = Case
    same = (c.agency_id == model.agency_id) & (c.year == model.year) & (c.id == model.case_id)
    found = select(model.id, c.closed_at).join(c, same)
    return found.where(model.agency_id == agency_id, model.id.in_(some))


def _counted(agency_id: int, counts: dict[str, int]) -> int:
    total, now = sum(counts.values()), clock.now()
    with transaction() as session:
        for what, count in {**counts, DONE: total}.items():
            if count or what == DONE:
                row = {"agency_id": agency_id, "what": what, "count": count}
                session.add(Swept(**row, swept_at=now))
    return total
