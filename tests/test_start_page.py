"""The start page and the probes: what runs here, how far each cycle is, and whether it can work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from kinerja_flow import clock, create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db, transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.models import Account, Person
from kinerja_flow.services import reports, sessions
from kinerja_flow.services.cycles import CyclePlan, launch, open_cycle
from kinerja_flow.services.organisations import (
    actor_for,
    add_person,
    add_post,
    add_unit,
    create_agency,
    grant_role,
    hold_post,
    report_to,
)
from kinerja_flow.services.templates import publish
from kinerja_flow.web.speech import MESSAGES

SMALL = (Path(__file__).parent / "templates" / "small.yaml").read_text(encoding="utf-8")
SINCE = date(2025, 1, 1)
JANUARY = datetime(2026, 1, 5, 2, tzinfo=UTC)


class Outline(HTMLParser):
    """What a reader who does not see the page goes by: language, landmarks, headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))


@pytest.fixture
def app(web_app: Flask) -> Flask:
    return web_app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def cycle(app: Flask) -> Iterator[str]:
    """A cycle with one case of Wulan's, whose superiors stand two deep."""
    with app.app_context(), clock.at(JANUARY):
        agency = create_agency("kab", "Kabupaten Contoh")
        unit = add_unit(agency, "Dinas")
        posts = {}
        people = {}
        above: str | None = None
        for name in ("bupati", "kepala", "wulan"):
            people[name] = add_person(agency, name)
            posts[name] = add_post(agency, unit, name)
            hold_post(agency, people[name], posts[name], SINCE)
            if above:
                report_to(agency, posts[name], SINCE, superior_post_id=posts[above])
            above = name
        grant_role(agency, people["kepala"], "hr", SINCE)
        officer = actor_for(agency, people["kepala"])
        windows = {
            "planning": (date(2026, 1, 1), date(2026, 1, 31)),
            "rating": (date(2026, 12, 1), date(2026, 12, 31)),
        }
        template = publish(SMALL, officer)
        found = open_cycle(template, officer, CyclePlan(2026, "Uji 2026", windows))
        launch(found, officer, [people["wulan"]])
        yield str(found)


@pytest.fixture
def client_of(app: Flask, cycle: str) -> FlaskClient:
    """A browser in which Wulan is signed in."""
    with transaction() as session:
        wulan = session.scalars(select(Person).where(Person.name == "wulan")).one()
        account = Account(agency_id=wulan.agency_id, person_id=wulan.id)
        session.add(account)
        session.flush()
        secret = sessions.begun(session, account, sessions.Device("", ""), is_whole=True)
    client = app.test_client()
    client.set_cookie("kinerja-session", secret)
    return client


