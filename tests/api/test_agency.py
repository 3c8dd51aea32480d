"""What HR and whole agencies write over HTTP: measurements, surveys, complaints, questions."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from uuid import UUID, uuid4

import pytest
import xlsxwriter
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from kinerja_flow.services.survey_figures import surveys_of
from tests.api.portal import Client, Portal
from tests.builders import table

SHEETS = b"ramah,cepat\n4,3\n"


def _entry(portal: Portal, **said: Any) -> dict[str, Any]:
    usual = {"key": "lama_layanan", "person": str(portal.world.people["sari"]), "value": "2.5"}
    usual |= {"at": "2026-01-19", "unit": "hari", "source": "antrean", "reference": "r-1"}
    return {**usual, **said}


def test_measurements_are_kept_or_refused_one_by_one(portal: Portal) -> None:
    officer = portal.as_("officer")
    entries = [_entry(portal), _entry(portal, reference="r-2", value="banyak"), 7]
    said = officer.post("/measurements", {"entries": entries})
    assert (said.status_code, said.json["kept"], said.json["refused"]) == (200, 1, 2)
    first, second, third = said.json["items"]
    assert first["id"] and not first["is_known"] and first["blockers"] == []
    assert second["id"] is None and second["blockers"][0]["field"] == "value"
    assert third["blockers"]
    again = officer.post("/measurements", {"entries": [_entry(portal)]}).json["items"][0]
    assert again == {**first, "is_known": True}


def test_measurements_are_for_hr_and_in_a_list_of_some_length(portal: Portal) -> None:
    body = {"entries": [_entry(portal)]}
    assert portal.as_("sari").post("/measurements", body).status_code == 403
    officer = portal.as_("officer")
    for wrong in ({}, {"entries": "x"}, {**body, "agency_id": 2}, {"entries": [{}] * 10_001}):
        assert officer.post("/measurements", wrong).status_code == 422
    other = portal.as_("officer", of=portal.books.other).post("/measurements", body)
    assert other.json["items"][0]["blockers"][0]["rule"] == "no_such_person"
    assert table("measurements") == []


def test_a_measurement_is_corrected_once_and_read_with_its_correction(portal: Portal) -> None:
    portal.books.plan("sari")
    officer = portal.as_("officer")
    made = officer.post("/measurements", {"entries": [_entry(portal)]}).json["items"][0]["id"]
    at, body = f"/measurements/{made}/corrections", {"value": "3", "reason": "wrong_value"}
    assert portal.as_("sari").post(at, body).status_code == 403
    assert portal.as_("officer", of=portal.books.other).post(at, body).status_code == 404
    assert officer.post(at, {**body, "reason": "lupa"}).status_code == 422
    assert officer.post(at, body).status_code == 201
    again = officer.post(at, body)
    assert (again.status_code, again.json["blockers"][0]["rule"]) == (409, "corrected_already")
    plan = f"/cases/{portal.case()}/measurements"
    assert portal.as_("sari").get(plan).status_code == 200
    assert portal.as_("uli").get(plan).status_code == 404


def _unit(portal: Portal) -> UUID:
    [unit] = {row["unit_id"] for row in table("cases") if row["id"] == portal.case()}
    return UUID(str(unit))


def _survey(portal: Portal, **said: Any) -> dict[str, Any]:
    days = {"opens_on": "2026-01-20", "closes_on": "2026-02-20"}
    usual = {"instrument": "pelayanan", "kind": "open", "unit": str(_unit(portal)), **days}
    return {**usual, **said}


def _open(portal: Portal, **said: Any) -> dict[str, Any]:
    at = f"/cycles/{portal.world.cycle_id}/surveys"
    opened = portal.as_("officer").post(at, _survey(portal, **said))
    assert opened.status_code == 201, opened.json
    return dict(opened.json)


def test_a_survey_is_opened_and_its_link_kept_nowhere(portal: Portal) -> None:
    at = f"/cycles/{portal.world.cycle_id}/surveys"
    officer, body = portal.as_("officer"), _survey(portal)
    made = officer.post(at, body, headers={"Idempotency-Key": "k"})
    assert made.status_code == 201 and made.json["link"]
    assert made.json["link"] not in repr(table("idempotency_keys")) + repr(table("surveys"))
    assert [one["id"] for one in officer.get(at).json["items"]] == [made.json["id"]]
    assert portal.as_("sari").post(at, body).status_code == 403
    assert portal.as_("officer", of=portal.books.other).post(at, body).status_code == 404
    wrong = officer.post(at, {**body, "closes_on": "2026-01-01"})
    assert wrong.json["blockers"][0]["rule"] == "survey_backwards"


def test_tokens_are_made_and_a_closed_survey_makes_none(portal: Portal) -> None:
    at = f"/surveys/{_open(portal, kind='token')['id']}"
    officer = portal.as_("officer")
    made = officer.post(f"{at}/tokens", {"count": 3})
    assert made.status_code == 201 and len(set(made.json["links"])) == 3
    assert not any(token in repr(table("survey_tokens")) for token in made.json["links"])
    assert officer.post(f"{at}/tokens", {"count": 0}).status_code == 422
    assert portal.as_("sari").post(f"{at}/close").status_code == 403
    assert portal.as_("officer", of=portal.books.other).post(f"{at}/close").status_code == 404
    assert officer.post(f"{at}/close").status_code == 204
    assert officer.post(f"{at}/close").status_code == 409
    assert officer.post(f"{at}/tokens", {"count": 1}).status_code == 409
    said = officer.get(f"{at}/figures").json
    assert (said["is_closed"], said["is_released"], said["counts"]) == (True, False, {})
    assert officer.get(f"{at}/satisfaction").json["index"] is None


def test_a_citizen_answers_without_signing_in(portal: Portal) -> None:
    survey = _open(portal)
    client, at = portal.app.test_client(), f"/api/v1/forms/{survey['link']}"
    form = client.get(at)
    assert form.status_code == 200 and form.headers["Referrer-Policy"] == "no-referrer"
    assert [one["key"] for one in form.json["criteria"]] == ["ramah", "cepat"]
    assert [one["key"] for one in form.json["levels"]] == ["1", "2", "3", "4"]
    body = {"nonce": form.json["nonce"], "answers": {"ramah": "4"}, "complaint": "Loket tutup"}
    for _ in range(2):
        assert client.post(at, json=body).status_code == 204
    assert len(table("survey_replies")) == len(table("complaints")) == 1
    wrong = client.post(at, json={**body, "nonce": "n" * 16, "answers": {"ramah": "9"}})
    assert wrong.json["blockers"][0]["field"] == "answers.ramah"
    dead = client.get("/api/v1/forms/tidak-ada")
    assert (dead.status_code, dead.json["blockers"][0]["rule"]) == (404, "survey_link_dead")
    large = client.post(at, json={**body, "complaint": "x" * 70_000})
    assert large.status_code == 413


def test_sheets_that_were_filled_in_elsewhere_join(portal: Portal) -> None:
    at = f"/surveys/{_open(portal)['id']}/sheets"
    body = {"sheets": [{"answers": {"ramah": "4"}}, {"answers": {"cepat": "3"}}]}
    officer, headers = portal.as_("officer"), {"Idempotency-Key": "k"}
    assert officer.post(at, body, headers=headers).json == {"count": 2}
    assert officer.post(at, body, headers=headers).json == {"count": 2}
    assert len(table("survey_replies")) == 2
    assert portal.as_("sari").post(at, body).status_code == 403
    wrong = officer.post(at, {"sheets": [{"answers": {"ramah": "9"}}]})
    assert wrong.json["blockers"][0]["field"] == "sheets.1.answers.ramah"


def _upload(who: Client, at: str, content: bytes, **fields: Any) -> TestResponse:
    part = FileStorage(io.BytesIO(content), "isi.xlsx")
    boundary, body = encode_multipart({**fields, "file": part})
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return who.send("POST", at, data=body, headers=kind)


def test_files_are_tried_and_then_taken_once(portal: Portal) -> None:
    survey, officer = _open(portal)["id"], portal.as_("officer")
    at = f"/surveys/{survey}/imports/sheets"
    tried = _upload(officer, at, SHEETS, dry_run="true")
    assert tried.json == {"rows": 1, "is_repeat": False} and table("survey_replies") == []
    assert _upload(officer, at, SHEETS).json == {"rows": 1, "is_repeat": False}
    assert _upload(officer, at, SHEETS).json == {"rows": 1, "is_repeat": True}
    assert _upload(portal.as_("sari"), at, SHEETS).status_code == 403
    assert _upload(portal.as_("officer", of=portal.books.other), at, SHEETS).status_code == 404
    assert officer.post(at, {}).status_code == 415


def test_tallies_and_complaints_come_in_for_a_unit(portal: Portal) -> None:
    at, officer = f"/cycles/{portal.world.cycle_id}/imports", portal.as_("officer")
    unit = str(_unit(portal))
    counts = b"criterion,level,count\nramah,4,20\n"
    said = _upload(officer, f"{at}/tallies", counts, unit=unit, instrument="pelayanan")
    assert said.json == {"rows": 1, "is_repeat": False}
    [line] = surveys_of(portal.world.cycle_id, portal.books.who("officer"))
    figures = officer.get(f"/surveys/{line.id}/figures").json
    assert figures["counts"] == {"ramah": {"4": 20}}
    rows = b"received_on,text\n2026-01-19,Loket tutup\n2026-01-18,Antre lama\n"
    assert _upload(officer, f"{at}/complaints", rows, unit=unit).json["rows"] == 2
    assert _upload(officer, f"{at}/complaints", rows, unit=str(uuid4())).status_code == 404
    assert _upload(officer, f"{at}/complaints", rows).json["blockers"][0]["field"] == "unit"


def _bomb_of_one_part() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(70 * 1024 * 1024))
    return made.getvalue()


def _bomb_of_two_cells() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "ramah")
        sheet.write(1_048_575, 16_383, "x")
    return made.getvalue()


def _bomb_of_small_letters() -> bytes:
    with zipfile.ZipFile(io.BytesIO(_bomb_of_two_cells())) as archive:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as written:
            for name in archive.namelist():
                text = archive.read(name).replace(b"XFD1048576", b"xfd1048576")
                written.writestr(name, text.replace(b'<row r="1048576"', b"<row"))
    return made.getvalue()


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (_bomb_of_one_part, "file_too_large"),
        (_bomb_of_two_cells, "too_many_rows"),
        (_bomb_of_small_letters, "too_many_columns"),
        (lambda: b"PK\x03\x04" + bytes(100), "file_unreadable"),
    ],
)
def test_a_workbook_that_would_blow_up_is_not_opened(portal: Portal, make: Any, rule: str) -> None:
    at = f"/surveys/{_open(portal)['id']}/imports/sheets"
    refused = _upload(portal.as_("officer"), at, make())
    assert (refused.status_code, refused.json["blockers"][0]["rule"]) == (422, rule)


def test_complaints_are_read_by_pages_and_answered_once(portal: Portal) -> None:
    at, officer = f"/cycles/{portal.world.cycle_id}/imports/complaints", portal.as_("officer")
    rows = b"received_on,text\n" + b"".join(b"2026-01-%02d,Antre\n" % day for day in range(5, 11))
    assert _upload(officer, at, rows, unit=str(_unit(portal))).json["rows"] == 6
    first = officer.get("/complaints?limit=4").json
    rest = officer.get(first["next"].removeprefix("/api/v1")).json
    days = [one["received_on"] for one in first["items"] + rest["items"]]
    assert days == [f"2026-01-{day:02}" for day in range(10, 4, -1)]
    path = f"/complaints/{first['items'][0]['id']}/response"
    assert portal.as_("tia").get("/complaints").json["items"] == []
    assert portal.as_("tia").put(path, {"response": "Ya"}).status_code == 403
    other = portal.as_("officer", of=portal.books.other)
    assert other.put(path, {"response": "Ya"}).status_code == 404
    assert officer.put(path, {"answer": "Ya"}).status_code == 422
    assert officer.put(path, {"response": "Sudah dibuka"}).status_code == 204
    assert officer.put(path, {"response": "Lagi"}).status_code == 409


def test_questions_are_asked_and_answered_for_all(portal: Portal) -> None:
    at, sari = f"/cycles/{portal.world.cycle_id}/questions", portal.as_("sari")
    asked = sari.post(at, {"text": "Kapan dialog?", "is_named": False})
    assert asked.status_code == 201
    path = f"/questions/{asked.json['id']}/answer"
    assert portal.as_("tia").get(at).json["items"] == []
    assert sari.put(path, {"text": "Maret"}).status_code == 403
    officer = portal.as_("officer")
    assert officer.put(path, {}).status_code == 422
    assert officer.put(path, {"text": "Maret"}).status_code == 204
    assert officer.put(path, {"text": "April"}).status_code == 409
    [told] = portal.as_("tia").get(at).json["items"]
    assert (told["answer"], told["asked_by_id"], told["is_mine"]) == ("Maret", None, False)
    assert sari.post(at, {"text": "x", "role": "raja"}).status_code == 422
    assert portal.as_("officer", of=portal.books.other).get(at).status_code == 404


def test_a_briefing_is_read_and_acknowledged_as_it_was_shown(portal: Portal) -> None:
    at, sari = f"/cycles/{portal.world.cycle_id}/briefing", portal.as_("sari")
    said = sari.get(at).json
    [role] = [one for one in said["roles"] if one["role"] == "employee"]
    assert said["purpose"] == "Untuk memperbaiki kerja bersama." and role["read_at"] is None
    receipts = f"{at}/receipts/employee"
    assert sari.put(receipts, {"digest": "0" * 64}).status_code == 412
    assert sari.put(receipts, {"digest": "x"}).status_code == 422
    done = sari.put(receipts, {"digest": role["digest"]})
    assert done.status_code == 200
    assert sari.put(receipts, {"digest": role["digest"]}).json == done.json
    reviewer = sari.put(f"{at}/receipts/reviewer", {"digest": role["digest"]})
    assert (reviewer.status_code, reviewer.json["blockers"][0]["rule"]) == (403, "not_your_role")
    assert portal.as_("officer", of=portal.books.other).get(at).status_code == 404
