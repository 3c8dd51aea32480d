"""Bulk runs over HTTP and from the command line: prepared, tried, started, read row by row."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from kinerja_flow.cli import main
from kinerja_flow.db import db
from kinerja_flow.services.run_work import go_on
from tests.api.portal import Portal

pytestmark = pytest.mark.slow


def test_a_superior_runs_an_act_for_a_team_and_reads_what_came_of_it(portal: Portal) -> None:
    chief, officer, sari = (portal.as_(name) for name in ("chief", "officer", "sari"))
    sent = {"cases": [str(portal.case("sari")), str(uuid4())]}
    wanted = {"kind": "remind", "entry": sent}
    keyed: dict[str, Any] = {"headers": {"Idempotency-Key": "run-1"}}
    made = chief.post("/runs", wanted, **keyed)
    assert made.status_code == 201
    assert chief.post("/runs", wanted, **keyed).json == made.json
    assert (made.json["state"], made.json["total"], made.json["undone"]) == ("prepared", 2, 2)
    at = f"/runs/{made.json['id']}"
    trial = chief.post(f"{at}/trial").json
    assert (trial["would_do"], [row["ordinal"] for row in trial["refused"]]) == (1, [2])
    begun = chief.post(f"{at}/start")
    assert (begun.status_code, begun.json["state"]) == (202, "running")
    with portal.app.app_context():
        go_on()
    one = chief.get(at).json
    assert (one["state"], one["done"], one["refused"], one["undone"]) == ("over", 1, 1, 0)
    page = chief.get(f"{at}/rows?limit=1").json
    [rest] = chief.get(page["next"].removeprefix("/api/v1")).json["items"]
    assert [page["items"][0]["outcome"], rest["outcome"]] == ["done", "refused"]
    assert chief.get(f"{at}/rows?outcome=refused").json["items"] == [rest]
    assert rest["blockers"][0]["way_out"]
    assert [run["id"] for run in officer.get("/runs").json["items"]] == [one["id"]]
    assert sari.get("/runs").json["items"] == []
    for method, path in (("GET", ""), ("GET", "/rows"), ("GET", "/file"), ("POST", "/start")):
        assert sari.send(method, at + path).status_code == 404
    assert chief.post(f"{at}/cancel").status_code == 409
    assert chief.post(f"{at}/retry").json["undone"] == 1


def test_what_is_wrong_with_a_run_names_its_field(portal: Portal) -> None:
    officer = portal.as_("officer")
    for entry, field in (
        ({"kind": "explode"}, "kind"),
        ({"kind": "advance", "entry": {"cycle": "x"}}, "cycle"),
        ({"kind": "advance", "entry": {"action": "look"}}, "cycle"),
        ({"kind": "extend", "entry": {"until": "besok"}}, "until"),
    ):
        refused = officer.post("/runs", entry)
        assert refused.status_code == 422
        assert field in {one["field"] for one in refused.json["blockers"]}
    launch = {"kind": "launch", "entry": {"cycle": str(portal.world.cycle_id)}}
    assert portal.as_("sari").post("/runs", launch).status_code == 403
    assert portal.as_("officer", ["runs:read"]).post("/runs", launch).status_code == 403


def test_an_export_is_sent_as_a_file(portal: Portal) -> None:
    officer = portal.as_("officer")
    cycle = str(portal.world.cycle_id)
    made = officer.post("/runs", {"kind": "export", "entry": {"cycle": cycle, "table": "plans"}})
    at = f"/runs/{made.json['id']}"
    assert officer.get(f"{at}/file").status_code == 404
    officer.post(f"{at}/start")
    with portal.app.app_context():
        go_on()
    sent = officer.get(f"{at}/file")
    assert sent.status_code == 200
    assert "plans.csv" in sent.headers["Content-Disposition"]
    assert sent.data.startswith(b"Penilaian,")


def test_the_command_line_works_on_a_run_here_and_now(
    portal: Portal,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cases = [str(portal.case("sari")), str(uuid4())]
    made = portal.as_("officer").post("/runs", {"kind": "remind", "entry": {"cases": cases}}).json
    monkeypatch.setenv("KINERJA_DATABASE_URL", database)
    who = str(portal.world.people["officer"])
    db.session.remove()

    def said(command: str, *of: str) -> Any:
        capsys.readouterr()
        assert main(["run", command, *of, "--as", who, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    counts = {"id": made["id"], "kind": "remind", "total": 2}
    came = {**counts, "state": "over", "done": 1, "refused": 1, "undone": 0}
    assert said("list") == [{**counts, "state": "prepared", "done": 0, "refused": 0, "undone": 2}]
    assert said("start", made["id"]) == came
    assert said("retry", made["id"]) == said("resume", made["id"]) == came
    shown = said("show", made["id"])
    assert [row["blockers"][0]["rule"] for row in shown["refused_rows"]] == ["no_such_case"]
    assert main(["run", "show", made["id"], "--as", who]) == 0
    assert "1 ditolak" in capsys.readouterr().out
    assert main(["run", "cancel", made["id"], "--as", who]) != 0
