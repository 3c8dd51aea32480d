"""People, units and posts over HTTP: who may know of whom, by search and by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert

from kinerja_flow.db import new_id, transaction
from kinerja_flow.models import Person, Post, Unit
from tests.api.portal import Portal, told
from tests.engine.test_sets import counted
from tests.engine.world import LINES

pytestmark = pytest.mark.slow


def _names(portal: Portal, who: str, path: str = "/people") -> list[str]:
    return [one["name"] for one in portal.as_(who).get(path).json["items"]]


def test_hr_sees_all_of_the_agency_by_name(portal: Portal) -> None:
    assert _names(portal, "officer") == sorted(LINES)


def test_others_see_themselves_and_those_in_their_appraisals(portal: Portal) -> None:
    assert _names(portal, "sari") == ["chief", "head", "sari"]
    assert _names(portal, "chief") == ["chief", "head", "sari", "secretary", "tia", "uli", "vina"]
    assert _names(portal, "regent") == ["head", "regent"]


def test_a_search_finds_by_name_and_for_hr_by_nip(portal: Portal) -> None:
    nip = "198001012005011001"
    with transaction() as session:
        person = session.get(Person, portal.world.people["chief"])
        assert person is not None
        person.nip = nip
    assert _names(portal, "officer", "/people?q=CHI") == ["chief"]
    assert _names(portal, "officer", "/people?q=19800101") == ["chief"]
    assert _names(portal, "officer", "/people?q=%25") == []
    assert _names(portal, "sari", "/people?q=19800101") == []
    assert portal.as_("officer").get("/people?q=" + "x" * 200).status_code == 422
    at = f"/people/{portal.world.people['chief']}"
    assert portal.as_("officer").get(at).json["nip"] == nip
    assert portal.as_("chief").get(at).json["nip"] == nip
    seen = portal.as_("sari").get(at).json
    assert seen["nip"] is None and seen["posts"][0]["title"] == "chief"


def test_nobody_finds_anybody_of_another_agency(portal: Portal) -> None:
    stranger = portal.as_("officer", of=portal.books.other)
    ours, theirs = (
        {one["id"] for one in who.get("/people?q=sari").json["items"]}
        for who in (portal.as_("officer"), stranger)
    )
    assert str(portal.world.people["sari"]) in ours and theirs and not ours & theirs
    assert stranger.get(f"/people/{portal.world.people['sari']}").status_code == 404
    [unit] = portal.as_("officer").get("/units").json["items"]
    assert stranger.get(f"/units/{unit['id']}").status_code == 404
    assert stranger.get(f"/people?unit_id={unit['id']}").json["items"] == []
    assert stranger.get(f"/posts?unit_id={unit['id']}").json["items"] == []


def test_who_takes_no_part_with_somebody_is_not_told_of_them(portal: Portal) -> None:
    at = f"/people/{portal.world.people['tia']}"
    hidden, absent = portal.as_("sari").get(at), portal.as_("sari").get(f"{at[:-2]}00")
    assert hidden.status_code == absent.status_code == 404 and told(hidden) == told(absent)


def test_posts_are_for_hr_with_whoever_holds_them(portal: Portal) -> None:
    found = portal.as_("officer").get("/posts").json["items"]
    assert [(one["title"], one["holder"]) for one in found] == [(n, n) for n in sorted(LINES)]
    assert portal.as_("chief").get("/posts").status_code == 403


def test_units_are_those_in_which_somebody_sits(portal: Portal) -> None:
    with transaction() as session:
        session.add(Unit(agency_id=portal.world.agency_id, name="Arsip"))
    assert _names(portal, "officer", "/units") == ["Arsip", "Dinas"]
    assert _names(portal, "sari", "/units") == ["Dinas"]


def test_a_page_goes_on_where_the_last_one_ended(portal: Portal) -> None:
    for path in ("/people", "/posts", "/units"):
        whole = portal.as_("officer").get(path).json["items"]
        first = portal.as_("officer").get(f"{path}?limit=3").json
        rest: list[Any] = []
        if first["next"]:
            rest = portal.as_("officer").get(first["next"].removeprefix("/api/v1")).json["items"]
        assert (first["items"] + rest)[:6] == whole[:6]
    assert portal.as_("officer").get("/people?cursor=xx").status_code == 422


def _people(portal: Portal, rows: int) -> None:
    of = portal.world.agency_id
    many = [{"id": new_id(), "agency_id": of, "name": f"P{n}", "kind": "employee"}
            for n in range(rows)]  # fmt: skip
    with transaction() as session:
        session.execute(insert(Person), many)


def _posts(portal: Portal, rows: int) -> None:
    unit = portal.as_("officer").get("/units").json["items"][0]["id"]
    with transaction() as session:
        session.add_all(
            Post(agency_id=portal.world.agency_id, unit_id=unit_id, title=f"J{n}")
            for n, unit_id in enumerate([_id(unit)] * rows)
        )


def _units(portal: Portal, rows: int) -> None:
    with transaction() as session:
        session.add_all(Unit(agency_id=portal.world.agency_id, name=f"U{n}") for n in range(rows))


def _id(text: str) -> Any:
    return type(new_id())(text)


@pytest.mark.parametrize(
    ("path", "add"), [("/people", _people), ("/posts", _posts), ("/units", _units)]
)
def test_a_list_takes_as_many_queries_for_many_rows(
    portal: Portal, path: str, add: Callable[[Portal, int], None]
) -> None:
    officer, counts = portal.as_("officer"), []
    for rows in (1, 9, 90):
        add(portal, rows)
        with counted() as sent:
            found = officer.get(f"{path}?limit=100").json["items"]
        counts.append(len(sent))
    assert len(found) == 100 and len(set(counts)) == 1, counts
