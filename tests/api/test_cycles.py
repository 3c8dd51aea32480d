"""Cycles and templates over HTTP: opened, launched and published by HR, read by the agency."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from kinerja_flow.db import new_id, transaction
from kinerja_flow.models import Cycle, TemplateVersion
from tests.api.portal import Portal
from tests.engine.test_sets import counted
from tests.engine.world import SMALL

pytestmark = pytest.mark.slow

SOURCE = SMALL.read_text(encoding="utf-8")
WINDOWS = {"planning": ["2027-01-04", "2027-02-01"], "rating": ["2027-11-01", "2027-12-15"]}


def _template(portal: Portal) -> str:
    [one] = portal.as_("officer").get("/templates").json["items"]
    return str(one["id"])


def _cycle(portal: Portal, **said: Any) -> dict[str, Any]:
    usual = {"template": _template(portal), "name": "SKP 2027", "year": 2027}
    return {**usual, "windows": WINDOWS, **said}


def test_the_agency_sees_its_cycles_and_hr_the_board(portal: Portal) -> None:
    at = f"/cycles/{portal.world.cycle_id}"
    [listed] = portal.as_("sari").get("/cycles").json["items"]
    one = portal.as_("officer").get(at).json
    assert listed == {**one, "board": None}
    counts = {(s["kind"], s["state"]): s["count"] for s in one["board"]}
    assert counts["appraisal", "drafting"] == 6 and counts["objection", "filed"] == 0
    assert [window["name"] for window in one["windows"]] == ["planning", "rating"]
    assert portal.as_("officer", of=portal.books.other).get(at).status_code == 404
    assert portal.as_("sari").get("/cycles?year=2030").json["items"] == []


def test_hr_opens_a_cycle_and_launches_it_person_by_person(portal: Portal) -> None:
    officer = portal.as_("officer")
    opened = officer.post("/cycles", _cycle(portal))
    assert opened.status_code == 201
    at = f"/cycles/{opened.json['id']}"
    people = portal.world.people
    wanted = {"people": [str(people["sari"]), str(people["regent"])]}
    report = officer.post(f"{at}/launch", wanted).json
    assert [one["person_id"] for one in report["opened"]] == [str(people["sari"])]
    assert [one["person_id"] for one in report["refused"]] == [str(people["regent"])]
    assert report["refused"][0]["blocker"]["way_out"]
    again = officer.post(f"{at}/launch", wanted).json
    assert again["opened"] == [] and len(again["refused"]) == 2
    for who in ("sari", "chief"):
        assert portal.as_(who).post("/cycles", _cycle(portal)).status_code == 403
        assert portal.as_(who).post(f"{at}/launch", wanted).status_code == 403
    stranger = portal.as_("officer", of=portal.books.other)
    assert stranger.post("/cycles", _cycle(portal)).status_code == 404
    assert stranger.post(f"{at}/launch", wanted).status_code == 404


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"windows": []}, "windows"),
        ({"windows": {"planning": "besok", "rating": 1}}, "windows"),
        ({"windows": {"planning": WINDOWS["planning"]}}, "rating"),
        ({"year": 3}, "year"),
        ({"settings": {"tidak_ada": 1}}, "settings"),
        ({"state": "closed"}, "state"),
    ],
)
def test_what_is_wrong_with_a_cycle_names_its_field(
    portal: Portal, said: dict[str, Any], field: str
) -> None:
    refused = portal.as_("officer").post("/cycles", _cycle(portal, **said))
    assert refused.status_code == 422
    assert field in {one["field"] for one in refused.json["blockers"]}, refused.json


def test_a_template_is_checked_with_every_problem_at_its_place(portal: Portal) -> None:
    broken = SOURCE.replace("to: plan_review,", "to: nowhere,").replace("by: [clock]", "by: [boss]")
    officer = portal.as_("officer")
    found = officer.post("/templates/check", {"source": broken}).json
    assert not found["is_sound"] and len(found["problems"]) > 1
    assert all(one["message"] for one in found["problems"])
    assert [one for one in found["problems"] if one["line"] and one["place"]]
    assert officer.post("/templates/check", {"source": SOURCE}).json["is_sound"]
    refused = officer.post("/templates", {"source": broken})
    assert refused.status_code == 422
    places = {one["field"] for one in refused.json["blockers"]}
    assert all(place.startswith("source") for place in places) and len(places) > 1
    for who in ("sari", "chief"):
        for path in ("/templates", "/templates/check"):
            assert portal.as_(who).post(path, {"source": SOURCE}).status_code == 403
    assert officer.post("/templates", {"source": 5}).status_code == 422


def test_a_published_version_is_read_as_it_was_written(portal: Portal) -> None:
    officer = portal.as_("officer")
    published = officer.post("/templates", {"source": SOURCE})
    assert published.status_code == 201
    at = f"/templates/{published.json['id']}"
    one = portal.as_("sari").get(at).json
    assert (one["source"], one["number"], one["key"]) == (SOURCE, 2, "small")
    assert portal.as_("officer", of=portal.books.other).get(at).status_code == 404
    rights = portal.as_("sari").get(f"{at}/rights").json["machines"]
    [submit] = [r for r in rights[0]["actions"] if r["name"] == "submit_plan"]
    [who] = submit["who"]
    assert (who["relation"], who["states"], who["substitute"]) == ("employee", ["drafting"], False)


def test_what_ships_is_there_to_read(portal: Portal) -> None:
    sari = portal.as_("sari")
    keys = [one["key"] for one in sari.get("/templates/shipped").json["items"]]
    assert "nasional" in keys and keys == sorted(keys)
    assert sari.get("/templates/shipped/nasional").json["source"]
    assert sari.get("/templates/shipped/nasional/rights").json["machines"]
    assert sari.get("/templates/shipped/%2e%2e%2fsecrets").status_code == 404


def _more(portal: Portal, rows: int) -> None:
    """As many further versions and cycles, past the services."""
    with transaction() as session:
        of = TemplateVersion.agency_id == portal.world.agency_id
        last = session.scalars(
            select(TemplateVersion).where(of).order_by(TemplateVersion.number.desc())
        ).first()
        first = session.get(Cycle, portal.world.cycle_id)
        assert last is not None and first is not None
        for n in range(rows):
            version = {"key": last.key, "number": last.number + 1 + n, "source": "x"}
            told = {"digest": last.digest, "published_at": datetime(2026, 1, 1, tzinfo=UTC)}
            session.add(TemplateVersion(agency_id=last.agency_id, **version, **told))
            names = ("agency_id", "year", "template_id", "digest", "settings", "windows")
            same = {name: getattr(first, name) for name in (*names, "days_off", "from_on")}
            days = {"until_on": first.until_on, "opened_at": first.opened_at}
            session.add(Cycle(id=new_id(), name=f"C{n}", **same, **days))


@pytest.mark.parametrize("path", ["/cycles", "/templates"])
def test_a_list_takes_as_many_queries_for_many_rows(portal: Portal, path: str) -> None:
    officer, counts = portal.as_("officer"), []
    for rows in (0, 9, 90):
        _more(portal, rows)
        with counted() as sent:
            found = officer.get(f"{path}?limit=100").json["items"]
        counts.append((len(found), len(sent)))
    assert [rows for rows, _ in counts] == [1, 10, 100]
    assert len({queries for _, queries in counts}) == 1, counts
    first = officer.get(f"{path}?limit=60").json
    rest = officer.get(first["next"].removeprefix("/api/v1")).json
    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in found]


def test_reach_is_hrs_and_units_without_a_predikat_have_no_standing(portal: Portal) -> None:
    at = f"/cycles/{portal.world.cycle_id}"
    [unit] = portal.as_("officer").get(f"{at}/reach").json["items"]
    roles = {one["role"]: (one["read"], one["asked"], one["share"]) for one in unit["roles"]}
    assert roles["employee"] == (0, 6, "0")
    assert portal.as_("sari").get(f"{at}/reach").status_code == 403
    assert portal.as_("officer").get(f"{at}/unit-standings").json == {"items": [], "next": None}
    ratings = f"{at}/units/{unit['unit_id']}/ratings"
    assert portal.as_("officer").get(ratings).status_code == 409
    entry = {"level": "baik", "reason": "Capaian"}
    assert portal.as_("head").post(ratings, entry).status_code == 409
    for path in ("reach", "unit-standings"):
        assert portal.as_("officer", of=portal.books.other).get(f"{at}/{path}").status_code == 404


def test_who_is_no_officer_is_told_in_words_whose_it_is(portal: Portal) -> None:
    at = f"/cycles/{portal.world.cycle_id}/exports/results"
    for language, called in (("id", "Pengelola Kinerja"), ("en", "HR officers")):
        refused = portal.as_("sari").get(at, headers={"Accept-Language": language})
        (blocker,) = refused.json["blockers"]
        assert refused.status_code == 403 and called in blocker["message"]
