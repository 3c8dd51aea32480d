"""What every request meets at the edge, and what every answer carries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.storage import MemoryStorage

from kinerja_flow import create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.services import health
from tests.api.portal import EVERYTHING, Portal
from tests.surveys import Asked
from tests.surveys import asked as asked
from tests.test_start_page import Outline

API = "/api/v1/cases"
TOO_MUCH = b"[" + b'"' + b"x" * 5000 + b'"]'


@contextmanager
def serving(database: str, **settings: Any) -> Iterator[FlaskClient]:
    """A client of an application with settings of its own."""
    app = create_app(Settings(database_url=database, **settings))
    yield app.test_client()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


# --- headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/nowhere", API, "/api/v1/nowhere", "/static/none.css",
                                  "/healthz", "/api/v1/openapi.json"])  # fmt: skip
def test_every_answer_is_guarded(app: Flask, path: str) -> None:
    headers = app.test_client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert ("'self'" in policy) == (not path.startswith("/api/"))
    assert "Access-Control-Allow-Origin" not in headers
    assert "Strict-Transport-Security" not in headers


def test_under_tls_browsers_stay_with_it_and_so_do_cookies(database: str) -> None:
    with serving(database, tls=1) as client:
        assert client.get("/").headers["Strict-Transport-Security"] == "max-age=31536000"
        config = client.application.config
    assert config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert config["SESSION_COOKIE_SECURE"] and config["SESSION_COOKIE_HTTPONLY"]
    assert config["SESSION_COOKIE_SAMESITE"] == "Lax"


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        ("https://portal.contoh.go.id", True),
        ("https://portal.contoh.go.id.lain.example", False),
        ("https://lain.example", False),
        ("null", False),
    ],
)
def test_only_pages_of_origins_that_are_listed_may_read(
    database: str, origin: str, is_let_in: bool
) -> None:
    with serving(database, origins="https://portal.contoh.go.id") as client:
        asked = client.options(API, headers={"Origin": origin})
        page = client.get("/", headers={"Origin": origin})
    assert (asked.headers.get("Access-Control-Allow-Origin") == origin) == is_let_in
    assert asked.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert "Access-Control-Allow-Origin" not in page.headers


# --- whom a request is addressed to, and how -----------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "host", "status"),
    [
        ({}, "localhost:8765", 200),
        ({}, "127.0.0.1", 200),
        ({}, "[::1]:8765", 200),
        ({}, "jahat.example", 400),
        ({}, "localhost.jahat.example", 400),
        ({"host": "10.1.2.3"}, "10.1.2.3:8765", 200),
        ({"hosts": "kinerja.contoh.go.id, e.contoh.go.id"}, "E.Contoh.go.id", 200),
        ({"hosts": "kinerja.contoh.go.id"}, "localhost", 400),
    ],
)
def test_only_names_of_ours_are_answered_to(
    database: str, settings: dict[str, str], host: str, status: int
) -> None:
    with serving(database, **settings) as client:
        page = client.get("/", headers={"Host": host})
        asked = client.get("/api/v1/openapi.json", headers={"Host": host})
        assert (page.status_code, asked.status_code) == (status, status)
        if status == 400:
            assert asked.json["blockers"][0]["rule"] == "host_unknown"
            assert "jahat" not in page.text and "KINERJA_HOSTS" in page.text
        assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "GIBBERISH"])
@pytest.mark.parametrize("path", ["/", API, "/static/none.css"])
def test_odd_methods_are_refused(app: Flask, method: str, path: str) -> None:
    assert app.test_client().open(path, method=method).status_code == 405


# --- how much ------------------------------------------------------------------------------------


#: As a server hands on a body that comes in chunks: it ends by itself, and tells no length.
CHUNKS = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}


@pytest.mark.parametrize("how", [{}, CHUNKS], ids=["whole", "in chunks"])
def test_a_large_body_is_refused_in_the_shape_of_its_audience(
    portal: Portal, how: dict[str, Any]
) -> None:
    at = f"{API}/{portal.case()}/actions/submit_plan"
    headers = {**portal.seen(), "Content-Type": "application/json", **_of(portal)}
    with serving_beside(portal, body_kib=4) as client:
        refused = client.post(at, data=TOO_MUCH, headers=headers, environ_overrides=how)
    assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")
    assert refused.json["blockers"][0]["rule"] == "body_too_large"
    assert "4096" in refused.json["blockers"][0]["message"]


@pytest.mark.parametrize(("levels", "status"), [(20, 422), (21, 400), (900, 400), (50_000, 400)])
def test_a_deep_body_is_refused(portal: Portal, levels: int, status: int) -> None:
    at = f"/cases/{portal.case()}/actions/submit_plan"
    deep = '{"a": ' + "[" * (levels - 1) + "]" * (levels - 1) + "}"
    headers = {**portal.seen(), "Content-Type": "application/json"}
    refused = portal.as_("sari").send("POST", at, data=deep, headers=headers)
    assert refused.status_code == status


def test_a_form_of_many_parts_is_refused(asked: Asked, app: Flask) -> None:
    link, many = asked.open(kind="open").link, {f"answers.u{n}": "x" for n in range(300)}
    at, kind = f"/s/{link}", "multipart/form-data"
    assert app.test_client().post(at, data=many, content_type=kind).status_code == 413


# --- how often -----------------------------------------------------------------------------------


def test_an_address_that_comes_too_often_is_told_when_to_come_back(database: str) -> None:
    with serving(database, limit_address=3) as client:
        statuses = [client.get("/api/v1/nowhere").status_code for _ in range(3)]
        refused, page = client.get("/api/v1/nowhere"), client.get("/nowhere")
        elsewhere = client.get("/nowhere", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
        home = [{"REMOTE_ADDR": f"2001:db8:1:2::{n}"} for n in range(1, 6)]
        homes = [client.get("/nowhere", environ_overrides=one).status_code for one in home]
        probes = [client.get(path).status_code for path in ("/healthz", "/readyz") for _ in "four"]
    assert homes == [404] * 3 + [429] * 2
    assert statuses == [404] * 3 and elsewhere.status_code == 404
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json["blockers"][0]["rule"] == "requests_of_address"
    assert page.status_code == 429 and "Retry-After" in page.headers
    assert Outline(page.text).tags.count("h1") == 1
    assert set(probes) == {200}


def test_a_person_has_a_limit_of_their_own_wherever_they_call_from(portal: Portal) -> None:
    with serving_beside(portal, limit_actor=2) as client:
        asked = [
            client.get(API, headers=_of(portal, who), environ_overrides={"REMOTE_ADDR": address})
            for who, address in [("sari", "192.0.2.1"), ("sari", "192.0.2.2"),
                                 ("sari", "192.0.2.3"), ("tia", "192.0.2.3")]
        ]  # fmt: skip
    assert [answer.status_code for answer in asked] == [200, 200, 429, 200]
    assert asked[2].json["blockers"][0]["rule"] == "requests_of_actor"


def test_unknown_tokens_run_out_and_stop_nobody_else(portal: Portal) -> None:
    with serving_beside(portal, limit_tokens=2) as client:
        wrong = {"Authorization": "Bearer kf_nothing"}
        tried = [client.get(API, headers=wrong).status_code for _ in range(4)]
        assert client.get(API, headers=_of(portal)).status_code == 200
    assert tried == [401, 401, 429, 429]


def test_citizens_have_a_limit_of_their_own(database: str) -> None:
    with serving(database, limit_citizens=2) as client:
        assert [client.get("/s/unknown").status_code for _ in range(4)] == [404, 404, 429, 429]
        assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 404)])
def test_only_as_many_proxies_are_believed_as_there_are(
    database: str, proxies: int, last: int
) -> None:
    with serving(database, proxies=proxies, limit_address=1) as client:
        statuses = [
            client.get("/nowhere", headers={"X-Forwarded-For": f"192.0.2.9, {seen}"}).status_code
            for seen in ("192.0.2.1", "192.0.2.2")
        ]
        pretended = client.get("/nowhere", headers={"X-Forwarded-For": "192.0.2.3, 192.0.2.1"})
    assert statuses == [404, last]
    assert pretended.status_code == 429


def test_nought_means_no_limit(database: str) -> None:
    with serving(database, limit_address=0) as client:
        assert {client.get("/nowhere").status_code for _ in range(50)} == {404}


class Away(MemoryStorage):
    """A store that several processes share, and that does not answer."""

    STORAGE_SCHEME = ["away"]
    base_exceptions = (ConnectionError,)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        raise ConnectionError


def test_without_the_shared_store_each_process_counts_for_itself(database: str) -> None:
    with serving(database, limit_store="away://", limit_address=2) as client:
        assert [client.get("/nowhere").status_code for _ in range(3)] == [404, 404, 429]


# --- probes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "sent", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "::1", 200),
        ("", {}, "192.0.2.1", 404),
        ("", {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 404),
        ("rahasia", {}, "127.0.0.1", 404),
        ("rahasia", {"Authorization": "Bearer rahasi"}, "127.0.0.1", 404),
        ("rahasia", {"Authorization": "Bearer rahasia"}, "192.0.2.1", 200),
    ],
)
def test_what_was_counted_is_for_whoever_may_know(
    database: str, token: str, sent: dict[str, str], address: str, status: int
) -> None:
    with serving(database, metrics_token=token) as client:
        origin = {"REMOTE_ADDR": address}
        asked = client.get("/metrics", headers=sent, environ_overrides=origin)
    assert asked.status_code == status


def test_requests_are_counted_by_the_pattern_of_their_address(portal: Portal) -> None:
    portal.as_("sari").get(f"/cases/{portal.case()}")
    portal.as_("tia").get(f"/cases/{portal.case()}")
    client = portal.app.test_client()
    for number in range(5):
        client.get(f"/nowhere/{number}")
        client.open("/", method=f"ODD{number}")
    said = client.get("/metrics").text
    route = 'route="/api/v1/cases/<uuid:case_id>",status="404"'
    assert f'kinerja_requests_total{{method="GET",{route}}}' in said
    assert 'kinerja_refusals_total{rule="no_such_case"}' in said
    assert 'route="none",status="404"' in said and "/nowhere" not in said and "ODD" not in said
    assert str(portal.case()) not in said


def test_whoever_is_told_to_stop_is_not_ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    assert client.get("/readyz").status_code == 200
    health.stop()
    try:
        said = client.get("/readyz")
        assert (said.status_code, said.json) == (503, {"status": "stopping"})
        assert client.get("/healthz").status_code == 200
    finally:
        health._stopping.clear()


# --- shared --------------------------------------------------------------------------------------


@contextmanager
def serving_beside(portal: Portal, **settings: Any) -> Iterator[FlaskClient]:
    """A client of another application on the portal's database, outside its context."""
    url = portal.app.extensions["kinerja_settings"].database_url
    with serving(url, **settings) as client:
        yield client


def _of(portal: Portal, name: str = "sari") -> dict[str, str]:
    return {"Authorization": f"Bearer {portal.as_(name, EVERYTHING).secret}"}
