"""What somebody sends who has read the document and means ill: bodies of every operation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from kinerja_flow.db import db
from tests.api.forged import NOWHERE, Operation, operations
from tests.api.portal import Client, Portal, told
from tests.builders import Books, activity, digest_of_tables, item, table
from tests.engine.world import World

pytestmark = pytest.mark.slow

ROLES = ("sari", "chief", "officer")
FORBIDDEN = 403


class Ids(dict[str, str]):
    """Ids by the name of what takes them; a name that has none gets one that there is not."""

    def __missing__(self, name: str) -> str:
        return NOWHERE


class Attack:
    """Somebody of each role, who sends to every operation that takes JSON."""

    def __init__(self, portal: Portal, ids: tuple[Any, Any]) -> None:
        self.portal = portal
        world = portal.world
        self.operations = list(operations(portal.app))
        self.clients = [portal.as_(role) for role in ROLES]
        known = {"item": ids[0], "item_id": ids[0], "indicator": ids[1], "row": ids[0],
                 "case_id": portal.case(), "person": world.people["sari"],
                 "from": world.people["sari"],
                 "to": world.people["head"],
                 "by": world.people["head"],
                 "cycle_id": world.cycle_id, "unit_id": table("units")[0]["id"],
                 "name": "return_plan", "role": "employee", "instrument": "kolaborasi"}  # fmt: skip
        self.ids = Ids({name: str(one) for name, one in known.items()})

    def each(self) -> Iterator[tuple[Operation, Client]]:
        for operation in self.operations:
            for client in self.clients:
                yield operation, client

    def send(
        self, operation: Operation, client: Client, body: Any, ids: Ids | None = None
    ) -> TestResponse:
        headers = {"Content-Type": "application/json"}
        if operation.is_versioned:
            headers |= self.portal.seen()
        text = body if isinstance(body, str) else json.dumps(body)
        path = operation.path.format_map(ids or self.ids)
        answer = client.send(operation.method, path, data=text.encode(), headers=headers)
        assert answer.status_code < 500, (operation.name, answer.text)
        return answer


@pytest.fixture
def attack(portal: Portal) -> Attack:
    """Upon an appraisal that is under way."""
    return Attack(portal, portal.books.start("sari"))


# --- what only the server says -------------------------------------------------------------------

#: Whoever could set one of these would rate themself, or take what is another's.
ASSIGNED = {"state": "sealed", "score": "100", "agency_id": 1, "owner_id": NOWHERE, "version": 9,
            "id": NOWHERE}  # fmt: skip
#: Refused before the body is read: what they are about is not there, or they are for a session.
UNREACHED = {
    "forms_take", "notes_correct", "observations_correct", "practice_take",
    "progress_correct_activity", "questions_answer", "session_take_code", "steps_add",
    "steps_correct", "steps_drop", "steps_finish", "surveys_add_sheets", "tokens_issue",
    "unit_ratings_rate",
}  # fmt: skip


def test_no_body_says_what_only_the_server_says(portal: Portal) -> None:
    attack = Attack(portal, portal.books.plan("sari"))
    reached: set[str] = set()
    for who, action in (("", ""), ("sari", "submit_plan"), ("chief", "approve_plan")):
        if action:
            portal.world.act(who, action)
        before = digest_of_tables()
        for operation, client in attack.each():
            body = operation.body("Teks", attack.ids.__getitem__) | ASSIGNED
            refused = attack.send(operation, client, body)
            assert refused.status_code >= 400, operation.name
            # A plan's item may say its id, which the address overrules.
            if {one["field"] for one in refused.json["blockers"]} >= ASSIGNED.keys() - {"id"}:
                reached.add(operation.name)
        assert digest_of_tables() == before
    assert {one.name for one in attack.operations} - reached == UNREACHED


def test_no_form_takes_what_it_does_not_name(portal: Portal) -> None:
    for operation in operations(portal.app):
        form = operation.read(operation.schema)
        # What an act takes is said by its template, and refused by it.
        assert form["additionalProperties"] is ("/actions/" in operation.path), operation.name
        assert not {"state", "score", "agency_id", "owner_id"} & set(form.get("properties", ()))


# --- wrong types ---------------------------------------------------------------------------------

NO_TEXT: tuple[Any, ...] = ({"$ne": None}, [["a"]], True, -1, 1.5)
#: Values that Python's json would read, or fail at in its own way.
NO_VALUE = ("1e400", "-1e400", "9" * 5000, "NaN", "Infinity", '"\\ud800"', '"a\\u0000b"')


def test_a_value_of_another_type_is_refused(attack: Attack) -> None:
    before = digest_of_tables()
    for operation, client in attack.each():
        usual = operation.body("Teks", attack.ids.__getitem__)
        _all_refused(attack, operation, client, (
            {**usual, name: wrong}
            for name, value in usual.items()
            for wrong in _of_another_type(operation, name, value)
        ))  # fmt: skip
    assert digest_of_tables() == before


def _all_refused(
    attack: Attack, operation: Operation, client: Client, bodies: Iterable[Any]
) -> None:
    """Whoever may not do this at all is told so whatever they send: the first time is enough."""
    for body in bodies:
        refused = attack.send(operation, client, body)
        assert refused.status_code >= 400, (operation.name, body)
        if refused.status_code == FORBIDDEN:
            return


def _of_another_type(operation: Operation, name: str, value: Any) -> tuple[Any, ...]:
    said = operation.read(operation.schema)["properties"][name].get("type")
    if isinstance(said, list) and "number" in said:
        return NO_TEXT[:3]
    if isinstance(value, dict):
        return ("Teks", ["a"], True)
    return NO_TEXT if isinstance(value, str) else ("Teks", {"$ne": None}, 1.5)


def test_a_value_that_cannot_be_is_refused(attack: Attack) -> None:
    before = digest_of_tables()
    for operation, client in attack.each():
        usual = operation.body("Teks", attack.ids.__getitem__)
        _all_refused(attack, operation, client, (
            json.dumps({**usual, name: "@"}).replace('"@"', wrong)
            for name in (usual if operation.name not in ANSWERED else ())
            for wrong in NO_VALUE
        ))  # fmt: skip
    assert digest_of_tables() == before


#: What is wrong with a template is the answer of the one; the other counts who fails to sign in.
ANSWERED = {"templates_check", "session_enter"}
NO_JSON: dict[str, bytes] = {
    "nothing": b"",
    "half": b"{",
    "a byte order mark": b'\xef\xbb\xbf{"text": "a"}',
    "two bytes a letter": '{"text": "a"}'.encode("utf-16"),
    "an overlong letter": b'{"text": "\xc0\xaf"}',
    "a name twice": b'{"text": "a", "text": "b"}',
    "a comment": b'{"text": "a"} // b',
    "a second body": b'{"text": "a"}{"text": "b"}',
    "a packed body": b"\x1f\x8b\x08\x00" + bytes(20),
    "a list": b'[{"text": "a"}]',
    "a text": b'"text"',
    "nought": b"null",
}
#: Under which nothing is read as JSON.
OTHER_TYPES = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a",
               "application/xml", "application/json-patch+json", "text/json", "", "json",
               "text/plain; application/json")  # fmt: skip


def test_what_is_no_json_is_not_guessed_at(portal: Portal) -> None:
    at, before = f"/cases/{portal.case()}/feedback", digest_of_tables()
    sari = portal.as_("sari")
    before = digest_of_tables()
    for name, data in NO_JSON.items():
        refused = sari.send("POST", at, data=data, headers={"Content-Type": "application/json"})
        assert refused.status_code in (400, 422), (name, refused.text)
    for kind in OTHER_TYPES:
        refused = sari.send("POST", at, data=b'{"text": "a"}', headers={"Content-Type": kind})
        assert refused.status_code == 415, kind
    assert digest_of_tables() == before


# --- texts ---------------------------------------------------------------------------------------

TEXTS = (
    "' OR 1=1 --",
    "'); DROP TABLE cases; --",
    '" UNION SELECT password_hash FROM accounts --',
    "{{7*7}} {% raw %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "{0.__class__} {agency_id} {}",
    "%s %(name)s %n %1$s",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)> javascript:alert(1)",
    "=cmd|' /C calc'!A1",
    "../../../etc/passwd",
    "$(id) `id` | id ; id",
    "\\x00 \\u0000 \\",
    "*)(uid=*))(|(uid=*",
    "<!--#exec cmd='id'--> <!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "s\u0430ri \uff33\uff21\uff32\uff29",
    "#link(\"file:///etc/passwd\") #read(\"/etc/passwd\")",
)  # fmt: skip


def _read(who: Client, path: str) -> list[str]:
    return list(_texts(who.get(path).json))


def test_a_plan_is_kept_as_typed(portal: Portal) -> None:
    sari, at = portal.as_("sari"), f"/cases/{portal.case()}/plan"
    for text in TEXTS:
        body = item(title=text, superior_text=text)
        added = sari.post(f"{at}/items", body, headers=portal.seen())
        assert added.status_code == 201 and _read(sari, at).count(text) == 2, text
        sari.delete(f"{at}/items/{added.json['id']}", headers=portal.seen())
    assert not table("plan_items") and len(table("cases")) == 7


def test_a_text_is_kept_as_typed_and_nothing_reads_it_as_anything_else(portal: Portal) -> None:
    item_id, _ = portal.books.start("sari")
    sari, chief, officer = map(portal.as_, ROLES)
    case = f"/cases/{portal.case()}"
    for hour, text in enumerate(TEXTS):
        times = {"started": f"{hour:02}:00", "ended": f"{hour:02}:30"}
        hook = {"name": text, "url": "https://a.go.id/b", "events": ["case.moved"]}
        for who, path, body in (
            (sari, f"{case}/activities", activity(title=text, **times)),
            (sari, f"{case}/evidence", {"item": str(item_id), "name": text,
                                        "link": "https://a.go.id"}),
            (chief, f"{case}/feedback", {"kind": "note", "text": text}),
            (chief, f"{case}/notes", {"text": text}),
            (chief, f"{case}/observations", {"text": text, "day": "2026-01-20"}),
            (officer, "/webhooks", hook),
        ):  # fmt: skip
            done = who.post(path, body)
            assert done.status_code == 201, (path, text, done.json)
            assert text in _read(who, path), path
        officer.delete(f"/webhooks/{done.json['id']}")
    assert len(table("cases")) == 7


#: What would be worked out where any text is read as SQL, a template or markup.
WORKED_OUT = "kf-' OR 7*7=49 -- {{7*7}} ${7*7} {0.__class__} <script>alert(7)</script>"


def test_no_text_of_any_body_is_worked_out(attack: Attack) -> None:
    """Sent as every text of every operation, by each role; read back wherever anybody reads it."""
    taken = 0
    for operation, client in attack.each():
        body = operation.body(WORKED_OUT, attack.ids.__getitem__)
        taken += attack.send(operation, client, body).status_code < 300
    found = [text for said in _all_kept() for text in _texts(said) if "kf-" in text]
    assert taken > 10 and len(found) > 5
    assert not [text for text in found if text.replace(WORKED_OUT, "").count("kf-")]


def _all_kept() -> Iterator[Any]:
    """Every row of the database, with what its JSON holds."""
    for name in db.metadata.tables:
        for row in table(name):
            yield [str(one) if isinstance(one, UUID) else one for one in row.values()]


def test_a_question_is_kept_as_typed(portal: Portal) -> None:
    at = f"/cycles/{portal.world.cycle_id}/questions"
    for text, name in zip(TEXTS, ("sari", "tia", "uli", "vina", "chief") * 4, strict=False):
        assert portal.as_(name).post(at, {"text": text}).status_code == 201
        assert text in _read(portal.as_("officer"), at)


def _texts(said: Any) -> Iterator[str]:
    if isinstance(said, dict):
        said = list(said.values())
    if isinstance(said, list):
        for one in said:
            yield from _texts(one)
    elif isinstance(said, str):
        yield said


def test_markup_in_a_text_is_never_served_as_markup(portal: Portal) -> None:
    portal.books.start("sari")
    at = f"/cases/{portal.case()}/feedback"
    sari, script = portal.as_("sari"), "<script>alert(1)</script>"
    assert portal.as_("chief").post(at, {"kind": "note", "text": script}).status_code == 201
    for accept in ("text/html", "*/*", "application/xhtml+xml", "image/svg+xml"):
        answer = sari.get(at, headers={"Accept": accept})
        assert script in _texts(answer.json) and answer.mimetype == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_search_is_for_letters(portal: Portal) -> None:
    officer = portal.as_("officer")
    assert officer.get("/people?q=sari").json["items"]
    for text in (*TEXTS, "%", "s_ri", "s%i", "%%%", "[s]ari", "s.ri", ".*", "^sari"):
        found = officer.get("/people", query_string={"q": text})
        assert (found.status_code, found.json["items"]) == (200, []), text


# --- ids in bodies -------------------------------------------------------------------------------


def _foreign(other: World, ids: tuple[Any, Any]) -> dict[str, Any]:
    """What the fields of bodies name, of another agency."""
    units = [one["id"] for one in table("units") if one["agency_id"] == other.agency_id]
    templates = [o["id"] for o in table("template_versions") if o["agency_id"] == other.agency_id]
    case = other.cases["sari"]
    found = dict.fromkeys(("item", "superior_item_id", "row"), ids[0])
    found |= dict.fromkeys(("case", "cases", "case_id"), case)
    found |= dict.fromkeys(("unit", "work_unit"), units[0])
    return found | {"indicator": ids[1], "template": templates[0]}


def test_an_id_of_another_agency_is_one_that_there_is_not(portal: Portal) -> None:
    other = portal.books.other
    foreign = _foreign(other, Books(other, portal.world).start("sari"))
    attack = Attack(portal, portal.books.start("sari"))
    before, asked = digest_of_tables(), 0
    for operation, client in attack.each():
        for field in operation.named:
            theirs = str(foreign.get(field, other.people["tia"]))
            hidden, absent = (
                attack.send(operation, client, _naming(attack, operation, field, one))
                for one in (theirs, NOWHERE)
            )
            assert hidden.status_code == absent.status_code, (operation.name, field)
            assert json.dumps(told(hidden)).replace(theirs, NOWHERE) == json.dumps(told(absent))
            asked += 1
    assert digest_of_tables() == before and asked > 60


def _naming(attack: Attack, operation: Operation, field: str, one: str) -> dict[str, Any]:
    ids = Ids({**attack.ids, field: one})
    return operation.body("2 Dokumen", ids.__getitem__, only=[field])


def test_in_a_batch_an_appraisal_of_another_agency_is_not_there(portal: Portal) -> None:
    case = str(portal.books.other.cases["sari"])
    acts = [{"case_id": one, "action": "submit_plan", "version": 1} for one in (case, NOWHERE)]
    for who in ROLES:
        first, second = portal.as_(who).post("/batch", {"acts": acts}).json["items"]
        assert first["status"] == second["status"] == 404
        assert first["problem"]["blockers"] == second["problem"]["blockers"]
