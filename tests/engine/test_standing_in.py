"""Acting for an absent official, by facts alone: in which relation, on which day, for whom."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kinerja_flow.errors import Blocker, Forbidden
from kinerja_flow.policy import (
    RELATIONS,
    Actor,
    Grant,
    bars,
    capacity,
    may_write,
    relations,
    standing,
)
from kinerja_flow.policy.grants import DELEGABLE
from kinerja_flow.rules import RULES, Ask
from kinerja_flow.workflow import Move, decide
from tests.engine.facts import OTHER_AGENCY, actor, facts, person

#: The day of the facts, in the agency's zone.
TODAY = date(2026, 3, 2)
BEFORE, AFTER = date(2026, 3, 1), date(2026, 3, 3)


def grant(absent: str, from_on: date = TODAY, until_on: date = TODAY) -> Grant:
    return Grant(person(f"grant {absent}"), person(absent), from_on, until_on)


def substitute(who: str, *absent: str, roles: tuple[str, ...] = (), agency: int = 1) -> Actor:
    plain = actor(who, *roles, agency=agency)
    grants = tuple(grant(name) for name in absent)
    return Actor(plain.person_id, plain.agency_id, plain.roles, grants=grants)


def dated(who: str, absent: str, from_on: date, until_on: date) -> Actor:
    plain = actor(who)
    return Actor(plain.person_id, plain.agency_id, grants=(grant(absent, from_on, until_on),))


OBJECTION: dict[str, Any] = {"kind": "objection", "own_people": {"examiner": "head"}}

# who, what they try, in which state, what else is true of the case, the rules that bar them
TABLE: list[tuple[Actor, str, str, dict[str, Any], list[str]]] = [
    # what the absent official holds by themself, and nothing else
    (substitute("tia", "chief"), "approve", "review", {}, []),
    (substitute("tia", "chief"), "sign_off", "told", {}, ["not_your_part"]),
    (substitute("tia", "head"), "sign_off", "told", {}, []),
    (substitute("tia", "head"), "uphold", "filed", OBJECTION, []),
    (substitute("tia", "uli"), "approve", "review", {}, ["not_your_part"]),
    # never an employee's part, a peer's, an owner's or an officer's
    (substitute("tia", "sari"), "submit", "draft", {}, ["not_your_part"]),
    (substitute("tia", "officer"), "extend", "working", {}, ["not_your_part"]),
    # by the day, in the agency's zone
    (dated("tia", "chief", BEFORE, AFTER), "approve", "review", {}, []),
    (dated("tia", "chief", AFTER, AFTER), "approve", "review", {}, ["not_your_part"]),
    (dated("tia", "chief", BEFORE, BEFORE), "approve", "review", {}, ["not_your_part"]),
    # no chain: tia stands in for chief, who stands in for head
    (substitute("tia", "chief"), "uphold", "filed", OBJECTION, ["not_your_part"]),
    # never in one's own case, nor for somebody in theirs
    (substitute("sari", "chief"), "approve", "review", {}, ["own_case"]),
    (substitute("sari", "head"), "uphold", "filed", OBJECTION, ["own_case"]),
    (substitute("sari", "chief"), "submit", "draft", {}, []),
    (substitute("tia", "sari"), "approve", "review", {"people": {"assessor": "sari"}},
     ["not_your_part"]),
    # a grant of one agency says nothing in another
    (substitute("tia", "chief", agency=OTHER_AGENCY), "approve", "review", {}, ["not_your_part"]),
    # whoever rates as a peer does not act for an office, in a child case neither
    (substitute("tia", "chief"), "approve", "review", {"people": {"peer": "tia"}},
     ["substitute_is_rater"]),
    (substitute("tia", "head"), "uphold", "filed", OBJECTION | {"people": {"peer": "tia"}},
     ["substitute_is_rater"]),
    (substitute("tia", "head"), "uphold", "filed", OBJECTION | {"own_people":
     {"examiner": "head", "peer": "tia"}}, ["substitute_is_rater"]),
    (substitute("tia", "uli"), "approve", "review", {"people": {"peer": "tia"}},
     ["not_your_part"]),
    # nobody examines what they set, had set for them, or set for another
    (substitute("tia", "head"), "uphold", "filed", OBJECTION | {"rated_by": "chief"}, []),
    (substitute("tia", "head"), "uphold", "filed", OBJECTION | {"rated_by": "tia"},
     ["examiner_is_rater"]),
    (substitute("tia", "head"), "uphold", "filed", OBJECTION | {"rated_by": "head"},
     ["examiner_is_rater"]),
    (substitute("tia", "head"), "uphold", "filed",
     OBJECTION | {"rated_by": "tia", "rated_for": "chief"}, ["examiner_is_rater"]),
    (actor("head"), "uphold", "filed", OBJECTION | {"rated_by": "tia", "rated_for": "head"},
     ["examiner_is_rater"]),
    (substitute("tia", "head"), "uphold", "filed",
     OBJECTION | {"rated_by": "uli", "rated_for": "head"}, ["examiner_is_rater"]),
    (substitute("tia", "head"), "uphold", "filed", OBJECTION | {"written_by": "tia"},
     ["examiner_is_rater"]),
    (actor("head"), "uphold", "filed", OBJECTION | {"written_by": "head"}, ["examiner_is_rater"]),
    (substitute("chief", "head"), "uphold", "filed", OBJECTION, ["examiner_is_rater"]),
    # four eyes: neither who acted before nor on whose behalf, neither as oneself nor for another
    (substitute("tia", "head"), "uphold", "filed",
     OBJECTION | {"acts": (("appraisal", "rate", "chief"),)}, []),
    (substitute("chief", "head"), "sign_off", "told",
     {"acts": (("objection", "uphold", "chief"),)}, ["four_eyes"]),
    (substitute("tia", "head"), "sign_off", "told", {"acts": (("objection", "uphold", "head"),)},
     ["four_eyes"]),
    (substitute("tia", "head"), "sign_off", "told",
     {"acts": (("objection", "uphold", "uli", "head"),)}, ["four_eyes"]),
    (actor("head"), "sign_off", "told", {"acts": (("objection", "uphold", "uli", "head"),)},
     ["four_eyes"]),
    (substitute("uli", "head"), "sign_off", "told",
     {"acts": (("objection", "uphold", "uli", "regent"),)}, ["four_eyes"]),
    (substitute("tia", "head"), "sign_off", "told",
     {"acts": (("objection", "uphold", "uli", "regent"),)}, []),
]  # fmt: skip


@pytest.mark.parametrize(("who", "name", "state", "case", "expected"), TABLE)
def test_who_may_act_for_another(
    who: Actor, name: str, state: str, case: dict[str, Any], expected: list[str]
) -> None:
    found = facts(state, **case)
    action = found.machine.actions[name]
    assert [blocker.rule for blocker in bars(found, who, action)] == expected
    if expected:
        refusal = decide(found, name, who, {})
        assert isinstance(refusal, Forbidden)
        assert [blocker.rule for blocker in refusal.blockers] == expected


def test_only_offices_are_delegated() -> None:
    everybody = {name: "chief" for name in RELATIONS}
    found = facts("draft", people=everybody)
    assert relations(found, substitute("tia", "chief")) == DELEGABLE
    assert {"employee", "peer", "owner", "hr"}.isdisjoint(DELEGABLE)


def test_ones_own_part_comes_before_a_lent_one() -> None:
    found = facts("filed", **OBJECTION)
    officer = substitute("tia", "head", roles=("hr",))
    change = found.machine.actions["change"]
    assert change.by == ("examiner", "hr")
    assert capacity(found, officer, change) == ("hr", None)
    only_lent = capacity(found, substitute("tia", "head"), change)
    assert only_lent is not None
    assert only_lent == ("examiner", grant("head"))
    assert standing(found, officer) == {
        "examiner": grant("head"),
        "reviewer": grant("head"),
        "hr": None,
    }


def test_the_event_and_the_signature_say_on_whose_behalf() -> None:
    move = decide(facts("review"), "approve", substitute("tia", "chief"), {})
    assert isinstance(move, Move)
    said = {"on_behalf_of_id": person("chief"), "grant_id": person("grant chief")}
    assert said.items() <= move.event.items()
    assert (move.event["actor_id"], move.event["capacity"]) == (person("tia"), "assessor")
    (signature,) = (w.row for w in move.writes if w.table.name == "signatures")  # type: ignore[union-attr]
    assert said.items() <= signature.items()
    assert signature["person_id"] == person("tia")
    alone = decide(facts("review"), "approve", actor("chief"), {})
    assert isinstance(alone, Move)
    assert (alone.event["on_behalf_of_id"], alone.event["grant_id"]) == (None, None)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (substitute("tia", "chief"), []),
        (substitute("sari", "chief"), ["own_case"]),
        (dated("tia", "chief", AFTER, AFTER), ["not_your_part"]),
    ],
)
def test_a_substitute_writes_in_the_books_of_the_office(who: Actor, expected: list[str]) -> None:
    assert [b.rule for b in may_write(facts("working"), who, "feedback")] == expected
    as_peer = facts("working", people={"peer": "tia"})
    if not expected:
        assert [b.rule for b in may_write(as_peer, who, "feedback")] == ["substitute_is_rater"]


@pytest.mark.parametrize("relation", sorted(DELEGABLE))
def test_a_peer_is_appointed_to_no_office(relation: str) -> None:
    found = facts("review", people={"peer": "tia"})
    found.groups |= {"eligible": frozenset({person("tia"), person("uli")}), "line": ()}
    action = found.machine.actions["approve"]
    for who, expected in (("tia", ["appointable"]), ("uli", [])):
        ask = Ask(found, action, {"person": person(who)})
        call = {"field": "person", "relation": relation}
        assert [b.rule for b in RULES["appointable"].blockers(ask, call)] == expected


def test_a_refusal_says_who_names_another_substitute() -> None:
    found = facts("review", people={"peer": "tia"})
    approve = found.machine.actions["approve"]
    (blocker,) = bars(found, substitute("tia", "chief"), approve)
    assert isinstance(blocker, Blocker)
    assert blocker.lifted_by == ("hr", "assessor")
    assert "pengganti lain" in blocker.way_out("id")


def test_whoever_filled_the_sheet_of_an_office_becomes_no_peer() -> None:
    use = {"field": "peers", "relation": "peer"}
    for writer, expected in ((None, []), ("tia", ["nominees_eligible"])):
        found = facts("working", written_by=writer)
        found.groups["eligible"] = frozenset({person("tia")})
        ask = Ask(found, found.machine.actions["invite"], {"peers": [person("tia")]})
        assert [b.rule for b in RULES["nominees_eligible"].blockers(ask, use)] == expected
