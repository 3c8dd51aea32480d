"""What somebody has to do, the people whom they appraise, and what they hear, over HTTP."""

from __future__ import annotations

import pytest

from tests.api.portal import Portal
from tests.engine.test_sets import counted

pytestmark = pytest.mark.slow


def test_a_task_says_what_blocks_it(portal: Portal) -> None:
    found = portal.as_("sari").get("/tasks").json
    [task] = found["items"]
    assert task["case_id"] == str(portal.case()) and task["is_awaited"]
    [blocked] = task["blocked"]
    rules = {one["rule"] for one in blocked["blockers"]}
    assert (task["kind"], task["state"]) == ("appraisal", "drafting") and task["state_label"]
    assert blocked["name"] == "submit_plan" and "plan_complete" in rules
    assert [one["cycle_id"] for one in found["briefings"]] == [str(portal.world.cycle_id)]


def test_a_team_says_where_each_stands(portal: Portal) -> None:
    portal.books.plan("sari")
    portal.books.world.act("sari", "submit_plan", "sari")
    team = {one["name"]: one["appraisal"] for one in portal.as_("chief").get("/team").json["items"]}
    assert sorted(team) == ["sari", "tia", "uli", "vina"]
    assert team["sari"]["waits_for"] == ["assessor"] and team["tia"]["phase"] == "planning"
    assert portal.as_("sari").get("/team").json == {"items": [], "next": None}
    assert portal.as_("chief").get("/team?year=soon").status_code == 422


def test_notifications_come_by_page_and_are_ones_own(portal: Portal) -> None:
    for of in ("sari", "tia", "uli", "vina"):
        portal.books.plan(of)
        portal.books.world.act(of, "submit_plan", of)
    chief = portal.as_("chief")
    whole = chief.get("/notifications").json["items"]
    assert {one["event"] for one in whole} == {"appraisal.submit_plan"} and len(whole) == 4
    [about_sari] = [one for one in whole if one["case_id"] == str(portal.case())]
    assert about_sari["sentence"] == "Penilaian sari: Ajukan."
    english = chief.get("/notifications", headers={"Accept-Language": "en"}).json["items"]
    assert about_sari["event_label"] not in {one["event_label"] for one in english}
    first = chief.get("/notifications?limit=3").json
    rest = chief.get(first["next"].removeprefix("/api/v1")).json
    assert first["items"] + rest["items"] == whole and rest["next"] is None
    assert portal.as_("vina").get("/notifications").json["items"] == []


@pytest.mark.parametrize("path", ["/notifications", "/team", "/tasks"])
def test_lists_take_as_many_queries_for_many(portal: Portal, path: str) -> None:
    chief, counts = portal.as_("chief"), []
    for of in ("sari", "tia", "uli", "vina"):
        portal.books.plan(of)
        portal.books.world.act(of, "submit_plan", of)
        with counted() as sent:
            chief.get(path)
        counts.append(len(sent))
    assert len(set(counts)) == 1, counts
