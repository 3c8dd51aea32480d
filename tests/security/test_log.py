"""The log tells that something was asked, how it ended and how long it took, and of nobody.

An appraisal is played over HTTP, with refusals and a fault; then every word that somebody sent, and
every name, number, id and secret there is, is looked for in what was written.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import pytest
import structlog

from kinerja_flow import clock, create_app, logs
from kinerja_flow.config import Settings
from tests.api.portal import Portal
from tests.builders import NOON, table

TEXTS = ("Rencana belum lengkap menurut Sari", "Alasan yang rahasia", "kata-kata pribadi")
NIP = "198701012010011001"
DRAWN = "0123456789abcdef0123456789abcdef"


@contextmanager
def heard(as_json: bool) -> Iterator[io.StringIO]:
    """Everything that the process writes meanwhile."""
    out = io.StringIO()
    root = logging.StreamHandler(out)
    logging.getLogger().addHandler(root)
    logs.configure(as_json=as_json)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(out))
    try:
        with redirect_stdout(out), redirect_stderr(out):
            yield out
    finally:
        logging.getLogger().removeHandler(root)
        structlog.reset_defaults()


def _play(portal: Portal) -> list[str]:
    """A year from plan to rating over HTTP; the secrets that were used."""
    programs = {name: portal.as_(name) for name in ("sari", "chief", "tia", "officer")}
    portal.books.plan("sari")

    def take(who: str, action: str, **inputs: Any) -> None:
        at = f"/cases/{portal.case()}/actions/{action}"
        done = programs[who].post(at, inputs, headers=portal.seen())
        assert done.status_code == 200, done.text

    take("sari", "submit_plan")
    take("chief", "return_plan", comment=TEXTS[0])
    take("sari", "submit_plan")
    take("chief", "approve_plan")
    refused = programs["tia"].post(
        f"/cases/{portal.case()}/actions/judge", {"alasan": TEXTS[1]}, headers=portal.seen()
    )
    assert refused.status_code in (403, 404)
    programs["officer"].get(f"/cases?subject_id={portal.world.people['sari']}&state={TEXTS[2]}")
    programs["sari"].get(f"/cases/{portal.case()}?lang=en", headers={"X-Request-ID": NIP})
    programs["sari"].get("/cases", headers={"X-Request-ID": DRAWN})
    programs["sari"].get(f"/{NIP}/{TEXTS[2]}")
    programs["sari"].send("GET", "/cases", headers={"Authorization": f"Bearer kf_{NIP}"})
    programs["sari"].send("POST", "/cases", data=TEXTS[1], headers={"User-Agent": TEXTS[2]})
    return [one.secret for one in programs.values()]


@pytest.mark.parametrize("as_json", [False, True], ids=["for people", "json"])
def test_the_log_of_a_year_names_nobody(portal: Portal, as_json: bool) -> None:
    with heard(as_json) as out:
        secrets = _play(portal)
    said = out.getvalue()
    assert said.count("answered") >= 11 and DRAWN in said
    people = [*portal.world.people, *map(str, portal.world.people.values())]
    ids = [str(row["id"]) for name in ("cases", "people", "service_tokens") for row in table(name)]
    hashes = [row["sha256"] for row in table("service_tokens")]
    words = [*TEXTS, NIP, "192.0.2", "lang=en", "subject_id", *secrets, *ids, *hashes, *people]
    assert not [word for word in words if re.search(rf"\b{re.escape(word)}\b", said)]


def test_a_line_tells_what_is_known_and_no_more(portal: Portal) -> None:
    with heard(as_json=True) as out:
        answer = portal.as_("sari").get(f"/cases/{portal.case()}")
    (line,) = [json.loads(text) for text in out.getvalue().splitlines()]
    assert set(line) == {"event", "level", "timestamp", "method", "route", "status", "ms",
                         "request", "actor"}  # fmt: skip
    assert line["route"] == "/api/v1/cases/<uuid:case_id>" and line["status"] == 200
    assert line["request"] == answer.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{12}", line["actor"])


@pytest.mark.parametrize(
    ("sent", "is_taken"),
    [(DRAWN, True), ("0196f1a0-0000-7000-8000-000000000001", True), (NIP, False), ("sari", False),
     ("x" * 5000, False), ("", False), (DRAWN + "\tx", False)],
)  # fmt: skip
def test_the_id_of_a_request_is_taken_over_where_it_is_one(
    portal: Portal, sent: str, is_taken: bool
) -> None:
    refused = portal.as_("tia").get(f"/cases/{portal.case()}", headers={"X-Request-ID": sent})
    drawn = refused.headers["X-Request-ID"]
    assert (drawn == sent) == is_taken
    assert refused.json["request_id"] == drawn
    assert refused.json["instance"] == f"urn:uuid:{drawn}"


def test_a_fault_is_told_by_its_lines_of_code(portal: Portal) -> None:
    """Also where the database quotes what was sent: nobody but the operator hears more than 500."""
    url = portal.app.extensions["kinerja_settings"].database_url
    app = create_app(Settings(database_url=url))

    @app.get("/api/v1/broken/<word>")
    def broken(word: str) -> str:
        local = word * 2
        raise RuntimeError(local)

    with heard(as_json=False) as out, clock.at(NOON):
        answer = app.test_client().get(f"/api/v1/broken/{NIP}")
    said = out.getvalue()
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert NIP not in answer.text and NIP not in said
    assert "request_failed" in said and "RuntimeError" in said and "raise RuntimeError" in said
    assert answer.json["request_id"] in said