def test_an_empty_installation_says_so(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Belum ada instansi" in page.text


@pytest.mark.parametrize("path", ["/", "/cycles/{cycle}"])
def test_who_is_not_signed_in_sees_no_cycle_and_where_to_sign_in(
    client: FlaskClient, cycle: str, path: str
) -> None:
    page = client.get(path.format(cycle=cycle)).text
    assert "Uji 2026" not in page and "Kabupaten" not in page
    assert 'href="/masuk?lang=id"' in page


def test_nobody_sees_the_cycles_of_another_agency(
    app: Flask, client_of: FlaskClient, cycle: str
) -> None:
    with app.app_context():
        other = create_agency("lain", "Kabupaten Lain")
        person = add_person(other, "Orang Lain")
        with pytest.raises(NotFound):
            reports.course_of(UUID(cycle), actor_for(other, person))
        assert reports.cycles(other) == []
    assert "Uji 2026" in client_of.get("/").text


def test_the_page_counts_cases_by_phase_and_state_in_the_words_of_the_template(
    client_of: FlaskClient,
) -> None:
    page = client_of.get("/").text
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Uji 2026" in text
    assert "Kabupaten Contoh · Templat Kecil, versi 1" in text
    assert "Penilaian: 1 kasus" in text
    assert "1 Perencanaan" in text
    assert "Penyusunan Perencanaan 1" in text


@pytest.mark.parametrize(
    "path", ["/", "/cycles/{cycle}", "/nowhere", "/akun", "/masuk/lupa", "/aktivasi"]
)
def test_every_page_has_a_language_a_landmark_and_one_heading(
    client_of: FlaskClient, cycle: str, path: str
) -> None:
    outline = Outline(client_of.get(path.format(cycle=cycle)).text)
    assert ("html", {"lang": "id"}) in outline.attributes
    assert outline.tags.count("h1") == 1
    assert outline.tags.count("main") == 1


@pytest.mark.parametrize(
    "path", ["/", "/cycles/{cycle}", "/nowhere", "/healthz", "/akun", "/masuk/atur"]
)
def test_no_answer_runs_anything_inline(client_of: FlaskClient, cycle: str, path: str) -> None:
    answer = client_of.get(path.format(cycle=cycle))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    outline = Outline(answer.text)
    assert not {"script", "style"} & set(outline.tags)
    for _, attributes in outline.attributes:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_no_page_asks_another_server_for_anything(client: FlaskClient, cycle: str) -> None:
    for tag, attributes in Outline(client.get("/").text).attributes:
        address = attributes.get("src") or attributes.get("href") or ""
        assert "//" not in address, (tag, address)


@pytest.mark.parametrize("name", ["pico.min.css", "kinerja.css", "icon.svg"])
def test_what_the_page_is_drawn_with_is_served_here(client: FlaskClient, name: str) -> None:
    with client.get(f"/static/{name}") as answer:
        assert answer.status_code == 200


def test_the_vendored_style_keeps_its_licence(client: FlaskClient) -> None:
    with client.get("/static/pico.min.css") as style, client.get("/static/pico.LICENSE.md") as text:
        assert "Licensed under MIT" in style.text[:300]
        assert "MIT License" in text.text


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "id"),
        ("", "en-GB,en;q=0.8", "en"),
        ("", "id,en;q=0.8", "id"),
        ("", "de", "id"),  # neither: Indonesian
        ("?lang=en", "id", "en"),  # what is asked for outranks the browser
        ("?lang=id", "en", "id"),
        ("?lang=xx", "en", "en"),  # no language of ours: the browser's
    ],
)
def test_the_language_is_chosen_by_address_then_browser(
    client: FlaskClient, query: str, accepted: str, language: str
) -> None:
    page = client.get(f"/{query}", headers={"Accept-Language": accepted}).text
    assert ("html", {"lang": language}) in Outline(page).attributes


def test_the_course_of_a_cycle_shows_every_state_and_who_acts(
    client_of: FlaskClient, cycle: str
) -> None:
    page = client_of.get(f"/cycles/{cycle}?lang=en").text
    for words in ("Drafting", "Contested", "Filed", "(Employee)", "(Examiner of the objection)"):
        assert words in page


def test_an_unknown_cycle_is_not_found_in_the_one_shape(client_of: FlaskClient) -> None:
    answer = client_of.get("/cycles/00000000-0000-0000-0000-000000000000")
    assert answer.status_code == 404
    assert "Jalan keluar" in answer.text


def test_the_page_takes_the_same_queries_for_one_case_and_for_many(
    app: Flask, client_of: FlaskClient
) -> None:
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    client_of.get("/")  # definitions are read once per process
    event.listen(engine, "before_cursor_execute", note)
    try:
        client_of.get("/")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    # Who is signed in was found for the page before, in the same context.
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 3, seen


def test_the_process_answers_without_its_database() -> None:
    client = create_app(Settings(database_url="postgresql+psycopg://x@127.0.0.1:1/x")).test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "unreachable"})
    page = client.get("/")
    assert page.status_code == 503
    assert "KINERJA_DATABASE_URL" in page.text


def test_a_database_without_the_schema_is_not_ready(tmp_path: Path) -> None:
    client = create_app(Settings(database_url=f"sqlite:///{tmp_path}/new.sqlite")).test_client()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "not_migrated"})
    assert "kinerja upgrade" in client.get("/").text


def test_a_migrated_database_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


@pytest.mark.parametrize("code", sorted(MESSAGES.texts))
def test_the_pages_say_the_same_in_both_languages(code: str) -> None:
    asked = MESSAGES.placeholders(code)
    assert asked["id"] == asked["en"]
