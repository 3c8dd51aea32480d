"""A Python client that is generated from the document works against the API."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from kinerja_flow.api.document import PDF
from kinerja_flow.api.exports import FILES
from kinerja_flow.api.personal import ZIP
from tests.api.portal import Portal

pytestmark = [pytest.mark.slow, pytest.mark.portable]

NAME = "kinerja_client"
#: The generator knows no files by their own names.
SETTINGS = {
    "post_hooks": [],
    "content_type_overrides": dict.fromkeys((PDF, ZIP, *FILES), "application/octet-stream"),
}


@pytest.fixture
def client(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[ModuleType, Any]:
    """The generated package, and a client of it that calls for an employee."""
    document = tmp_path / "openapi.json"
    document.write_bytes(portal.app.test_client().get("/api/v1/openapi.json").data)
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({**SETTINGS, "project_name_override": NAME}))
    program = [Path(sys.executable).with_name("openapi-python-client"), "generate"]
    told = ["--path", document, "--config", settings, "--meta", "none", "--fail-on-warning"]
    where = ["--output-path", tmp_path / NAME]
    made = subprocess.run([*program, *told, *where], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    package = importlib.import_module(NAME)
    calling = package.AuthenticatedClient(
        base_url="http://localhost",
        token=portal.as_("sari").secret,
        httpx_args={"transport": httpx.WSGITransport(app=portal.app)},
    )
    return package, calling


def test_it_carries_a_plan_from_the_list_to_the_superior(
    portal: Portal, client: tuple[ModuleType, Any]
) -> None:
    portal.books.plan("sari")
    package, calling = client
    cases = importlib.import_module(f"{package.__name__}.api.cases")
    listed = importlib.import_module(f"{cases.__name__}.cases_listed")
    take = importlib.import_module(f"{cases.__name__}.cases_take")
    models = importlib.import_module(f"{package.__name__}.models")
    (mine,) = listed.sync(client=calling).items
    done = take.sync(
        mine.id, "submit_plan", client=calling, body=models.Inputs(), if_match=f'"{mine.version}"'
    )
    assert (done.action, done.version) == ("submit_plan", mine.version + 1)
    again = take.sync_detailed(
        mine.id, "submit_plan", client=calling, body=models.Inputs(), if_match=f'"{mine.version}"'
    )
    assert again.status_code == 412 and again.parsed.blockers[0].rule == "stale"
