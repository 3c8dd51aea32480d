"""What somebody tries who means ill: with addresses, headers, pages, keys, tokens, and in time."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.models import Person
from kinerja_flow.services import service_tokens
from tests.api.matrix import operations
from tests.api.portal import EVERYTHING, Client, Portal, opened, told
from tests.api.test_attacks import Attack, Ids
from tests.builders import NOON, digest_of_tables, item, table
from tests.conftest import PARAMS
from tests.engine.racing import race
from tests.engine.world import SMALL, World, build

pytestmark = pytest.mark.slow

ON_POSTGRESQL = [param for param in PARAMS if param.id == "postgresql"]
ABSENT = "00000000-0000-4000-8000-000000000000"


def _paths(portal: Portal, method: str, with_query: str = "") -> Iterator[str]:
    """The addresses of all operations of a method, those with ids about the appraisal of Sari."""
    ids = {"case_id": portal.case(), "cycle_id": portal.world.cycle_id,
           "person_id": portal.world.people["sari"], "unit_id": table("units")[0]["id"],
           "kind": "results", "name": "submit_plan", "instrument": "refleksi"}  # fmt: skip
    for found, path, said in operations(portal.app):
        asked = {one.get("name") for one in said.get("parameters", ())}
        if found == method and (not with_query or with_query in asked):
            yield path.removeprefix("/api/v1").format_map(_Known(ids))


class _Known(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return ABSENT


# --- guessed ids ---------------------------------------------------------------------------------


def test_a_guessed_id_tells_nothing(portal: Portal) -> None:
    """Of another agency, of somebody else, or of nobody: one answer."""
    stranger = portal.as_("officer", of=portal.books.other)
    for method in ("GET", "DELETE"):
        for path in _paths(portal, method):
            if str(portal.case()) not in path:
                continue
            absent = path.replace(str(portal.case()), ABSENT)
            for who in (stranger, portal.as_("uli")):
                hidden, nothing = who.send(method, path), who.send(method, absent)
                assert hidden.status_code == nothing.status_code != 200, path
                assert told(hidden) == told(nothing), path


def test_a_guessed_id_of_a_cycle_person_or_unit_tells_another_agency_nothing(
    portal: Portal,
) -> None:
    stranger, asked = portal.as_("officer", of=portal.books.other), 0
    for own in (portal.world.cycle_id, portal.world.people["sari"], table("units")[0]["id"]):
        for method in ("GET", "DELETE"):
            for path in _paths(portal, method):
                if str(own) in path and str(portal.case()) not in path:
                    absent = path.replace(str(own), ABSENT)
                    hidden, nothing = stranger.send(method, path), stranger.send(method, absent)
                    assert hidden.status_code == nothing.status_code != 200, path
                    assert told(hidden) == told(nothing), path
                    asked += 1
    assert asked > 5


def test_what_a_guessed_id_is_sent_tells_nothing(portal: Portal) -> None:
    attack = Attack(portal, portal.books.start("sari"))
    elsewhere = Ids({**attack.ids, "case_id": ABSENT})
    for operation in attack.operations:
        if "{case_id}" in operation.path:
            body = operation.body("2 Dokumen", attack.ids.__getitem__, only=())
            for who in (portal.as_("officer", of=portal.books.other), portal.as_("uli")):
                hidden = attack.send(operation, who, body)
                nothing = attack.send(operation, who, body, elsewhere)
                assert told(hidden) == told(nothing), (operation.name, hidden.json)


def test_ids_do_not_follow_one_another(portal: Portal) -> None:
    """Of two records made at one instant neither leads to the other."""
    ids = [one["id"] for one in table("cases")]
    assert len({one.bytes[-8:] for one in ids}) == len(ids)
    gaps = {abs(a.int - b.int) for a, b in pairwise(ids)}
    assert min(gaps) > 2**32


ODD_IDS = ("1", "0", "-1", "null", "*", "..", "%2e%2e", "%00", "%2f", "me", "{case_id}", "' OR 1=1")


def test_an_odd_id_is_none(portal: Portal) -> None:
    officer = portal.as_("officer")
    for odd in (*ODD_IDS, str(portal.case()) + "%00", "\uff10" * 8 + ABSENT[8:]):
        assert officer.get(f"/cases/{odd}").status_code == 404, odd


def test_a_look_alike_of_an_action_is_none(portal: Portal) -> None:
    portal.books.plan("sari")
    sari, before = portal.as_("sari"), portal.books.version("sari")
    for name in ("submit_pl\u0430n", "SUBMIT_PLAN", "submit_plan ", "submit\u200b_plan",
                 "\uff53ubmit_plan", "__class__", "trigger", "to_sealed",
                 "may_submit_plan"):  # fmt: skip
        at = f"/cases/{portal.case()}/actions/{name}"
        assert sari.post(at, headers=portal.seen()).status_code == 404, name
    assert portal.books.version("sari") == before


# --- pages ---------------------------------------------------------------------------------------

LIMITS = ("0", "-1", "101", "1e9", "1.5", "nan", "9" * 5000, "0x10", "5;", "*", "null", "[]")
CURSORS = ("x", "..", "A" * 501, "%00", "'", "W10", "bnVsbA", "WzFd", "MWU0MDA", "eyJhIjoxfQ",
           "W1tbW1tbW1tbW1tbW1tbW1tbW10",
           *(base64.urlsafe_b64encode(json.dumps([one]).encode()).decode()
             for one in ("9" * 20, "-1", str(2**31))))  # fmt: skip


def test_a_page_is_no_larger_than_there_are_and_a_marker_is_ours(portal: Portal) -> None:
    officer, asked = portal.as_("officer"), 0
    for path in _paths(portal, "GET", "cursor"):
        usual = officer.get(path).status_code
        for name, values in (("limit", LIMITS), ("cursor", CURSORS)):
            for value in values:
                refused = officer.get(path, query_string={name: value})
                assert refused.status_code in (422, usual if usual >= 400 else 422), (path, value)
                asked += 1
    assert asked > 200


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/cycles", "9" * 20),
        ("/notifications", "0001-01-01T00:00:00+23:59"),
        ("/notifications", "9999-12-31T23:59:59-23:59"),
        ("/notifications", "2026-01-01T00:00:00"),
    ],
)
def test_a_marker_beyond_all_that_is_counted_is_none(portal: Portal, path: str, place: str) -> None:
    marker = base64.urlsafe_b64encode(json.dumps([place, ABSENT]).encode()).decode()
    refused = portal.as_("officer").get(path, query_string={"cursor": marker})
    assert refused.status_code == 422
    assert [one["rule"] for one in refused.json["blockers"]] == ["cursor_unreadable"]


def test_a_marker_of_another_agency_shows_nothing_of_it(portal: Portal) -> None:
    other = portal.books.other
    for path in ("/cases", "/people", "/units"):
        stranger = portal.as_("officer", of=other)
        theirs = stranger.get(f"{path}?limit=1").json
        every = {one["id"] for one in stranger.get(f"{path}?limit=100").json["items"]}
        made = base64.urlsafe_b64encode(json.dumps(["", theirs["items"][0]["id"]]).encode())
        given = parse_qs(urlsplit(theirs["next"] or "").query).get("cursor", [])
        assert given or len(every) == 1, path
        for marker in (made.decode(), *given):
            mine = portal.as_("officer").get(path, query_string={"cursor": marker})
            assert mine.status_code == (200 if marker in given else mine.status_code)
            assert not every & {one["id"] for one in mine.json.get("items", ())}


@pytest.mark.parametrize("query", ["limit=1&limit=100", "q=a&q=b", "fields=id&fields=name",
                                   "limit=1&q=%00&limit=2"])  # fmt: skip
def test_a_parameter_that_comes_twice_is_refused(portal: Portal, query: str) -> None:
    refused = portal.as_("officer").get(f"/people?{query}")
    assert refused.status_code == 422
    assert "given_twice" in [one["rule"] for one in refused.json["blockers"]]


@pytest.mark.parametrize("query", ["agency_id=2", "limit[]=1", "limit[$gt]=1", "admin=true",
                                   "access_token=x", "_method=DELETE",
                                   "callback=alert"])  # fmt: skip
def test_a_parameter_that_nobody_knows_is_refused(portal: Portal, query: str) -> None:
    assert portal.as_("officer").get(f"/people?{query}").status_code == 422


# --- headers -------------------------------------------------------------------------------------

BREAKS = ("%0d%0aX-Evil:%201", "%0aX-Evil:1", "%E5%98%8A%E5%98%8DX-Evil:1", "%0d%0a%0d%0a<script>")
ADDRESSES = ("/api/v1/cases/{}", "/api/v1/{}", "/{}", "/api/v1/people?q={}", "/?lang={}",
             "/api/v1/cases?cursor={}", "/masuk?next={}", "/static/{}", "//jahat.example/{}",
             "/api/v1/problems/{}", "/s/{}", "/masuk/sso?next={}")  # fmt: skip


def test_no_address_breaks_a_header_or_leads_elsewhere(app: Flask) -> None:
    client = app.test_client()
    for address in ADDRESSES:
        for broken in (*BREAKS, "//jahat.example", "https:jahat.example", "%5c%5cjahat.example"):
            answer = client.get(address.format(broken))
            assert answer.status_code < 500 and "X-Evil" not in answer.headers
            assert not any("\r" in value or "\n" in value for _, value in answer.headers)
            host = urlsplit(answer.location or "").hostname
            assert host in (None, "localhost"), (address, broken, answer.location)
            assert "<script>" not in answer.text or answer.mimetype.endswith("json")


#: With which somebody between a server and a browser says another method, address or person.
BELIEVED = {
    "X-HTTP-Method-Override": "DELETE",
    "X-HTTP-Method": "DELETE",
    "X-Method-Override": "DELETE",
    "X-Original-URL": "/api/v1/health",
    "X-Rewrite-URL": "/api/v1/health",
    "X-Forwarded-User": "officer",
    "X-Remote-User": "officer",
    "Remote-User": "officer",
    "X-User-Id": ABSENT,
    "X-Agency-Id": "2",
    "X-On-Behalf-Of": ABSENT,
    "Sudo": "officer",
}


def test_no_header_says_another_method_address_or_person(portal: Portal) -> None:
    item_id, _ = portal.books.plan("sari")
    at = f"/cases/{portal.case()}/plan"
    before = table("plan_items")
    sari, tia = portal.as_("sari"), portal.as_("tia")
    for name, value in BELIEVED.items():
        headers = {name: value, **portal.seen()}
        assert sari.post(f"{at}/items/{item_id}", headers=headers).status_code == 405, name
        assert sari.get(at, headers=headers).status_code == 200, name
        assert tia.get(at, headers=headers).status_code == 404, name
        nobody = Client(portal.app, "kf_nothing")
        assert nobody.get(at, headers=headers).status_code == 401, name
    assert table("plan_items") == before


ETAGS = ("*", 'W/"{}"', '"{}", "99"', "{}", '"-1"', '"1e0"', '"0x2"', '""', '"{}"x', "'{}'",
         '"+{}"', '" {}"', '"' + "9" * 19 + '"', '"{}.0"', '"null"', '"\u0662"')  # fmt: skip


def test_only_the_version_itself_counts_as_seen(portal: Portal) -> None:
    portal.books.plan("sari")
    sari, at = portal.as_("sari"), f"/cases/{portal.case()}/actions/submit_plan"
    version = portal.books.version("sari")
    for tag in (*ETAGS, '"0"', '"999999999999999999"'):
        sent = tag.format(version).encode().decode("latin-1")
        refused = sari.post(at, headers={"If-Match": sent})
        assert refused.status_code in (412, 428), tag
    assert portal.books.version("sari") == version and portal.books.state("sari") == "drafting"


# --- the same again ------------------------------------------------------------------------------


def test_an_act_that_is_sent_again_is_not_taken_again(portal: Portal) -> None:
    portal.books.plan("sari")
    sari, at = portal.as_("sari"), f"/cases/{portal.case()}/actions/submit_plan"
    plain, keyed = dict(portal.seen()), {**portal.seen(), "Idempotency-Key": "k"}
    assert sari.post(at, headers=plain).status_code == 200
    before = digest_of_tables()
    assert sari.post(at, headers=plain).status_code == 412
    assert sari.post(at, headers=keyed).status_code == 412
    assert digest_of_tables() == before


def test_a_key_is_its_senders_alone(portal: Portal) -> None:
    headers = {"Idempotency-Key": "k"}
    at = f"/cycles/{portal.world.cycle_id}/questions"
    first = portal.as_("sari").post(at, {"text": "Kapan?"}, headers=headers)
    second = portal.as_("tia").post(at, {"text": "Kapan?"}, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] != second.json["id"]
    strange = f"/cycles/{portal.books.other.cycle_id}/questions"
    third = portal.as_("sari", of=portal.books.other).post(strange, {"text": "Kapan?"},
                                                           headers=headers)  # fmt: skip
    assert third.status_code == 201 and third.json["id"] not in (first.json["id"], ABSENT)


WITHDRAW = "      - {name: withdraw, label: {id: Tarik, en: Withdraw}, from: plan_review, "
WITHDRAW += "to: drafting, by: [employee]}\n      - {name: return_plan"


@pytest.mark.parametrize("database", ON_POSTGRESQL, indirect=True)
@pytest.mark.parametrize("how", ["seen", "blind"])
def test_of_an_approval_and_a_withdrawal_at_once_one_is_done(app: Flask, how: str) -> None:
    source = SMALL.read_text(encoding="utf-8").replace("      - {name: return_plan", WITHDRAW)
    with app.app_context(), opened(app) as portal:
        world = build(source, key="ketiga")
        for _ in range(5):
            _race(portal, world, how)


def _race(portal: Portal, world: World, how: str) -> None:
    at = f"/cases/{world.cases['sari']}"
    sari, chief = (portal.as_(name, of=world) for name in ("sari", "chief"))
    if sari.get(at).json["state"] != "drafting":
        return
    if not sari.get(f"{at}/plan").json["items"]:
        sari.post(f"{at}/plan/items", item(), headers={"If-Match": sari.get(at).headers["ETag"]})
    sent = sari.post(
        f"{at}/actions/submit_plan", headers={"If-Match": sari.get(at).headers["ETag"]}
    )
    seen = {"If-Match": sent.headers["ETag"]}
    if how == "blind":
        seen |= {"Idempotency-Key": uuid4().hex}
    jobs = [partial(sari.post, f"{at}/actions/withdraw", headers=seen),
            partial(chief.post, f"{at}/actions/approve_plan", headers=seen)]  # fmt: skip
    answers = race(portal.app, NOON, jobs)
    statuses = sorted(one.status_code for one in answers)
    assert statuses[0] == 200 and statuses[1] in (409, 412)
    done = next(one for one in answers if one.status_code == 200)
    assert sari.get(at).json["version"] == done.json["version"]


# --- who calls -----------------------------------------------------------------------------------


def test_a_token_that_is_over_opens_nothing(portal: Portal) -> None:
    actor = portal.books.who("sari")
    entry = {"name": "Portal", "days": 1, "scopes": EVERYTHING}
    revoked, expired = (service_tokens.issue(actor, entry) for _ in range(2))
    service_tokens.revoke(actor, revoked.id)
    assert Client(portal.app, revoked.secret).get("/me").status_code == 401
    with clock.at(NOON + timedelta(days=1)):
        assert Client(portal.app, expired.secret).get("/me").status_code == 401


def test_a_token_ends_with_its_owners_leaving(portal: Portal) -> None:
    sari = portal.as_("sari")
    assert sari.get("/cases").status_code == 200
    with transaction() as session:
        mine = Person.id == portal.world.people["sari"]
        left = (clock.now() - timedelta(days=1)).date()
        session.execute(update(Person).where(mine).values(left_on=left))
    for path in _paths(portal, "GET"):
        if not path.startswith(("/problems", "/forms")):
            assert sari.get(path).status_code in (401, 403), path


def test_each_operation_asks_for_its_scope(portal: Portal) -> None:
    """A token for one noun does nothing with another, nor does one that reads write."""
    attack = Attack(portal, portal.books.start("sari"))
    for scopes in (["nothing:read", "nothing:write"], ["*:read"]):
        client = portal.as_("officer", scopes=scopes)
        before = digest_of_tables()
        for operation in attack.operations:
            if operation.name in UNSCOPED:
                continue
            refused = attack.send(operation, client, operation.body("a", attack.ids.__getitem__))
            assert refused.status_code == 403, operation.name
            assert refused.json["blockers"][0]["rule"] in ("scope_missing", "session_needed")
        assert digest_of_tables() == before


#: Done without signing in, or before one has.
UNSCOPED = {"forms_take", "session_enter", "session_take_code"}

AUTHORIZATIONS = ("", "Bearer", "Bearer ", "Bearer null", "Basic b2ZmaWNlcjo=", "Bearer ../../x",
                  "Bearer kf_' OR 1=1 --", "Bearer %s", "Bearer {0} {0}", "Bearer {0}x",
                  "Token {0}", "{0}", "Bearer kf_" + "a" * 5000)  # fmt: skip


def test_nothing_but_the_token_itself_is_a_token(portal: Portal) -> None:
    secret = portal.as_("officer").secret
    kept = next(one["sha256"] for one in table("service_tokens"))
    client = portal.app.test_client()
    for sent in (*AUTHORIZATIONS, f"Bearer {kept}", f"Bearer {secret.upper()}"):
        headers = {"Authorization": sent.replace("{0}", secret)}
        assert client.get("/api/v1/cases", headers=headers).status_code == 401, sent
    for path in (f"/api/v1/cases?token={secret}", f"/api/v1/cases?access_token={secret}"):
        assert client.get(path).status_code == 401


def test_hr_acts_in_nobodys_name(portal: Portal) -> None:
    portal.books.plan("sari")
    at, officer = f"/cases/{portal.case()}", portal.as_("officer")
    sari = str(portal.world.people["sari"])
    for body in ({}, {"actor": sari}, {"on_behalf_of": sari}, {"person_id": sari}, {"as": sari}):
        refused = officer.post(f"{at}/actions/submit_plan", body, headers=portal.seen())
        assert refused.status_code == 403
    assert officer.post(f"{at}/plan/items", item(), headers=portal.seen()).status_code == 403
    assert officer.post("/tokens", {"name": "x", "scopes": ["*:write"], "days": 1,
                                    "owner_id": sari}).status_code == 403  # fmt: skip
    assert portal.books.state("sari") == "drafting" and len(table("plan_items")) == 1


def test_nobody_approves_their_own_plan(portal: Portal) -> None:
    portal.books.plan("sari")
    portal.world.act("sari", "submit_plan")
    for who in ("sari", "tia", "head", "officer"):
        at = f"/cases/{portal.case()}/actions/approve_plan"
        refused = portal.as_(who).post(at, headers=portal.seen())
        assert refused.status_code in (403, 404), who
    assert portal.books.state("sari") == "plan_review"
