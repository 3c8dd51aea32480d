"""The page behind a survey's link: light, usable by everybody, and without a trace."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from kinerja_flow import create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from tests.builders import digest_of_tables, table
from tests.surveys import NINE, Asked
from tests.surveys import asked as asked
from tests.test_start_page import Outline


@pytest.fixture
def app(web_app: Flask) -> Flask:
    return web_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def link(asked: Asked) -> str:
    return asked.tokens(asked.open())[0]


def _nonce(page: str) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', page)
    assert found
    return found[1]


def _sent(client: FlaskClient, link: str, **said: str) -> dict[str, str]:
    answers = {f"answers.{key}": "baik" for key in NINE}
    return {"nonce": _nonce(client.get(f"/s/{link}").text), **answers, **said}


def test_a_citizen_answers_once_on_a_page_without_cookie(client: FlaskClient, link: str) -> None:
    sent = _sent(client, link, comment="Ramah", complaint="Antrean panjang")
    for _ in range(2):  # a double click, or a reload
        thanks = client.post(f"/s/{link}", data=sent)
        assert thanks.status_code == 200
        assert "Terima kasih" in thanks.text
        assert "Set-Cookie" not in thanks.headers
    (kept,) = table("survey_replies")
    assert kept["answers"] == dict.fromkeys(NINE, "baik")
    assert len(table("complaints")) == 1
    again = client.get(f"/s/{link}")
    assert again.status_code == 404
    assert "Tautan ini tidak dapat dipakai" in again.text


def test_nothing_leads_a_citizen_to_pages_that_are_not_published(
    client: FlaskClient, link: str
) -> None:
    thanks = client.post(f"/s/{link}", data=_sent(client, link))
    for page in (client.get("/s/nobody"), client.get(f"/s/{link}"), thanks):
        leads = re.findall(r'href="(/[^"]*)"', page.text)
        assert [to for to in leads if not to.startswith(("/s/", "/static/"))] == []


def test_each_question_is_a_group_with_its_name_and_every_field_has_a_label(
    client: FlaskClient, link: str
) -> None:
    page = client.get(f"/s/{link}")
    outline = Outline(page.text)
    assert outline.tags.count("fieldset") == outline.tags.count("legend") == len(NINE)
    radios = [a for tag, a in outline.attributes if tag == "input" and a.get("type") == "radio"]
    assert len(radios) == 4 * len(NINE)
    ids = {a.get("id") for _, a in outline.attributes}
    named = {a["for"] for tag, a in outline.attributes if tag == "label" and "for" in a}
    texts = {a.get("id") for tag, a in outline.attributes if tag == "textarea"}
    described = {
        d for _, a in outline.attributes for d in (a.get("aria-describedby") or "").split()
    }
    assert named == texts
    assert described <= ids
    assert outline.tags.count("h1") == 1
    assert len(page.data) < 20_000


def test_the_page_says_beforehand_what_is_kept_and_what_the_limits_are(
    client: FlaskClient, link: str
) -> None:
    page = client.get(f"/s/{link}").text
    for words in ("Tidak ada yang disimpan tentang Anda", "sedikitnya 5 orang", "Batasnya"):
        assert words in page
    english = client.get(f"/s/{link}", headers={"Accept-Language": "en"}).text
    assert "Nothing is kept about you" in english
    assert "28 February 2026" in english


def test_a_form_that_is_not_right_comes_back_with_what_was_filled_in(
    client: FlaskClient, link: str
) -> None:
    sent = _sent(client, link, comment="x" * 2001, **{"answers.u3": "9"})
    before = digest_of_tables()
    page = client.post(f"/s/{link}", data=sent)
    assert page.status_code == 422
    outline = Outline(page.text)
    checked = {a["name"] for tag, a in outline.attributes if tag == "input" and "checked" in a}
    assert checked == {f"answers.{key}" for key in NINE if key != "u3"}
    leads = {a["href"] for tag, a in outline.attributes if tag == "a" and "#" in (a["href"] or "")}
    assert {"#answers.u3", "#comment"} <= leads
    assert {lead[1:] for lead in leads if lead} <= {a.get("id") for _, a in outline.attributes}
    assert ("section", "alert") in {(tag, a.get("role")) for tag, a in outline.attributes}
    assert digest_of_tables() == before


@pytest.mark.parametrize("path", ["/s/{link}", "/s/tidak-dikenal", "/s/" + "x" * 5000])
def test_nothing_keeps_the_page_or_hands_its_address_on(
    client: FlaskClient, link: str, path: str
) -> None:
    answer = client.get(path.format(link=link))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    outline = Outline(answer.text)
    assert not {"script", "style"} & set(outline.tags)
    assert not [a for _, a in outline.attributes if "//" in (a.get("src") or a.get("href") or "")]


def test_what_is_filled_in_is_never_read_as_markup(client: FlaskClient, link: str) -> None:
    bad = "<script>alert(1)</script>"
    page = client.post(f"/s/{link}", data={"comment": bad, "answers.u1": bad, bad: bad})
    assert page.status_code == 422
    assert bad not in page.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x=" + b"y" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 422),
        (b"", "application/x-www-form-urlencoded", 422),
        (b"answers.u1=%ff%fe&nonce=%00", "application/x-www-form-urlencoded", 422),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 422),
    ],
)
def test_huge_and_broken_bodies_are_refused_and_keep_nothing(
    client: FlaskClient, link: str, body: bytes, kind: str, status: int
) -> None:
    before = digest_of_tables()
    answer = client.post(f"/s/{link}", data=body, content_type=kind)
    assert answer.status_code == status
    assert digest_of_tables() == before


def test_an_open_link_knows_the_sender_behind_so_many_proxies(database: str, asked: Asked) -> None:
    link = asked.open(kind="open", per_day=1).link
    behind = create_app(Settings(database_url=database, proxies=1))
    client = behind.test_client()
    statuses = [
        client.post(
            f"/s/{link}",
            data=_sent(client, str(link)),
            headers={"X-Forwarded-For": f"192.0.2.9, 192.0.2.{last}", "User-Agent": "Uji"},
        ).status_code
        for last in (1, 1, 2)
    ]
    with behind.app_context():
        db.session.remove()
        db.engine.dispose()
    assert statuses == [200, 422, 200]


def _said(caplog: pytest.LogCaptureFixture, *heard: io.StringIO) -> str:
    return "\n".join([caplog.text, *(one.getvalue() for one in heard)])


@pytest.mark.parametrize("is_broken", [False, True])
def test_no_log_names_a_link_an_address_or_an_answer(
    client: FlaskClient, link: str, caplog: pytest.LogCaptureFixture, is_broken: bool
) -> None:
    sent = _sent(client, link, comment="Rahasia sekali")
    caplog.set_level(logging.DEBUG)
    out, err = io.StringIO(), io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(err))
    origin: dict[str, Any] = {"REMOTE_ADDR": "192.0.2.77", "HTTP_USER_AGENT": "Penjelajah/9"}
    try:
        broken = _without_replies() if is_broken else nullcontext()
        with redirect_stdout(out), redirect_stderr(err), broken:
            status = client.post(f"/s/{link}", data=sent, environ_overrides=origin).status_code
    finally:
        structlog.reset_defaults()
    assert status == (503 if is_broken else 200)
    said = _said(caplog, out, err)
    assert bool("survey_page_failed" in said) == is_broken
    for secret in (link, "192.0.2.77", "Penjelajah", "Rahasia sekali", sent["nonce"]):
        assert secret not in said


@contextmanager
def _without_replies() -> Iterator[None]:
    """A database that has lost a table, so that the page fails where it keeps the answers."""
    names = ("survey_replies", "lost_replies")
    for old, new in (names, names[::-1]):
        with db.engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")
        if old == names[0]:
            yield
