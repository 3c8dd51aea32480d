"""Substitutions, absences, hand-overs and credits over HTTP: who may, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.portal import Portal
from tests.builders import digest_of_tables
from tests.engine.test_sets import counted

pytestmark = pytest.mark.slow


def _grant(portal: Portal, **said: Any) -> dict[str, Any]:
    people = portal.world.people
    usual = {"absent": str(people["head"]), "by": str(people["secretary"]), "kind": "plh"}
    return {**usual, "from_on": "2026-02-01", "until_on": "2026-02-03", **said}


def test_a_grant_is_given_once_listed_and_revoked(portal: Portal) -> None:
    officer, key = portal.as_("officer"), {"Idempotency-Key": "g1"}
    first = officer.post("/substitutions", _grant(portal, ground="Dinas luar"), headers=key)
    again = officer.post("/substitutions", _grant(portal, ground="Dinas luar"), headers=key)
    assert first.status_code == again.status_code == 201 and first.json == again.json
    [one] = officer.get("/substitutions").json["items"]
    assert (one["id"], one["ground"]) == (first.json["id"], "Dinas luar")
    assert portal.as_("secretary").get("/substitutions").json["items"][0]["ground"] is None
    assert portal.as_("sari").get("/substitutions").json["items"] == []
    at = f"/substitutions/{one['id']}"
    assert portal.as_("sari").delete(at).status_code == 404
    assert portal.as_("secretary").delete(at).status_code == 403
    assert officer.delete(at).status_code == 204
    assert officer.delete(at).status_code == 409


def test_what_is_wrong_with_a_grant_is_said_together(portal: Portal) -> None:
    before = digest_of_tables()
    refused = portal.as_("officer").post("/substitutions", {"absent": "x", "kind": "raja"})
    assert refused.status_code == 422
    fields = {one["field"] for one in refused.json["blockers"]}
    assert fields == {"absent", "by", "kind", "from_on", "until_on"}
    assert portal.as_("sari").post("/substitutions", _grant(portal)).status_code == 403
    stranger = portal.as_("officer", of=portal.books.other)
    assert stranger.post("/substitutions", _grant(portal)).status_code == 404
    assert digest_of_tables() != before  # tokens were issued, and nothing else
    assert portal.as_("officer").get("/substitutions").json["items"] == []


def test_grants_take_as_many_queries_for_many(portal: Portal) -> None:
    officer, counts = portal.as_("officer"), []
    for month in range(1, 11):
        days = {"from_on": f"2027-{month:02}-01", "until_on": f"2027-{month:02}-02"}
        assert officer.post("/substitutions", _grant(portal, **days)).status_code == 201
        if month in (1, 10):
            with counted() as sent:
                found = officer.get("/substitutions").json["items"]
            counts.append((len(found), len(sent)))
    assert counts[0][0] == 1 and counts[1][0] == 10 and counts[0][1] == counts[1][1]
    first = officer.get("/substitutions?limit=4").json
    rest = officer.get(first["next"].removeprefix("/api/v1")).json
    assert first["items"] + rest["items"] == officer.get("/substitutions?limit=8").json["items"]


def test_absences_are_hrs(portal: Portal) -> None:
    tia = portal.world.people["tia"]
    entry = {"person": str(tia), "kind": "cuti", "from_on": "2026-02-01"}
    officer, at = portal.as_("officer"), f"/people/{tia}/absences"
    added = officer.post("/absences", entry)
    assert added.status_code == 201
    assert officer.get(at).json["items"] == [
        {"id": added.json["id"], "kind": "cuti", "from_on": "2026-02-01", "until_on": None}
    ]
    assert portal.as_("tia").get(at).status_code == 403
    assert portal.as_("tia").post("/absences", entry).status_code == 403
    assert portal.as_("officer", of=portal.books.other).get(at).status_code == 404
    assert officer.post("/absences", {**entry, "kind": "malas"}).status_code == 422
    assert officer.delete(f"/absences/{added.json['id']}").status_code == 204
    assert officer.delete(f"/absences/{added.json['id']}").status_code == 404


def test_appraisals_pass_to_another_assessor(portal: Portal) -> None:
    people = portal.world.people
    entry = {"from": str(people["chief"]), "to": str(people["secretary"]), "ground": "mutasi"}
    some = {**entry, "cases": [str(portal.case("sari")), str(portal.case("head"))]}
    assert portal.as_("chief").post("/hand-overs", some).status_code == 403
    done = portal.as_("officer").post("/hand-overs", some)
    assert done.status_code == 200 and done.json["handed_ids"] == [str(portal.case("sari"))]
    [refused] = done.json["refused"]
    assert refused["case_id"] == str(portal.case("head"))
    assert refused["blockers"][0]["rule"] == "not_their_appraisal"
    assert portal.as_("officer").post("/hand-overs", {**entry, "cases": [1]}).status_code == 422
    assert portal.as_("officer").post("/hand-overs", {**entry, "ground": "x"}).status_code == 422
    stranger = portal.as_("officer", of=portal.books.other)
    assert stranger.post("/hand-overs", some).status_code == 404


def test_credit_is_read_by_its_owner_and_hr(portal: Portal) -> None:
    sari = portal.world.people["sari"]
    entry = {"person": str(sari), "level": "ahli_pertama", "value": "18.75"}
    entry |= {"day": "2025-12-31", "basis": "PAK 2025"}
    assert portal.as_("officer").post("/credits", entry).status_code == 201
    at = f"/people/{sari}/credits"
    [one] = portal.as_("sari").get(at).json["items"]
    assert (one["total"], one["entries"][0]["basis"]) == ("18.75", "PAK 2025")
    assert portal.as_("chief").get(at).status_code == 404
    assert portal.as_("officer", of=portal.books.other).get(at).status_code == 404
    assert portal.as_("sari").post("/credits", entry).status_code == 403
    assert portal.as_("officer").post("/credits", {**entry, "value": "1e9"}).status_code == 422
