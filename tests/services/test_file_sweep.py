"""Files that no row names go, and those past retention; whatever is needed or under way stays."""

from __future__ import annotations

import io
import subprocess  # nosec B404
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from kinerja_flow import clock
from kinerja_flow.db import db, new_id
from kinerja_flow.errors import NotFound
from kinerja_flow.files import Files, Upload
from kinerja_flow.models import Case
from kinerja_flow.services import file_sweep
from kinerja_flow.services.evidence import attach_file
from kinerja_flow.services.file_sweep import DONE, MOST_ORPHANS, ORPHANS, sweep_files
from kinerja_flow.services.retention import FILES, set_retention
from tests.builders import Books, table
from tests.builders import books as books
from tests.engine.racing import race

pytestmark = pytest.mark.slow

PDF = b"%PDF-1.7\n" + b"Laporan " * 20
#: Ids carry the time at which they were drawn, so that the sweep is later than the tests run.
LATER = datetime.now(UTC) + timedelta(days=2)
#: A process that keeps a file, says its id, and dies before there is a row.
DIES = """
import io, os, sys
from kinerja_flow.db import new_id
from kinerja_flow.files import Files, Upload
drawn = new_id()
Files(sys.argv[1], 9999, ("pdf",)).keep(int(sys.argv[2]), drawn, Upload("x", io.BytesIO(b"%PDF-")))
print(drawn, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(str(tmp_path), 9999, ("pdf",))


def handed_in(books: Books, files: Files) -> UUID:
    item_id, _ = books.start("sari")
    said = {"item": str(item_id)}
    upload = Upload("laporan.pdf", io.BytesIO(PDF))
    return attach_file(books.case("sari"), books.who("sari"), said, upload, files)


def left_behind(books: Books, files: Files) -> UUID:
    """A file without a row."""
    drawn = new_id()
    files.keep(books.world.agency_id, drawn, Upload("x.pdf", io.BytesIO(PDF)))
    return drawn


def kept(books: Books, files: Files) -> set[UUID]:
    return set(files.listed(books.world.agency_id))


def swept(books: Books, what: str) -> list[int]:
    of = books.world.agency_id
    return [one["count"] for one in table("swept") if (one["what"], one["agency_id"]) == (what, of)]


def test_a_file_without_a_row_goes_when_it_is_a_day_old(books: Books, files: Files) -> None:
    named, orphan = handed_in(books, files), left_behind(books, files)
    with clock.at(LATER - timedelta(days=1, hours=2)):
        assert sweep_files(files) == 0 and kept(books, files) == {named, orphan}
    with clock.at(LATER + timedelta(days=1)):
        assert sweep_files(files) == 1 and kept(books, files) == {named}
    assert swept(books, ORPHANS) == [1] and swept(books, DONE) == [0, 1]


def test_what_a_kill_between_file_and_row_left_behind_goes(
    books: Books, files: Files, tmp_path: Path
) -> None:
    named = handed_in(books, files)
    said: Any = (sys.executable, "-c", DIES, str(tmp_path), str(books.world.agency_id))
    died = subprocess.run(said, capture_output=True, text=True, check=False)  # nosec B603
    assert died.returncode == -9 and kept(books, files) == {named, UUID(died.stdout.strip())}
    with clock.at(LATER):
        assert sweep_files(files) == 1
    assert kept(books, files) == {named}


def test_an_agency_is_swept_once_a_day(books: Books, files: Files) -> None:
    handed_in(books, files)
    with clock.at(LATER):
        sweep_files(files)
        left_behind(books, files)
        assert sweep_files(files) == 0
    assert swept(books, DONE) == [0]


def test_two_sweeps_at_once_count_a_file_once(
    app: Flask, books: Books, files: Files, tmp_path: Path
) -> None:
    handed_in(books, files)
    for _ in range(20):
        left_behind(books, files)
    found = race(app, LATER, [lambda: sweep_files(files)] * 3)
    assert sum(found) == sum(swept(books, ORPHANS)) == 20 and len(kept(books, files)) == 1


def test_a_database_that_is_not_the_one_of_the_files_takes_none(books: Books, files: Files) -> None:
    """Neither one that knows none of them, nor one that misses many."""
    orphan = left_behind(books, files)
    with clock.at(LATER):
        assert sweep_files(files) == 0 and kept(books, files) == {orphan}
    handed_in(books, files)
    many = {left_behind(books, files) for _ in range(MOST_ORPHANS)}
    with clock.at(LATER + timedelta(days=2)):
        assert sweep_files(files) == 0 and many <= kept(books, files)


def test_what_is_not_ours_is_left_alone(books: Books, files: Files, tmp_path: Path) -> None:
    handed_in(books, files)
    beside = tmp_path / str(books.world.agency_id) / "README"
    beside.write_text("x")
    with clock.at(LATER):
        assert sweep_files(files) == 0 and beside.exists()


def closed(books: Books, at: datetime) -> None:
    """Sari's appraisal as closed at an instant, past the engine."""
    with db.engine.begin() as connection:
        mine = update(Case.__table__).where(Case.id == books.case("sari"))
        connection.execute(mine.values(closed_at=at))


def test_files_of_a_closed_appraisal_go_after_the_time_of_the_agency(
    books: Books, files: Files
) -> None:
    named = handed_in(books, files)
    closed(books, LATER)
    set_retention(books.who("officer"), {"what": FILES, "days": 30})
    with clock.at(LATER + timedelta(days=29)):
        assert sweep_files(files) == 0
    with clock.at(LATER + timedelta(days=31)):
        assert sweep_files(files) == 1
    [row] = table("evidence")
    assert row["id"] == named and row["sha256"] and swept(books, FILES) == [1]
    with pytest.raises(NotFound):
        files.open(books.world.agency_id, named)


def test_no_more_than_so_many_go_in_a_run(
    books: Books, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in(books, files)
    closed(books, LATER)
    monkeypatch.setattr(file_sweep, "MOST", 0)
    with clock.at(LATER + timedelta(days=4000)):
        assert sweep_files(files) == 0 and kept(books, files)
