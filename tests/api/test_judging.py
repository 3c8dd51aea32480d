"""Objections, follow-ups and their steps, contradictions and practice over HTTP."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from kinerja_flow import clock
from kinerja_flow.files import MEGABYTE, Files
from tests.api.portal import Portal
from tests.builders import AFTER, table

LINK = {"name": "Notulen", "link": "https://example.go.id/n", "shows": "Isi dialog"}
PDF = b"%PDF-1.7\nNotulen"


def _child(kind: str) -> UUID:
    return next(row["id"] for row in table("cases") if row["kind"] == kind)


@pytest.fixture
def objection(portal: Portal) -> UUID:
    """The case of an objection that sari filed to her result."""
    portal.books.ask("sari")
    portal.books.judge("sari")
    with clock.at(AFTER):
        portal.world.act("sari", "look", "sari")
        portal.world.act("sari", "object", "sari", grounds="Data capaian keliru")
    return _child("objection")


def test_the_record_of_an_objection_is_for_both_sides(portal: Portal, objection: UUID) -> None:
    at = f"/cases/{objection}/objection"
    for who in ("sari", "chief", "officer"):
        said = portal.as_(who).get(at)
        assert said.status_code == 200, said.json
        assert said.json["contested"]["number"] == 1 and said.json["replacement"] is None
        assert said.json["said"][0]["texts"] == {"grounds": "Data capaian keliru"}
    for stranger in (portal.as_("tia"), portal.as_("officer", of=portal.books.other)):
        assert stranger.get(at).status_code == 404
    assert portal.as_("sari").get(f"/cases/{portal.case()}/objection").status_code == 404


def test_evidence_is_shown_and_withdrawn_and_stays_readable(
    portal: Portal, objection: UUID
) -> None:
    at = f"/cases/{objection}/exhibits"
    with clock.at(AFTER):
        added = portal.as_("sari").post(at, LINK)
        assert added.status_code == 201
        gone = f"{at}/{added.json['id']}/withdrawal"
        assert portal.as_("chief").post(gone).status_code == 403
        assert portal.as_("sari").post(gone).status_code == 204
        again = portal.as_("sari").post(gone)
        assert (again.status_code, again.json["blockers"][0]["rule"]) == (409, "exhibit_withdrawn")
        [told] = portal.as_("chief").get(at).json["items"]
        assert told["side"] == "employee" and told["withdrawn_at"] is not None
        assert portal.as_("tia").post(at, LINK).status_code == 404
        assert portal.as_("sari").post(at, {**LINK, "side": "assessor"}).status_code == 422
        assert portal.as_("officer", of=portal.books.other).post(at, LINK).status_code == 404
    early = f"/cases/{portal.case('tia')}/exhibits"
    assert portal.as_("tia").post(early, LINK).status_code == 409


def test_a_file_is_shown_in_an_objection(
    portal: Portal, objection: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Files(str(tmp_path / "f"), MEGABYTE, ("pdf",))
    monkeypatch.setitem(portal.app.extensions, "kinerja_files", files)
    at = f"/cases/{objection}/exhibits"
    part = FileStorage(io.BytesIO(PDF), "notulen.pdf")
    boundary, body = encode_multipart({"shows": "Isi dialog", "file": part})
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    with clock.at(AFTER):
        sari = portal.as_("sari")
        added = sari.send("POST", at, data=body, headers=kind)
        again = sari.send("POST", at, data=body, headers=kind)
        assert added.status_code == 201 and again.json == added.json
        assert len([path for path in (tmp_path / "f").rglob("*") if path.is_file()]) == 1
        file = f"{at}/{added.json['id']}/file"
        assert portal.as_("chief").get(file).data == PDF
        assert portal.as_("tia").get(file).status_code == 404


@pytest.fixture
def follow_up(portal: Portal) -> UUID:
    """The improvement plan that sari's result opened."""
    portal.books.ask("sari")
    portal.books.judge("sari")
    with clock.at(AFTER):
        portal.world.act("chief", "see_to", "sari")
    return _child("improvement")


def test_steps_are_added_corrected_finished_and_dropped(portal: Portal, follow_up: UUID) -> None:
    at = f"/cases/{follow_up}/steps"
    body = {"title": "Kursus", "due_on": "2026-12-01"}
    with clock.at(AFTER):
        sari = portal.as_("sari")
        added = sari.post(at, body)
        assert added.status_code == 201
        one = f"{at}/{added.json['id']}"
        assert sari.put(one, body).status_code == 428
        changed = {**body, "title": "Kursus lanjutan"}
        put = sari.put(one, changed, headers={"If-Match": '"1"'})
        assert (put.json["version"], put.headers["ETag"]) == (2, '"2"')
        assert sari.put(one, body, headers={"If-Match": '"1"'}).status_code == 412
        assert portal.as_("chief").put(one, body, headers={"If-Match": '"2"'}).status_code == 403
        done = sari.put(f"{one}/outcome", {"outcome": "Lulus"}, headers={"If-Match": '"2"'})
        assert done.json["version"] == 3
        second = f"{at}/{sari.post(at, body).json['id']}"
        dropped = sari.put(f"{second}/drop", {"reason": "Batal"}, headers={"If-Match": '"1"'})
        assert dropped.status_code == 200
        third = f"{at}/{sari.post(at, {**body, 'title': 'Magang'}).json['id']}"
        assert sari.delete(third, headers={"If-Match": '"1"'}).status_code == 204
        told = portal.as_("chief").get(at).json["items"]
    assert [one["outcome"] for one in told] == ["Lulus", "Batal"]
    assert portal.as_("tia").get(at).status_code == 404
    assert portal.as_("officer", of=portal.books.other).get(at).status_code == 404


