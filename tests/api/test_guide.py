"""The ten lines at the top of the API's guide do what they say, as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from kinerja_flow import clock, create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.models import Case
from tests import databases
from tests.engine.world import World, build, row, windows
from tests.serving import SERVE, serving

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[2] / "docs"
ARCHIVE = DOCS / "examples" / "arsip.yaml"
MOST_LINES = 10


@pytest.fixture
def served(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Flask, World]]:
    """The archive of the examples, whose planning window is open today."""
    url = databases.copy_sqlite(sqlite_template, tmp_path / "kinerja.sqlite")
    app = create_app(Settings(database_url=url))
    with app.app_context():
        yield app, build(ARCHIVE, spans=_spans(clock.now().date()))
        db.session.remove()
        db.engine.dispose()


def _spans(today: date) -> dict[str, tuple[date, date]]:
    spans = windows(today)
    _, last = spans["rating"]
    return {**spans, "determination": (last + timedelta(days=1), last + timedelta(days=30))}


@pytest.fixture
def lines() -> list[str]:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^## From a token .*?^```sh\n(.*?)^```", page, re.M | re.S)
    return block.splitlines()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_ten_lines_lead_from_a_token_to_an_approved_plan(
    served: tuple[Flask, World], lines: list[str]
) -> None:
    app, world = served
    assert len(lines) <= MOST_LINES
    db.session.remove()
    with serving(app, SERVE) as (_, port):
        told = subprocess.run(
            ["sh", "-eu"],
            input="\n".join(lines),
            env=_surroundings(app, world, port),
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.returncode == 0, told.stderr
    case = row(Case, id=world.case("sari"))
    assert case.state == "under_way", told.stdout + told.stderr


def _surroundings(app: Flask, world: World, port: int) -> dict[str, str]:
    """What somebody has set who follows the guide."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "KINERJA_DATABASE_URL": app.extensions["kinerja_settings"].database_url,
        "API": f"http://127.0.0.1:{port}/api/v1",
        "EMPLOYEE": str(world.people["sari"]),
        "SUPERIOR": str(world.people["chief"]),
    }
