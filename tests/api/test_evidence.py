"""Files of evidence over HTTP: what is taken, where it lies, and who may fetch it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from kinerja_flow.files import MEGABYTE, Files
from tests.api.portal import Client, Portal
from tests.builders import table

PDF = b"%PDF-1.7\n" + b"Laporan triwulan " * 100
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
EXE = b"MZ" + bytes(200)
HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def place(portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the files are kept: at most a megabyte each."""
    files = Files(str(tmp_path / "kept"), MEGABYTE, ("pdf", "docx"))
    monkeypatch.setitem(portal.app.extensions, "kinerja_files", files)
    return tmp_path / "kept"


def _kept(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file())


def _send(
    who: Client, at: str, content: bytes, file: str = "laporan.pdf", **fields: Any
) -> TestResponse:
    headers = fields.pop("headers", {})
    part = FileStorage(io.BytesIO(content), file, content_type="text/html")
    boundary, body = encode_multipart({**fields, "file": part})
    kind = f"multipart/form-data; boundary={boundary}"
    return who.send("POST", at, data=body, headers={**headers, "Content-Type": kind})


def _opened(portal: Portal) -> tuple[str, str]:
    """The evidence of an appraisal that is under way, and one of its RHK."""
    item_id, _ = portal.books.start("sari")
    return f"/cases/{portal.case()}/evidence", str(item_id)


def _rule(answer: TestResponse) -> str:
    return str(answer.json["blockers"][0]["rule"])


def test_a_file_comes_back_as_it_was_sent(portal: Portal, place: Path) -> None:
    at, item = _opened(portal)
    sari = portal.as_("sari")
    added = _send(sari, at, PDF, item=item)
    assert added.status_code == 201
    [told] = sari.get(at).json["items"]
    assert told["sha256"] == hashlib.sha256(PDF).hexdigest() and told["size"] == len(PDF)
    assert (told["name"], told["media_type"], told["link"]) == (
        "laporan.pdf",
        "application/pdf",
        None,
    )
    [path] = _kept(place)
    assert path.read_bytes() == PDF and path.name == told["id"].replace("-", "")
    fetched = sari.get(f"{at}/{told['id']}/file")
    assert fetched.status_code == 200 and fetched.data == PDF
    assert fetched.headers["Content-Length"] == str(len(PDF))


def test_a_file_is_an_attachment_that_no_browser_runs(portal: Portal, place: Path) -> None:
    at, item = _opened(portal)
    added = _send(portal.as_("sari"), at, PDF, item=item, name="x.pdf").json["id"]
    headers = portal.as_("chief").get(f"{at}/{added}/file").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == "attachment; filename=x.pdf"
    assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("../../etc/passwd", "filename=_.._etc_passwd.pdf"),
        ("..\\..\\win.ini", "filename=_.._win.ini.pdf"),
        ('Bukti "A"; x=1.pdf', 'filename="Bukti _A_; x=1.pdf"'),
        ("Rencana–2026 é", "filename*=UTF-8''Rencana%E2%80%932026%20%C3%A9.pdf"),
        ("a\r\nSet-Cookie: x=1", 'filename="a_Set-Cookie_ x=1.pdf"'),
    ],
)
def test_a_name_is_a_text_and_leads_nowhere(
    portal: Portal, place: Path, name: str, saved: str
) -> None:
    at, item = _opened(portal)
    sari = portal.as_("sari")
    added = _send(sari, at, PDF, item=item, name=name)
    assert added.status_code == 201, added.json
    disposition = sari.get(f"{at}/{added.json['id']}/file").headers["Content-Disposition"]
    assert disposition.startswith("attachment; ") and disposition.endswith(saved)
    assert [len(path.name) for path in _kept(place)] == [32]


@pytest.mark.parametrize("name", ["../../x.pdf", "/etc/x.pdf", "....//x.pdf"])
def test_the_name_of_the_file_leads_nowhere_either(portal: Portal, place: Path, name: str) -> None:
    at, item = _opened(portal)
    sari = portal.as_("sari")
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    parts = f'--b\r\nContent-Disposition: form-data; name="item"\r\n\r\n{item}\r\n--b\r\n'
    parts += f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = parts.encode() + PDF + b"\r\n--b--\r\n"
    assert sari.send("POST", at, data=body, headers=headers).status_code == 201
    [told] = sari.get(at).json["items"]
    assert told["name"] == "x.pdf"
    assert [len(path.name) for path in _kept(place)] == [32]


