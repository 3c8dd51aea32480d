"""Entries of the year over HTTP: added once per key, corrected by their authors, read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.api.portal import Portal
from tests.builders import activity, table

OBSERVED = {"day": "2026-01-19", "text": "Melayani dengan sabar"}


def _entries(portal: Portal) -> Mapping[str, tuple[str, dict[str, Any]]]:
    """For each list of entries: who may add to it, and what they send."""
    item_id, indicator_id = map(str, portal.books.start("sari"))
    step = {"item": item_id, "title": "Menyusun", "target": "1 Laporan"}
    reached = {"indicator": indicator_id, "day": "2026-01-20", "reached": "2 Dokumen"}
    proof = {"item": item_id, "name": "Laporan", "link": "https://example.go.id/laporan"}
    return {
        "action-steps": ("sari", step),
        "activities": ("sari", activity()),
        "realisations": ("sari", reached),
        "evidence": ("sari", proof),
        "observations": ("chief", OBSERVED),
        "feedback": ("chief", {"kind": "strength", "text": "Rapi", "item": item_id}),
        "notes": ("chief", {"text": "Tanyakan kendala"}),
    }


TABLES = {
    "action-steps": "action_steps",
    "activities": "activities",
    "realisations": "realisations",
    "evidence": "evidence",
    "observations": "observations",
    "feedback": "feedback",
    "notes": "private_notes",
}
NAMES = ("action-steps", "activities", "realisations", "evidence", "observations", "feedback")


@pytest.mark.parametrize("name", [*NAMES, "notes"])
def test_an_entry_is_added_once_and_read_by_its_author(portal: Portal, name: str) -> None:
    who, body = _entries(portal)[name]
    author, at = portal.as_(who), f"/cases/{portal.case()}/{name}"
    headers = {"Idempotency-Key": "k"}
    added, again = author.post(at, body, headers=headers), author.post(at, body, headers=headers)
    assert added.status_code == 201 and added.json == again.json
    assert [one["id"] for one in author.get(at).json["items"]] == [added.json["id"]]


@pytest.mark.parametrize("name", NAMES)
def test_who_takes_part_reads_their_own_and_a_stranger_nothing(portal: Portal, name: str) -> None:
    who, body = _entries(portal)[name]
    at = f"/cases/{portal.case()}/{name}"
    portal.as_(who).post(at, body)
    assert len(portal.as_("officer").get(at).json["items"]) == 1
    stranger = portal.as_("tia").get(at)
    assert stranger.status_code == 404 or stranger.json["items"] == []
    assert portal.as_("officer", of=portal.books.other).get(at).status_code == 404


@pytest.mark.parametrize("name", [*NAMES, "notes"])
def test_what_is_wrong_forbidden_or_too_early_changes_nothing(portal: Portal, name: str) -> None:
    entries = _entries(portal)
    who, body = entries[name]
    before = table(TABLES[name])
    wrong = {**body, "state": "sealed", "agency_id": 2}
    at = f"/cases/{portal.case()}/{name}"
    refused = portal.as_(who).post(at, wrong)
    assert refused.status_code == 422
    assert {"state", "agency_id"} <= {one["field"] for one in refused.json["blockers"]}
    assert portal.as_("vina").post(at, body).status_code == 404
    assert portal.as_("officer", of=portal.books.other).post(at, body).status_code == 404
    if name != "notes":
        early = portal.as_("tia").post(f"/cases/{portal.case('tia')}/{name}", body)
        assert early.status_code in (409, 422)
    tokens = portal.as_("sari", scopes=["cases:write"]).post(at, body)
    assert tokens.json["blockers"][0]["rule"] == "scope_missing"
    assert table(TABLES[name]) == before


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("activities", activity(title="Menyusun laporan")),
        ("observations", {**OBSERVED, "text": "Lebih sabar"}),
        ("notes", {"text": "Sudah ditanyakan"}),
    ],
)
def test_its_author_corrects_it_by_the_version_they_saw(
    portal: Portal, name: str, changed: dict[str, Any]
) -> None:
    who, body = _entries(portal)[name]
    author, at = portal.as_(who), f"/cases/{portal.case()}/{name}"
    added = author.post(at, body)
    one = f"{at}/{added.json['id']}"
    assert author.put(one, changed).status_code == 428
    put = author.put(one, changed, headers={"If-Match": added.headers["ETag"]})
    assert (put.status_code, put.json["version"]) == (200, 2)
    assert put.headers["ETag"] == '"2"'
    stale = author.put(one, changed, headers={"If-Match": added.headers["ETag"]})
    assert stale.status_code == 412
    other = portal.as_("uli").put(one, changed, headers={"If-Match": '"2"'})
    assert other.status_code == 404


def test_lists_go_by_pages(portal: Portal) -> None:
    _entries(portal)
    sari, at = portal.as_("sari"), f"/cases/{portal.case()}/activities"
    for hour in range(8, 12):
        span = {"started": f"{hour:02}:00", "ended": f"{hour:02}:30"}
        assert sari.post(at, activity(**span)).status_code == 201
    first = sari.get(f"{at}?limit=3&fields=started").json
    rest = sari.get(first["next"].removeprefix("/api/v1")).json
    starts = [one["started"] for one in first["items"] + rest["items"]]
    assert starts == ["08:00:00", "09:00:00", "10:00:00", "11:00:00"] and rest["next"] is None


def test_a_remark_is_replied_to_and_recognition_is_found_by_year(portal: Portal) -> None:
    _entries(portal)
    at = f"/cases/{portal.case()}/feedback"
    said = {"kind": "recognition", "text": "Layanan cepat"}
    remark = portal.as_("chief").post(at, said).json["id"]
    reply = {"reply_to": remark, "text": "Terima kasih"}
    assert portal.as_("sari").post(at, reply).status_code == 201
    [told] = portal.as_("sari").get("/recognitions?year=2026").json["items"]
    assert told["id"] == remark and told["about"] is None
    [read] = portal.as_("chief").get(at).json["items"]
    assert [one["text"] for one in read["replies"]] == ["Terima kasih"]
    assert portal.as_("sari").get("/recognitions?year=2025").json["items"] == []


def test_nobody_but_their_author_reads_notes(portal: Portal) -> None:
    _entries(portal)
    at = f"/cases/{portal.case()}/notes"
    portal.as_("chief").post(at, {"text": "Rahasia"})
    for who in ("sari", "officer", "head"):
        assert portal.as_(who).get(at).json["items"] == []
