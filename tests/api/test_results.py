"""Results over HTTP: who reads them and when, the document beside them, and who has read them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.portal import Portal
from tests.builders import PEERS
from tests.engine.test_sets import counted

pytestmark = pytest.mark.slow


@pytest.fixture
def rated(portal: Portal) -> Iterator[Portal]:
    portal.books.ask("sari")
    for level, peer in enumerate(PEERS, 3):
        portal.books.answer(peer, "sari", level, comment=f"Dari {peer}")
    portal.books.judge("sari")
    with portal.books.after_rating():
        yield portal


def _get(portal: Portal, who: str, path: str, of: str = "sari") -> Any:
    return portal.as_(who).get(f"/cases/{portal.case(of)}/{path}")


def test_a_result_comes_with_its_explanation(rated: Portal) -> None:
    [one] = _get(rated, "sari", "results").json["items"]
    assert (one["number"], one["level"], one["value"]) == (1, "sesuai", "100")
    assert one["explanation"]["label"] == "Hasil kerja"
    assert (one["is_provisional"], one["is_superseded"], one["objection"]) == (False, False, None)
    english = (
        rated.as_("sari")
        .get(f"/cases/{rated.case()}/results", headers={"Accept-Language": "en"})
        .json["items"]
    )
    assert english[0]["explanation"]["label"] == "Results"


def test_before_the_delivery_there_is_nothing_to_read(portal: Portal) -> None:
    portal.books.start("sari")
    for who in ("sari", "chief", "officer", "tia"):
        for path in ("results", "document", "document/signatures", "trainings", "placements"):
            assert _get(portal, who, path).status_code == 404, (who, path)


@pytest.mark.parametrize(
    "path", ["results", "document", "released-answers", "running-score", "readings", "history"]
)
def test_whoever_takes_no_part_is_told_that_there_is_nothing(rated: Portal, path: str) -> None:
    assert _get(rated, "tia", path).status_code == 404
    stranger = rated.as_("officer", of=rated.books.other)
    assert stranger.get(f"/cases/{rated.case()}/{path}").status_code == 404


def test_a_document_says_its_own_digest(rated: Portal) -> None:
    found = _get(rated, "sari", "document")
    sha256 = hashlib.sha256(found.data)
    assert found.mimetype == "application/pdf" and found.data.startswith(b"%PDF")
    assert found.headers["ETag"] == f'"{sha256.hexdigest()}"'
    digest = base64.b64encode(sha256.digest()).decode()
    assert found.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    beside = _get(rated, "sari", "document/signatures").json
    assert (beside["number"], beside["sha256"]) == (1, sha256.hexdigest())
    assert [one["capacity"] for one in beside["plan_signatures"]] == ["assessor"]
    assert _get(rated, "sari", "document?number=2").status_code == 404


def test_the_owner_sees_who_read(rated: Portal) -> None:
    _get(rated, "chief", "results")
    _get(rated, "officer", "document")
    seen = _get(rated, "sari", "readings").json["items"]
    told = [(one["reader"], one["capacity"], one["way"], one["number"]) for one in seen]
    assert told == [("officer", "hr", "document", 1), ("chief", "assessor", "results", 1)]
    assert _get(rated, "chief", "readings").status_code == 404


@pytest.mark.parametrize("path", ["readings", "history", "results"])
def test_a_list_takes_as_many_queries_for_many_rows(rated: Portal, path: str) -> None:
    asked = rated.as_("officer")
    at = f"/cases/{rated.case()}/{path}"
    counts = []
    for rows in (1, 9):
        for _ in range(rows if path == "readings" else 0):
            _get(rated, "chief", "results")
        with counted() as sent:
            found = asked.get(f"{at}?limit=100" if path != "results" else at)
        counts.append(len(sent))
    assert len(set(counts)) == 1, counts
    assert path != "readings" or len(found.json["items"]) == 10


def test_answers_are_figures_and_nothing_of_who_gave_them(rated: Portal) -> None:
    [one] = _get(rated, "chief", "released-answers").json["items"]
    assert (one["instrument"], one["relation"]) == ("kolaborasi", "peer")
    [figures] = one["figures"]
    assert (figures["count"], figures["mean"], figures["distribution"]) == (3, "4", None)
    assert {comment["author_id"] for comment in one["comments"]} == {None}


def test_a_running_score_says_that_it_is_not_the_result(portal: Portal) -> None:
    portal.books.start("sari")
    found = _get(portal, "sari", "running-score").json
    assert found["notice"] and [step["name"] for step in found["steps"]] == ["capaian"]
    assert _get(portal, "head", "running-score").status_code == 404


def test_history_tells_nothing_of_peers(rated: Portal) -> None:
    said = _get(rated, "sari", "history").json["items"]
    assert said[0]["action"] == "judge" and said[-1]["seq"] == 1
    assert said[0]["action_label"] == {"id": "Nilai", "en": "Rate"}
    assert said[0]["to_state_label"] == {"id": "Disampaikan", "en": "Told"}
    peers = {str(rated.world.people[name]) for name in PEERS}
    assert not [one for one in said if one["actor_id"] in peers or "change" in one]
    first = rated.as_("sari").get(f"/cases/{rated.case()}/history?limit=2").json
    rest = rated.as_("sari").get(first["next"].removeprefix("/api/v1")).json
    assert [one["seq"] for one in first["items"] + rest["items"]][:4] == [
        one["seq"] for one in said[:4]
    ]


def test_who_takes_part_is_told_without_the_anonymous(rated: Portal) -> None:
    told = _get(rated, "sari", "participants").json["items"]
    assert {one["relation"] for one in told} == {"employee", "assessor", "reviewer"}
    held = _get(rated, "sari", "assessors").json["items"]
    assert {one["relation"] for one in held} == {"assessor", "reviewer"}
    assert _get(rated, "tia", "assessors").status_code == 403
    day = f"/people/{rated.world.people['sari']}/assessors?day=2026-03-01"
    [one] = rated.as_("sari").get(day).json["items"]
    assert one["person_id"] == str(rated.world.people["chief"])
    assert rated.as_("tia").get(day).json["items"] == []
    assert rated.as_("sari").get(day.replace("2026-03-01", "x")).status_code == 422


def test_an_export_is_a_file_for_hr_alone(rated: Portal) -> None:
    at = f"/cycles/{rated.world.cycle_id}/exports/results"
    found = rated.as_("officer").get(at)
    assert found.mimetype == "text/csv" and "sari" in found.text
    assert rated.as_("officer").get(f"{at}?format=xlsx").data.startswith(b"PK")
    assert rated.as_("officer").get(f"{at}?format=pdf").status_code == 422
    assert rated.as_("officer").get(at.replace("results", "answers")).status_code == 404
    assert rated.as_("chief").get(at).status_code == 403
    assert rated.as_("officer", of=rated.books.other).get(at).status_code == 404
    ways = [one["way"] for one in _get(rated, "sari", "readings").json["items"]]
    assert ways == ["export", "export"]


def test_closing_assessments_and_segments_of_those_who_may(rated: Portal) -> None:
    assert _get(rated, "sari", "closing-assessments").json == {"items": [], "next": None}
    cycle, sari = rated.world.cycle_id, rated.world.people["sari"]
    at = f"/cycles/{cycle}/people/{sari}/segments"
    [one] = rated.as_("sari").get(at).json["items"]
    assert (one["level"], one["value"], one["is_last"]) == ("sesuai", "100", True)
    assert rated.as_("regent").get(at).status_code == 404
