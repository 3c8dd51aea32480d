"""The plan over HTTP: read, written by the version that was seen, and by nobody else."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import event

from kinerja_flow.db import db
from tests.api.portal import Client, Portal, told
from tests.builders import digest_of_tables, indicator, item


def _at(portal: Portal, of: str = "sari") -> str:
    return f"/cases/{portal.case(of)}/plan"


def _rules(answer) -> list[str]:  # type: ignore[no-untyped-def]
    return [blocker["rule"] for blocker in answer.json["blockers"]]


def test_an_item_is_added_replaced_linked_and_removed(portal: Portal) -> None:
    sari, at = portal.as_("sari"), _at(portal)
    added = sari.post(f"{at}/items", item(), headers=portal.seen())
    assert added.status_code == 201 and added.headers["ETag"] == portal.seen()["If-Match"]
    item_id, [first] = added.json["id"], added.json["plan"]["items"]
    assert first["id"] == item_id and first["weight"] == "100"
    assert first["indicators"][0]["value"] == "2"
    kept = indicator(id=first["indicators"][0]["id"], target="3 Dokumen")
    put = sari.put(f"{at}/items/{item_id}", item(indicators=[kept]), headers=portal.seen())
    assert put.status_code == 200
    assert put.json["plan"]["items"][0]["indicators"][0]["target"] == "3 Dokumen"
    link = {"superior_text": "Pelayanan membaik"}
    linked = sari.put(f"{at}/items/{item_id}/link", link, headers=portal.seen())
    assert linked.json["plan"]["items"][0]["superior_text"] == "Pelayanan membaik"
    assert sari.delete(f"{at}/items/{item_id}", headers=portal.seen()).status_code == 204
    assert sari.get(at).json["items"] == []


def test_an_address_says_which_item_and_no_body_does(portal: Portal) -> None:
    item_id, _ = portal.books.plan("sari")
    sari, at = portal.as_("sari"), _at(portal)
    added = sari.post(f"{at}/items", item(id=str(item_id)), headers=portal.seen())
    assert added.json["id"] != str(item_id) and len(added.json["plan"]["items"]) == 2
    body = item(id=added.json["id"], title="Lain")
    put = sari.put(f"{at}/items/{item_id}", body, headers=portal.seen())
    assert put.json["plan"]["items"][0]["title"] == "Lain"


def test_notes_stand_in_their_lists(portal: Portal) -> None:
    sari, at = portal.as_("sari"), _at(portal)
    note = {"section": "resources", "text": "Komputer"}
    added = sari.post(f"{at}/notes", note, headers=portal.seen())
    assert added.status_code == 201
    path = f"{at}/notes/{added.json['id']}"
    put = sari.put(path, {**note, "text": "Internet"}, headers=portal.seen())
    assert [one["text"] for one in put.json["plan"]["notes"]] == ["Internet"]
    assert sari.delete(path, headers=portal.seen()).status_code == 204
    again = sari.delete(path, headers=portal.seen())
    assert again.status_code == 404 and _rules(again) == ["no_such_note"]


def test_the_same_key_adds_one_item(portal: Portal) -> None:
    sari, headers = portal.as_("sari"), {**portal.seen(), "Idempotency-Key": "k"}
    first = sari.post(f"{_at(portal)}/items", item(), headers=headers)
    again = sari.post(f"{_at(portal)}/items", item(), headers=headers)
    assert first.json == again.json and len(sari.get(_at(portal)).json["items"]) == 1


def test_every_problem_is_told_with_its_field(portal: Portal) -> None:
    body = item(title="", weight="0", indicators=[indicator(target="x", aspect="rasa")])
    body.pop("title")
    refused = portal.as_("sari").post(f"{_at(portal)}/items", body, headers=portal.seen())
    fields = {blocker["field"] for blocker in refused.json["blockers"]}
    assert refused.status_code == 422
    assert {"title", "weight", "indicators.0.aspect"} <= fields


def test_without_the_present_version_nothing_is_written(portal: Portal) -> None:
    sari, at = portal.as_("sari"), _at(portal)
    before = digest_of_tables()
    assert sari.post(f"{at}/items", item()).status_code == 428
    stale = sari.post(f"{at}/items", item(), headers={"If-Match": '"999"'})
    assert (stale.status_code, _rules(stale)) == (412, ["stale"])
    assert digest_of_tables() == before


def test_a_plan_that_was_handed_in_is_closed(portal: Portal) -> None:
    item_id, _ = portal.books.start("sari")
    sari, at = portal.as_("sari"), _at(portal)
    for refused in (
        sari.post(f"{at}/items", item(), headers=portal.seen()),
        sari.put(f"{at}/items/{item_id}", item(), headers=portal.seen()),
        sari.delete(f"{at}/items/{item_id}", headers=portal.seen()),
    ):
        assert (refused.status_code, _rules(refused)) == (409, ["book_closed"])


def test_others_neither_read_nor_write_it(portal: Portal) -> None:
    portal.books.ask("sari")
    at = _at(portal)
    assert portal.as_("chief").get(at).status_code == 200
    assert portal.as_("officer").get(at).status_code == 200
    peer = portal.as_("tia").get(at)
    assert (peer.status_code, _rules(peer)) == (403, ["not_your_part"])
    other = portal.books.other
    for who in (portal.as_("secretary"), portal.as_("officer", of=other)):
        hidden, absent = who.get(at), who.get(f"/cases/{uuid4()}/plan")
        assert hidden.status_code == absent.status_code == 404
        assert told(hidden) == told(absent)
    stranger: Client = portal.as_("officer", of=other)
    written = stranger.post(f"{at}/items", item(), headers=portal.seen())
    assert written.status_code == 404


def test_superiors_items_are_told_to_whoever_may_serve_them(portal: Portal) -> None:
    portal.books.plan("chief", title="Layanan membaik")
    [above] = portal.as_("sari").get(f"{_at(portal)}/above").json["items"]
    assert above["title"] == "Layanan membaik"
    put = item(superior_item_id=above["id"])
    added = portal.as_("sari").post(f"{_at(portal)}/items", put, headers=portal.seen())
    assert added.json["plan"]["items"][0]["superior_item_id"] == above["id"]
    assert portal.as_("tia").get(f"{_at(portal)}/above").status_code == 404


def test_reading_a_plan_takes_as_many_queries_whatever_its_length(portal: Portal) -> None:
    portal.books.plan("sari")
    one = _queries(portal)
    for _ in range(4):
        portal.books.plan("sari")
    assert _queries(portal) == one


def _queries(portal: Portal) -> int:
    sari, seen = portal.as_("sari"), []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    assert sari.get(_at(portal)).status_code == 200
    return len(seen)