def test_a_step_in_the_past_or_of_a_stranger_is_refused(portal: Portal, follow_up: UUID) -> None:
    at, body = f"/cases/{follow_up}/steps", {"title": "Kursus", "due_on": "2026-01-01"}
    with clock.at(AFTER):
        refused = portal.as_("sari").post(at, body)
        assert refused.json["blockers"][0]["rule"] == "step_day_past"
        assert portal.as_("uli").post(at, body).status_code == 404
        assert portal.as_("officer", of=portal.books.other).post(at, body).status_code == 404


def test_follow_ups_are_read_by_whom_they_belong_to_and_by_hr(
    portal: Portal, follow_up: UUID
) -> None:
    with clock.at(AFTER):
        [mine] = portal.as_("sari").get("/follow-ups").json["items"]
        assert (mine["case_id"], mine["owners"]) == (str(follow_up), ["sari"])
        of_cycle = f"/cycles/{portal.world.cycle_id}/follow-ups"
        officer = portal.as_("officer")
        assert [one["case_id"] for one in officer.get(of_cycle).json["items"]] == [str(follow_up)]
        assert officer.get(f"{of_cycle}?late=true").json["items"] == []
        [count] = officer.get(f"{of_cycle}/counts").json["items"]
        assert (count["key"], count["count"]) == ("perbaikan", 1)
        assert portal.as_("sari").get(of_cycle).status_code == 403
        assert portal.as_("tia").get("/follow-ups").json["items"] == []
        assert portal.as_("officer", of=portal.books.other).get(of_cycle).status_code == 404


def _contradicted(portal: Portal) -> dict[str, str]:
    """sari's indicator, of which a source says something else than she does; how to answer."""
    measured = {"catalogue_key": "lama_layanan", "target": "3 hari", "polarity": "lower"}
    said = {"aspect": "waktu", "title": "Lama layanan", **measured}
    _, indicator_id = portal.books.start("sari", indicators=[said])
    reached = {"indicator": str(indicator_id), "day": "2026-01-20", "reached": "1 hari"}
    portal.as_("sari").post(f"/cases/{portal.case()}/realisations", reached)
    entry = {"key": "lama_layanan", "person": str(portal.world.people["sari"]), "value": "9"}
    entry |= {"at": "2026-01-19", "unit": "hari", "source": "antrean", "reference": "r-1"}
    assert portal.as_("officer").post("/measurements", {"entries": [entry]}).json["kept"] == 1
    return {"indicator": str(indicator_id), "source": "antrean", "reason": "Tercatat mesin"}


def test_a_contradiction_is_seen_and_answered_for_just_what_was_compared(portal: Portal) -> None:
    body = _contradicted(portal)
    at, chief = f"/cases/{portal.case()}/contradictions", portal.as_("chief")
    [row] = chief.get(f"/cases/{portal.case()}/measurements").json["items"]
    assert row["is_contradicted"] and {one["source"] for one in row["figures"]} > {"antrean"}
    stale = chief.post(at, {**body, "seen": "0" * 64})
    assert stale.status_code == 412
    assert chief.post(at, {**body, "source": "kira-kira"}).status_code == 422
    assert portal.as_("sari").post(at, body).status_code == 403
    assert portal.as_("officer", of=portal.books.other).post(at, body).status_code == 404
    assert chief.post(at, {**body, "seen": row["digest"]}).status_code == 201
    early = f"/cases/{portal.case('tia')}/contradictions"
    assert chief.post(early, body).status_code == 409


def test_practice_is_played_alone_with_personas(portal: Portal) -> None:
    tia, at = portal.as_("tia"), f"/cycles/{portal.world.cycle_id}/practice"
    assert tia.get(at).json == {"id": None}
    begun = tia.post(at)
    assert begun.status_code == 201 and tia.get(at).json == begun.json
    case = begun.json["id"]
    parts = {
        one["part"]: one["person_id"] for one in tia.get(f"/practice/{case}/personas").json["items"]
    }
    offered = f"/practice/{case}/personas/{parts['assessor']}/actions"
    assert tia.get(offered).status_code == 200
    assert tia.post(f"{offered}/submit_plan").status_code == 428
    seen = {"If-Match": tia.get(f"/cases/{case}").headers["ETag"]}
    assert tia.post(f"{offered}/submit_plan", headers=seen).status_code in (403, 409)
    assert tia.post(f"/practice/{case}/skip").status_code == 204
    for other in (portal.as_("sari"), portal.as_("officer")):
        assert other.get(f"/practice/{case}/personas").status_code == 404
        assert other.post(f"/practice/{case}/skip").status_code == 404
    assert tia.get(f"/practice/{case}/personas/{uuid4()}/actions").status_code == 404
    assert portal.as_("officer", of=portal.books.other).post(at).status_code == 404
