"""Where the type of a problem points: every kind and every rule, without sign-in."""

from __future__ import annotations

from tests.api.portal import Portal


def test_the_type_of_a_problem_can_be_opened(portal: Portal) -> None:
    refused = portal.as_("sari").post(f"/cases/{portal.case()}/actions/submit_plan")
    anybody = portal.app.test_client()
    found = anybody.get(refused.json["type"])
    assert found.status_code == 200
    assert (found.json["code"], found.json["status"]) == ("unconditional", 428)
    for blocker in refused.json["blockers"]:
        rule = anybody.get(f"/api/v1/problems/{blocker['rule']}").json
        assert rule["sort"] == "rule" and set(rule["sentence"]) == set(rule["way_out"])


def test_every_error_of_http_points_somewhere(portal: Portal) -> None:
    anybody = portal.app.test_client()
    for sent in (anybody.get("/api/v1/nothing"), anybody.delete("/api/v1/cases")):
        said = sent.json
        kind = anybody.get(said["type"]).json
        assert kind["status"] == said["status"]
        assert kind["sentence"]["id"] == said["title"] != kind["sentence"]["en"]


def test_the_list_has_kinds_and_rules_in_both_languages(portal: Portal) -> None:
    items = portal.app.test_client().get("/api/v1/problems").json["items"]
    codes = {one["code"]: one for one in items}
    assert len(codes) == len(items)
    assert {"refused", "invalid", "plan_complete", "not_a_link", "text_length"} <= set(codes)
    assert all(set(one["sentence"]) == {"id", "en"} for one in items)


def test_a_code_that_there_is_not_is_not_found(portal: Portal) -> None:
    assert portal.app.test_client().get("/api/v1/problems/rahasia").status_code == 404