@pytest.mark.parametrize(
    ("content", "name", "rule"),
    [
        (EXE, "laporan.pdf", "file_type_not_taken"),
        (HTML, "laporan.pdf", "file_type_not_taken"),
        (PNG, "gambar.png", "file_type_not_taken"),
        (PDF, "laporan.docx", "file_disguised"),
        (PDF, "laporan.pdf.exe", "file_disguised"),
        (b"", "laporan.pdf", "file_empty"),
        (PDF + bytes(MEGABYTE), "laporan.pdf", "attachment_too_large"),
    ],
)
def test_what_is_not_taken_is_refused_by_its_content(
    portal: Portal, place: Path, content: bytes, name: str, rule: str
) -> None:
    at, item = _opened(portal)
    refused = _send(portal.as_("sari"), at, content, name, item=item)
    assert (refused.status_code, _rule(refused)) == (422, rule)
    assert _kept(place) == [] and table("evidence") == []


def test_what_is_far_too_large_is_not_even_read(portal: Portal, place: Path) -> None:
    at, item = _opened(portal)
    refused = _send(portal.as_("sari"), at, PDF + bytes(2 * MEGABYTE), item=item)
    assert refused.status_code == 413 and _kept(place) == []


def test_a_disguised_type_is_named(portal: Portal, place: Path) -> None:
    at, item = _opened(portal)
    refused = _send(portal.as_("sari"), at, EXE, "laporan.pdf", item=item)
    assert "exe" in refused.json["blockers"][0]["message"]


def test_a_document_of_an_office_is_known_by_its_content(portal: Portal, place: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for part in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
            archive.writestr(part, "<x/>")
    at, item = _opened(portal)
    assert _send(portal.as_("sari"), at, made.getvalue(), "a.docx", item=item).status_code == 201
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a.txt", "x")
    refused = _send(portal.as_("sari"), at, plain.getvalue(), "a.docx", item=item)
    assert _rule(refused) == "file_type_not_taken"


def test_a_refused_row_leaves_no_file(portal: Portal, place: Path) -> None:
    at, item = _opened(portal)
    sari = portal.as_("sari")
    assert _send(sari, at, PDF, item=str(portal.case())).status_code == 422
    assert _send(sari, at, PDF, item=item, sha256="0" * 64).status_code == 422
    assert _send(portal.as_("chief"), at, PDF, item=item).status_code == 403
    assert (
        _send(portal.as_("officer", of=portal.books.other), at, PDF, item=item).status_code == 404
    )
    early = f"/cases/{portal.case('tia')}/evidence"
    assert _send(portal.as_("tia"), early, PDF, item=item).status_code == 409
    assert _kept(place) == [] and table("evidence") == []


def test_a_form_has_one_file(portal: Portal, place: Path) -> None:
    at, item = _opened(portal)
    sari = portal.as_("sari")
    none = sari.send("POST", at, data={"item": item}, content_type="multipart/form-data")
    assert (none.status_code, _rule(none)) == (422, "one_file")
    two = [(io.BytesIO(PDF), "a.pdf"), (io.BytesIO(PDF), "b.pdf")]
    assert _rule(sari.send("POST", at, data={"item": item, "file": two})) == "one_file"


def test_the_same_key_keeps_one_file(portal: Portal, place: Path) -> None:
    at, item = _opened(portal)
    sari, headers = portal.as_("sari"), {"Idempotency-Key": "k"}
    first = _send(sari, at, PDF, item=item, headers=headers)
    again = _send(sari, at, PDF, item=item, headers=headers)
    assert first.json == again.json and len(_kept(place)) == 1
    other = _send(sari, at, PDF + b"x", item=item, headers=headers)
    assert (other.status_code, _rule(other)) == (422, "key_reused")
    assert len(_kept(place)) == 1


def test_only_whoever_reads_the_evidence_fetches_its_file(portal: Portal, place: Path) -> None:
    at, item = _opened(portal)
    added = _send(portal.as_("sari"), at, PDF, item=item).json["id"]
    file = f"{at}/{added}/file"
    for reader in ("sari", "chief", "officer"):
        assert portal.as_(reader).get(file).status_code == 200
    for stranger in (portal.as_("tia"), portal.as_("officer", of=portal.books.other)):
        assert stranger.get(file).status_code == 404
    elsewhere = f"/cases/{portal.case('tia')}/evidence/{added}/file"
    assert portal.as_("tia").get(elsewhere).status_code == 404
    narrow = portal.as_("sari", scopes=["evidence:write"]).get(file)
    assert _rule(narrow) == "scope_missing"


def test_a_link_has_no_file_and_json_names_none(portal: Portal, place: Path) -> None:
    at, item = _opened(portal)
    sari = portal.as_("sari")
    link = {"item": item, "name": "Laporan", "link": "https://example.go.id/l"}
    added = sari.post(at, link).json["id"]
    gone = sari.get(f"{at}/{added}/file")
    assert (gone.status_code, _rule(gone)) == (404, "no_such_file")
    claimed = {"item": item, "name": "L", "sha256": "0" * 64, "media_type": "a/b", "size": 1}
    refused = sari.post(at, claimed)
    assert refused.status_code == 422
    for scheme in ("javascript:alert(1)", "file:///etc/passwd", "https://a@b/"):
        assert sari.post(at, {**link, "link": scheme}).status_code == 422
