"""What somebody tries who wants the engine to break a promise: each attempt is refused cleanly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import insert

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from kinerja_flow.models import Result
from kinerja_flow.services import (
    cycles,
    notes,
    organisations,
    plans,
    progress,
    substitutions,
    templates,
)
from kinerja_flow.services.answers import Answers, answer
from kinerja_flow.services.cases import Act, Outcome, act, act_all
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.observations import observe
from kinerja_flow.services.reports import definition_of
from kinerja_flow.services.results import read_results
from kinerja_flow.services.templates import shipped_source
from kinerja_flow.services.verify import verify_history
from tests.builders import PEERS, Books, digest_of_tables, indicator, item, table
from tests.builders import books as books
from tests.engine.test_verify import plant
from tests.engine.world import SMALL, START, World, build

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
NESTED: dict[str, Any] = {}
for _ in range(5000):
    NESTED = {"deeper": NESTED}
#: An act on a case whose key "k-1" was used, by what is wrong with it: the rule and the field.
UNREADABLE: dict[str, tuple[dict[str, Any], str, str]] = {
    "a key too long": ({"key": "k" * 41}, "key_unreadable", "key"),
    "an empty key": ({"key": ""}, "key_unreadable", "key"),
    "a blank key": ({"key": "   "}, "key_unreadable", "key"),
    "a key with a NUL": ({"key": "a\0b"}, "key_unreadable", "key"),
    "a key with a lone surrogate": ({"key": "a\ud800"}, "key_unreadable", "key"),
    "a key of another alphabet": ({"key": "\u0430b"}, "key_unreadable", "key"),
    "a key that is a number": ({"key": 5}, "key_unreadable", "key"),
    "an action that is a list": ({"action": ["submit_plan"]}, "input_not_text", "action"),
    "no action": ({"action": None}, "input_not_text", "action"),
    "a used key, inputs with a lone surrogate": ({"inputs": {"x": "\ud800"}}, "key_reused", "key"),
    "a used key, inputs that are no mapping": ({"inputs": ["a"]}, "key_reused", "key"),
    "a used key, names that are none": ({"inputs": {(1, 2): 3}}, "key_reused", "key"),
    "a used key, inputs without a bottom": ({"inputs": NESTED}, "key_reused", "key"),
    "a used key, inputs that are no number": ({"inputs": {"x": float("nan")}}, "key_reused", "key"),
}


def test_a_request_that_cannot_be_read_is_refused_and_changes_nothing(books: Books) -> None:
    books.plan("sari")
    act(books.case("sari"), books.who("sari"), Act("submit_plan", key="k-1"))
    before = digest_of_tables()
    for name, (said, rule, field) in UNREADABLE.items():
        request = Act(**{"action": "submit_plan", "key": "k-1", **said})
        with pytest.raises(Invalid) as refused:
            act(books.case("sari"), books.who("sari"), request)
        (blocker,) = refused.value.blockers
        assert (blocker.rule, blocker.field) == (rule, field), name
    assert digest_of_tables() == before


SPAN = (date(2027, 1, 1), date(2027, 3, 31))
#: A cycle, by what is wrong with it: what is chosen otherwise, and the field.
CYCLES: dict[str, tuple[dict[str, Any], str]] = {
    "a year beyond what a calendar knows": ({"year": 40_000}, "year"),
    "the year nought": ({"year": 0}, "year"),
    "a name too long": ({"name": "x" * 201}, "name"),
    "a name with a NUL": ({"name": "a\0b"}, "name"),
    "a name with a lone surrogate": ({"name": "\ud800"}, "name"),
    "no name": ({"name": " "}, "name"),
    "a window to the end of time": (
        {"windows": {"planning": (SPAN[0], date.max), "rating": SPAN}},
        "planning",
    ),
    "a period that ends before it begins": ({"from_on": SPAN[1], "until_on": SPAN[0]}, "period"),
    "a period from the beginning of time": ({"from_on": date.min}, "period"),
}


def test_a_cycle_that_cannot_be_is_refused_and_changes_nothing(books: Books) -> None:
    template = templates.publish(SMALL.read_text(encoding="utf-8"), books.who("officer"))
    before = digest_of_tables()
    usual = {"year": 2027, "name": "2027", "windows": {"planning": SPAN, "rating": SPAN}}
    for name, (said, field) in CYCLES.items():
        with pytest.raises(Invalid) as refused:
            plan = cycles.CyclePlan(**{**usual, **said})
            cycles.open_cycle(template, books.who("officer"), plan)
        assert {blocker.field for blocker in refused.value.blockers} == {field}, name
    assert digest_of_tables() == before


def test_a_verb_that_fails_within_another_leaves_nothing_half_done(books: Books) -> None:
    before = digest_of_tables()
    with transaction():
        with pytest.raises(Refused), transaction():
            organisations.add_unit(books.world.agency_id, "Setengah")
            raise Refused.of("has_result")
        with pytest.raises(Conflict):
            organisations.create_agency("kota", "Sudah ada")
    assert digest_of_tables() == before


def _objected(books: Books, names: tuple[str, ...]) -> dict[str, UUID]:
    """Appraisals with an objection each, to which the assessor has responded."""
    for name in names:
        _, indicator_id = books.start(name)
        entry = {"indicator": indicator_id, "day": "2026-01-20", "reached": "2"}
        progress.record_realisation(books.case(name), books.who(name), entry)
        peers = [p for p in ("sari", *PEERS) if p != name][:3]
        ids = [str(books.world.people[peer]) for peer in peers]
        books.world.act("chief", "ask_peers", name, peers=ids)
    found = {}
    with books.after_rating():
        tick()
        for name in names:
            books.world.act("chief", "judge", name, hasil="sesuai")
            books.world.act(name, "look", name)
            books.world.act(name, "object", name, grounds="Tidak benar")
            (child,) = (c for c in table("cases") if c["parent_id"] == books.case(name))
            books.world.act("chief", "respond", child["id"], response="Sudah benar")
            found[name] = child["id"]
    return found


def test_of_many_acts_one_whose_consequence_is_refused_holds_nobody_up(books: Books) -> None:
    objections = _objected(books, ("sari", "tia"))
    books.set_state("tia", "judging")
    with books.after_rating():
        decided = Act("uphold", {"reasons": "Sesuai bukti"})
        found = act_all([*objections.values(), uuid4()], books.who("head"), decided)
    kinds = {name: type(found[case]) for name, case in objections.items()}
    assert kinds == {"sari": Outcome, "tia": Conflict}
    states = {row["id"]: row["state"] for row in table("cases")}
    assert [states[case] for case in objections.values()] == ["decided", "filed"]
    assert (books.state("sari"), books.state("tia")) == ("told", "judging")


@pytest.mark.parametrize("said", [{"key": "k-1"}, {"version": 1}], ids=str)
def test_a_version_or_a_key_is_not_for_many_cases(books: Books, said: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="one_case_only"):
        act_all([books.case("sari")], books.who("sari"), Act("submit_plan", **said))


def test_more_cases_than_a_statement_has_parameters_are_answered_each(books: Books) -> None:
    found = act_all([uuid4() for _ in range(66_000)], books.who("sari"), Act("submit_plan"))
    assert {type(one) for one in found.values()} == {NotFound}


def test_a_value_of_many_hundred_digits_is_kept_exactly(books: Books) -> None:
    case_id, sari = books.case("sari"), books.who("sari")
    for place in range(30):
        targets = [f"{10**18 - 1 - 2 * (10 * place + own)} Dokumen" for own in range(10)]
        rows = [indicator(target=target) for target in targets]
        weight = "3.3" if place else "4.3"
        plans.put_item(case_id, sari, item(weight=weight, indicators=rows))
    books.world.act("sari", "submit_plan")
    books.world.act("chief", "approve_plan")
    for row in table("plan_indicators"):
        entry = {"indicator": row["id"], "day": "2026-01-20", "reached": "7"}
        progress.record_realisation(case_id, sari, entry)
    peers = [str(books.world.people[name]) for name in PEERS]
    books.world.act("chief", "ask_peers", "sari", peers=peers)
    books.judge("sari")
    with books.after_rating():
        (result,) = read_results(case_id, books.who("chief"))
    assert result.level == "sesuai"


def test_an_employee_reads_what_was_delivered_and_nothing_that_is_in_the_making(
    books: Books,
) -> None:
    books.ask("sari")
    books.judge("sari")
    with books.after_rating():
        books.world.act("sari", "look")
        books.world.act("head", "sign_off")
        books.world.act("head", "reopen", reason="Salah hitung")
        assert [r.number for r in read_results(books.case("sari"), books.who("sari"))] == [1]
        _compute_another()
        assert [r.number for r in read_results(books.case("sari"), books.who("sari"))] == [1]
        assert [r.number for r in read_results(books.case("sari"), books.who("head"))] == [1, 2]


def _compute_another() -> None:
    """A second result that is not delivered yet, past the engine."""
    (row,) = table("results")
    with transaction() as session:
        session.execute(insert(Result).values({**row, "number": 2}))


def test_nobody_who_was_asked_to_rate_examines_the_objection(books: Books) -> None:
    objection = _objected(books, ("sari",))["sari"]
    for name in ("chief", "tia"):
        examiner = str(books.world.people[name])
        books.world.act("officer", "appoint_examiner", objection, person=examiner)
        with books.after_rating(), pytest.raises(Forbidden, match="examiner_is_rater"):
            books.world.act(name, "uphold", objection, reasons="Sesuai bukti")


def test_nobody_from_elsewhere_is_given_a_part(books: Books) -> None:
    objection = _objected(books, ("sari",))["sari"]
    before = digest_of_tables()
    for stranger in (books.other.people["tia"], uuid4()):
        with pytest.raises(Refused, match="nominees_eligible"):
            books.world.act("officer", "appoint_examiner", objection, person=str(stranger))
    assert digest_of_tables() == before


@pytest.fixture
def round_of_peers(app: Flask) -> Iterator[World]:
    """An appraisal of the shipped 360 cycle in the round in which peers answer."""
    with app.app_context(), clock.at(START):
        first = START.date()
        spans = {name: (first, first + 80 * DAY) for name in ("planning", "running", "rating")}
        world = build(shipped_source("rakumpit"), spans=spans)
        case_id, sari = world.cases["sari"], world.actors["sari"]
        item_id = plans.put_item(case_id, sari, item())
        world.act("sari", "propose_plan")
        world.act("chief", "put_plan_in_force")
        (row,) = table("plan_indicators")
        entry = {"indicator": row["id"], "day": str(first), "reached": "2"}
        progress.record_realisation(case_id, sari, entry)
        proof = {"item": item_id, "name": "Berkas", "link": "https://kota.go.id/berkas"}
        progress.attach_evidence(case_id, sari, proof)
        peers = [str(world.people[name]) for name in PEERS]
        world.act("sari", "name_peers", rekan_usulan=peers, pernyataan_benar=True)
        world.act("chief", "settle_peers", rekan_ditetapkan=peers)
        yield world


def test_a_peer_who_comes_after_the_release_is_refused_and_not_sealed_for_ever(
    round_of_peers: World,
) -> None:
    instrument, (first, second, *_), level = _asked(round_of_peers)
    case_id, actors = round_of_peers.cases["sari"], round_of_peers.actors
    for name in PEERS:
        criteria = (first, second) if name == "tia" else (first,)
        given = {criterion: {"value": level} for criterion in criteria}
        answer(case_id, actors[name], Answers(instrument, given, understood=True))
    with clock.at(START + 20 * DAY):
        tick()
        with pytest.raises(Conflict, match="instrument_closed"):
            answer(case_id, actors["tia"], Answers(instrument, {first: {"value": level}}))
        answer(case_id, actors["chief"], Answers(instrument, {first: {"value": level}}))
    # What only one of them answered is not opened: a later batch would reveal the next one.
    assert [row["criterion"] for row in table("answers")] == [first] * 3
    assert [row["relation"] for row in table("sheets")] == ["assessor"]


def _asked(world: World) -> tuple[str, list[str], str]:
    """The instrument that peers answer, its criteria, and a level of its scale."""
    definition = definition_of(world.cycle_id)
    (asked,) = (i for i in definition.instruments.values() if "peer" in i.answered_by)
    levels = definition.scales[asked.scale].keys
    return asked.key, [c.key for c in asked.criteria if not c.applies_to], levels[2]


def test_an_officer_appoints_no_examiner_who_is_themself(books: Books) -> None:
    objection = _objected(books, ("sari",))["sari"]
    with books.after_rating():
        itself = books.world.people["officer"]
        with pytest.raises(Refused) as refused:
            books.world.act("officer", "appoint_examiner", objection, person=itself)
        assert [one.rule for one in refused.value.blockers] == ["nominees_eligible"]
        books.world.act("second_officer", "appoint_examiner", objection, person=itself)


@pytest.mark.parametrize("name", ["observations", "private_notes"])
def test_whatever_somebody_writes_for_another_is_held_against_the_grant(
    books: Books, name: str
) -> None:
    books.start("sari")
    world, chief = books.world, books.who("chief")
    days = dict.fromkeys(("from_on", "until_on"), "2026-01-20")
    people = {"absent": str(chief.person_id), "by": str(world.people["vina"])}
    substitutions.grant(books.who("officer"), {**people, **days, "kind": "plh"})
    vina = organisations.actor_for(world.agency_id, world.people["vina"])
    observe(books.case("sari"), vina, {"day": "2026-01-19", "text": "Melayani"})
    notes.add(books.case("sari"), chief, {"text": "Rahasia"})
    assert list(verify_history()) == []
    plant(f"UPDATE {name} SET on_behalf_of_id = :head", head=world.people["head"])
    assert [found.rule for found in verify_history()] == ["grant"]
