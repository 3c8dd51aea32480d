"""Cases over HTTP: lists, one, what may be done, and the act."""

from __future__ import annotations

import json

from tests.api.portal import Portal, told


def test_an_employee_sees_their_own_case_and_nobody_elses(portal: Portal) -> None:
    said = portal.as_("sari").get("/cases").json
    assert [one["subject"] for one in said["items"]] == ["sari"] and said["next"] is None


def test_a_page_goes_on_where_the_last_one_ended(portal: Portal) -> None:
    officer = portal.as_("officer")
    whole = [one["id"] for one in officer.get("/cases").json["items"]]
    first = officer.get("/cases?limit=4").json
    second = officer.get(first["next"].removeprefix("/api/v1")).json
    assert [one["id"] for one in first["items"] + second["items"]] == whole
    assert second["next"] is None


def test_a_plan_is_submitted_by_the_version_that_was_seen(portal: Portal) -> None:
    portal.books.plan("sari")
    sari, at = portal.as_("sari"), f"/cases/{portal.case()}"
    seen = sari.get(at)
    offered = sari.get(f"{at}/actions").json["items"]
    assert "submit_plan" in [one["name"] for one in offered if one["is_ready"]]
    done = sari.post(f"{at}/actions/submit_plan", headers={"If-Match": seen.headers["ETag"]})
    assert done.status_code == 200 and done.headers["ETag"] == f'"{done.json["version"]}"'
    again = sari.post(f"{at}/actions/submit_plan", headers={"If-Match": seen.headers["ETag"]})
    assert (again.status_code, again.mimetype) == (412, "application/problem+json")


def test_without_a_version_nothing_is_done(portal: Portal) -> None:
    sari = portal.as_("sari")
    refused = sari.post(f"/cases/{portal.case()}/actions/submit_plan")
    assert refused.status_code == 428


def test_the_same_key_has_one_effect(portal: Portal) -> None:
    portal.books.plan("sari")
    sari, at = portal.as_("sari"), f"/cases/{portal.case()}/actions/submit_plan"
    headers = {**portal.seen(), "Idempotency-Key": "k1"}
    first, second = sari.post(at, headers=headers), sari.post(at, headers=headers)
    assert first.json == second.json and second.status_code == 200
    other = sari.post(at, {"comment": "lain"}, headers=headers)
    assert other.status_code == 422


def test_whoever_takes_no_part_is_told_that_there_is_nothing(portal: Portal) -> None:
    at = f"/cases/{portal.case()}"
    hidden, absent = portal.as_("tia").get(at), portal.as_("tia").get(f"{at[:-2]}00")
    assert hidden.status_code == absent.status_code == 404
    assert told(hidden) == told(absent)


def test_a_token_reaches_no_further_than_its_scopes(portal: Portal) -> None:
    narrow = portal.as_("sari", scopes=["cases:read"])
    assert narrow.get("/cases").status_code == 200
    refused = narrow.post(f"/cases/{portal.case()}/actions/submit_plan", headers=portal.seen())
    assert refused.status_code == 403
    assert refused.json["blockers"][0]["rule"] == "scope_missing"


def test_only_the_fields_that_are_wanted(portal: Portal) -> None:
    said = portal.as_("sari").get("/cases?fields=id,state").json
    assert [set(one) for one in said["items"]] == [{"id", "state"}]
    refused = portal.as_("sari").get("/cases?fields=password")
    assert refused.status_code == 422


def test_what_cannot_be_read_is_refused(portal: Portal) -> None:
    sari, at = portal.as_("sari"), f"/cases/{portal.case()}/actions/submit_plan"
    for sent in ("{", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, b"\xff"):
        headers = {"Content-Type": "application/json", **portal.seen()}
        refused = sari.send("POST", at, data=sent, headers=headers)
        assert refused.status_code == 400, sent[:20]
    assert sari.send("POST", at, data="a=1", headers=portal.seen()).status_code == 415


def test_in_a_batch_each_act_is_answered_by_itself(portal: Portal) -> None:
    portal.books.plan("sari")
    act = {"case_id": str(portal.case()), "action": "submit_plan", "version": 2}
    sent = {"acts": [{**act, "version": 1}, {**act, "key": "k1"}, {**act, "key": "k1"}, act]}
    items = portal.as_("sari").post("/batch", sent).json["items"]
    assert [one["status"] for one in items] == [412, 200, 200, 412]
    assert items[1]["outcome"] == items[2]["outcome"] and items[0]["problem"]["blockers"]


def test_an_empty_text_is_named_by_its_place(portal: Portal) -> None:
    sent = {"acts": [{"case_id": str(portal.case()), "action": "", "version": 1}]}
    refused = portal.as_("sari").post("/batch", sent)
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json["blockers"]] == ["/acts/0/action"]


def test_the_document_says_what_there_is(portal: Portal) -> None:
    said = portal.app.test_client().get("/api/v1/openapi.json").json
    assert said["openapi"] == "3.1.0"
    assert "/api/v1/cases/{case_id}/actions/{name}" in said["paths"]
    assert json.dumps(said).count("MySchema") == 0
