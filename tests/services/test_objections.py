"""Objections: evidence of both sides, the record, two levels, and what is provisional meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.db import db, reading, transaction
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from kinerja_flow.models import (
    Case,
    Deadline,
    HistoryEvent,
    Notification,
    Objection,
    Participant,
    Person,
    Result,
)
from kinerja_flow.services import exhibits, follow_ups, organisations, substitutions
from kinerja_flow.services.exhibits import exhibits_for, show_exhibit, withdraw_exhibit
from kinerja_flow.services.objections import objection
from kinerja_flow.services.results import read_results
from kinerja_flow.services.segment_list import segments_of
from kinerja_flow.services.verify import verify_history
from kinerja_flow.workflow import Cycles, contested, provisional
from tests.builders import digest_of_tables
from tests.engine.test_sets import counted
from tests.engine.world import World, build, row, rows

pytestmark = pytest.mark.slow

TWO_LEVELS = Path(__file__).parents[1] / "templates" / "berjenjang.yaml"
#: Monday 2 March 2026, nine in the morning in Jakarta.
MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
PROOF = {
    "name": "Notulen",
    "link": "https://example.go.id/notulen",
    "shows": "Target dibahas",
}
FILE = {
    "name": "Rekap",
    "sha256": "a" * 64,
    "media_type": "application/pdf",
    "size": 10,
    "shows": "Empat laporan",
}


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """The appraisals of two people, rated, received, and not contested yet."""
    with app.app_context(), clock.at(MONDAY):
        made = build(TWO_LEVELS, of=("sari", "tia"), spans={})
        for name in ("sari", "tia"):
            made.act("chief", "rate", name, mutu="baik")
            made.act(name, "look", name)
        yield made


def contest(world: World, of: str = "sari") -> UUID:
    """An objection to the result of somebody, by its case."""
    world.act(of, "object", of, grounds="Target tercapai")
    found: UUID = rows(Objection, contested_id=world.cases[of])[-1].case_id
    return found


def second_level(world: World, of: str = "sari") -> UUID:
    case_id = contest(world, of)
    world.act("head", "advise", case_id, advice="Sudah tepat")
    world.act(of, "appeal", case_id)
    return case_id


def decide(world: World, case_id: UUID, mutu: str | None = None) -> None:
    world.act("secretary", "hear", case_id, minutes="Keduanya hadir")
    if mutu is None:
        world.act("secretary", "uphold", case_id, reasons="Sudah sesuai bukti")
    else:
        world.act("secretary", "change", case_id, mutu=mutu, reasons="Bukti cukup")


def test_each_side_shows_evidence_and_all_of_them_and_hr_read_it(world: World) -> None:
    case_id = contest(world)
    show_exhibit(case_id, world.actors["sari"], PROOF)
    show_exhibit(case_id, world.actors["chief"], FILE)
    for who in ("sari", "chief", "head", "officer"):
        found = exhibits_for(case_id, world.actors[who])
        assert [(one.side, one.name, one.link, one.size) for one in found] == [
            ("employee", "Notulen", PROOF["link"], None),
            ("assessor", "Rekap", None, 10),
        ]
    heard = {one.recipient_id for one in rows(Notification, event="objection.exhibits")}
    assert heard == {world.people[name] for name in ("sari", "chief", "head")}


@pytest.mark.parametrize("who", ["tia", "uli", "secretary", "regent"])
def test_of_an_objection_and_its_evidence_nobody_else_is_told(world: World, who: str) -> None:
    case_id = contest(world)
    shown = show_exhibit(case_id, world.actors["sari"], PROOF)
    before = digest_of_tables()
    actor = world.actors[who]
    calls: list[Callable[[], Any]] = [
        lambda: exhibits_for(case_id, actor),
        lambda: objection(case_id, actor),
        lambda: show_exhibit(case_id, actor, PROOF),
        lambda: withdraw_exhibit(case_id, actor, shown),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
    assert digest_of_tables() == before


def test_evidence_that_is_withdrawn_stays_readable_and_is_an_event_of_the_case(
    world: World,
) -> None:
    case_id, sari = contest(world), world.actors["sari"]
    shown = show_exhibit(case_id, sari, PROOF)
    with pytest.raises(Forbidden):
        withdraw_exhibit(case_id, world.actors["chief"], shown)
    with pytest.raises(NotFound):
        withdraw_exhibit(case_id, sari, uuid4())
    withdraw_exhibit(case_id, sari, shown)
    [found] = exhibits_for(case_id, world.actors["head"])
    assert (found.name, found.withdrawn_at) == ("Notulen", MONDAY)
    event = row(HistoryEvent, case_id=case_id, action="exhibit_withdrawn")
    assert (event.capacity, event.change) == ("employee", {"exhibit": str(shown)})
    with pytest.raises(Conflict):
        withdraw_exhibit(case_id, sari, shown)


def test_nothing_is_shown_or_withdrawn_once_the_book_is_closed(world: World) -> None:
    case_id, sari = second_level(world), world.actors["sari"]
    shown = show_exhibit(case_id, sari, PROOF)
    decide(world, case_id)
    for call in (
        lambda: show_exhibit(case_id, sari, PROOF),
        lambda: withdraw_exhibit(case_id, sari, shown),
    ):
        with pytest.raises(Conflict):
            call()
    assert [one.name for one in exhibits_for(case_id, sari)] == ["Notulen"]


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, ["name", "shows"]),
        ({**PROOF, "shows": "  "}, ["shows"]),
        ({**PROOF, "link": "javascript:alert(1)"}, ["link"]),
        ({**PROOF, "sha256": "a" * 64}, ["link"]),
        ({**FILE, "size": None}, ["sha256"]),
        ({**PROOF, "side": "examiner"}, ["side"]),
    ],
)
def test_bad_evidence_is_refused_by_field(
    world: World, said: dict[str, Any], fields: list[str]
) -> None:
    case_id = contest(world)
    before = digest_of_tables()
    with pytest.raises(Invalid) as refused:
        show_exhibit(case_id, world.actors["sari"], said)
    assert sorted({str(b.field) for b in refused.value.blockers}) == sorted(fields)
    assert digest_of_tables() == before


def test_the_same_evidence_sent_again_is_shown_once_until_it_is_withdrawn(world: World) -> None:
    case_id, sari = contest(world), world.actors["sari"]
    first = show_exhibit(case_id, sari, PROOF)
    assert show_exhibit(case_id, sari, dict(PROOF)) == first
    theirs = show_exhibit(case_id, world.actors["chief"], PROOF)
    assert theirs != first
    withdraw_exhibit(case_id, sari, first)
    assert show_exhibit(case_id, sari, PROOF) not in {first, theirs}
    assert len(exhibits_for(case_id, sari)) == 3
    heard = rows(Notification, event="objection.exhibits", recipient_id=world.people["chief"])
    assert len(heard) == 2


def test_nobody_buries_an_objection_under_evidence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exhibits, "MOST_EXHIBITS", 3)
    case_id, sari = contest(world), world.actors["sari"]
    shown = [show_exhibit(case_id, sari, {**PROOF, "name": f"Bukti {n}"}) for n in range(3)]
    withdraw_exhibit(case_id, sari, shown[0])
    before = digest_of_tables()
    with pytest.raises(Conflict) as refused:
        show_exhibit(case_id, sari, {**PROOF, "name": "Bukti 4"})
    assert [b.rule for b in refused.value.blockers] == ["too_many_exhibits"]
    assert digest_of_tables() == before
    show_exhibit(case_id, world.actors["chief"], FILE)


def test_a_substitute_shows_evidence_on_behalf_of_the_assessor(world: World) -> None:
    case_id = contest(world)
    days = {"from_on": "2026-03-02", "until_on": "2026-03-04"}
    people = {"absent": str(world.people["chief"]), "by": str(world.people["secretary"])}
    substitutions.grant(world.actors["officer"], {**people, "kind": "plh", **days})
    secretary = organisations.actor_for(world.agency_id, world.people["secretary"])
    show_exhibit(case_id, secretary, PROOF)
    [found] = exhibits_for(case_id, world.actors["sari"])
    assert (found.side, found.author_id) == ("assessor", world.people["secretary"])
    assert found.on_behalf_of_id == world.people["chief"]
    assert not list(verify_history(world.agency_id))


def test_the_record_tells_both_sides_what_was_said_and_who_decided(world: World) -> None:
    case_id = second_level(world)
    decide(world, case_id, "unggul")
    for who in ("sari", "chief"):
        found = objection(case_id, world.actors[who])
        assert [(one.capacity, dict(one.texts)) for one in found.said] == [
            ("employee", {"grounds": "Target tercapai"}),
            ("examiner", {"advice": "Sudah tepat"}),
            ("examiner", {"minutes": "Keduanya hadir"}),
            ("examiner", {"reasons": "Bukti cukup"}),
        ]
        assert (found.contested.level, found.replacement and found.replacement.level) == (
            "baik",
            "unggul",
        )
        contest = found.contest
        assert (contest.level, contest.outcome, contest.is_open) == (2, "changed", False)
        assert (contest.decided_by, contest.decided_at) == (world.people["secretary"], MONDAY)


def test_the_old_result_stays_readable_with_who_decided_when_and_both_values(world: World) -> None:
    case_id = second_level(world)
    sari = world.actors["sari"]
    [before] = read_results(world.cases["sari"], sari)
    assert before.is_provisional and before.objection and before.objection.is_open
    decide(world, case_id, "unggul")
    old, new = read_results(world.cases["sari"], sari)
    assert (old.level, old.is_superseded, old.is_provisional) == ("baik", True, False)
    assert old.explanation == before.explanation and old.digest == before.digest
    assert old.objection is not None
    assert (old.objection.replaced_by, old.objection.decided_by) == (2, world.people["secretary"])
    assert (new.level, new.is_superseded, new.is_provisional) == ("unggul", False, False)
    assert new.objection is None


def test_what_stands_after_an_objection_is_final_and_what_was_withdrawn_is_not(
    world: World,
) -> None:
    case_id = contest(world)
    with pytest.raises(Refused) as refused:
        world.act("sari", "object", grounds="Sekali lagi")
    assert [b.rule for b in refused.value.blockers] == ["result_uncontested"]
    world.act("head", "advise", case_id, advice="Sudah tepat")
    world.act("sari", "accept_advice", case_id)
    world.act("sari", "look")
    again = second_level(world)
    decide(world, again)
    world.act("sari", "look")
    with pytest.raises(Refused) as refused:
        world.act("sari", "object", grounds="Masih kurang")
    assert [b.rule for b in refused.value.blockers] == ["result_uncontested.final"]
    found = {one.case_id: one.outcome for one in rows(Objection)}
    assert found == {case_id: None, again: "stands"}


def test_the_next_examiner_is_above_and_where_there_is_none_hr_appoints(world: World) -> None:
    for name in ("secretary", "regent"):
        organisations.leave(world.agency_id, world.people[name], date(2026, 3, 2))
    case_id = second_level(world)
    assert _examiners(case_id) == [("head", True)]
    heard = {one.recipient_id for one in rows(Notification, event="objection.appeal")}
    assert world.people["officer"] in heard
    with pytest.raises(Refused) as refused:
        world.act("officer", "appoint", case_id, person=str(world.people["head"]))
    assert [b.rule for b in refused.value.blockers] == ["appointable"]
    world.act("officer", "appoint", case_id, person=str(world.people["second_officer"]))
    assert _examiners(case_id)[-1] == ("second_officer", False)
    assert row(Objection, case_id=case_id).level == 2
    assert not list(verify_history(world.agency_id))


def _examiners(case_id: UUID) -> list[tuple[str, bool]]:
    """Who examines or examined, by name, and whether their part has ended."""
    found = sorted(rows(Participant, case_id=case_id, relation="examiner"), key=lambda p: p.from_at)
    return [(row(Person, id=p.person_id).name, p.until_at is not None) for p in found]


def test_days_off_that_are_added_after_the_filing_move_no_due_date(world: World) -> None:
    case_id = second_level(world)
    before = [one.due_at for one in rows(Deadline, case_id=case_id)]
    organisations.add_days_off(world.agency_id, [(date(2026, 3, 5), "Libur daerah")])
    world.act("secretary", "hear", case_id, minutes="Keduanya hadir")
    assert [one.due_at for one in rows(Deadline, case_id=case_id)] == before


def test_who_is_under_objection_is_found_by_one_query_for_any_number(
    world: World,
) -> None:
    contest(world)
    cases = list(world.cases.values())

    def asked() -> frozenset[UUID]:
        with reading() as session:
            return provisional(session, world.agency_id, cases)

    with counted() as sent:
        assert asked() == {world.cases["sari"]}
    assert len([one for one in sent if one.startswith("SELECT")]) == 1
    with reading() as session:
        assert not provisional(session, world.agency_id + 1, cases)
        assert not provisional(session, world.agency_id, [])


def test_the_distribution_of_a_unit_says_how_many_of_its_results_may_still_change(
    world: World,
) -> None:
    contest(world)
    of = Cycles(None, world.agency_id, world.year, [world.cycle_id])  # type: ignore[arg-type]
    with reading() as session:
        found = contested(of._replace(session=session))
    assert found == {(world.cycle_id, row(Case, id=world.cases["sari"]).unit_id): 1}


def test_a_later_segment_is_provisional_if_its_result_is_made_from_a_contested_one(
    world: World,
) -> None:
    """Tia's appraisal is made a later segment of Sari's year, past the services."""
    contest(world)
    earlier, later = world.cases["sari"], world.cases["tia"]
    with transaction() as session:
        table = Case.__table__
        session.execute(
            table.update()  # type: ignore[attr-defined]
            .where(table.c.id == later)
            .values(subject_id=world.people["sari"], from_on=date(2026, 2, 1))
        )
    with reading() as session:
        assert provisional(session, world.agency_id, [later]) == frozenset()
        assert provisional(session, world.agency_id, [earlier, later]) == {earlier}
    _rest(later, earlier)
    with reading() as session:
        assert provisional(session, world.agency_id, [later]) == {later}
    listed = segments_of(world.actors["officer"], world.people["sari"], world.cycle_id)
    assert {one.case_id: one.is_provisional for one in listed} == {earlier: True, later: True}


def _rest(later: UUID, earlier: UUID) -> None:
    """A second result of the later case, whose explanation rests on the earlier one's first."""
    first = row(Result, case_id=later)
    root = first.explanation["nodes"][0] if "nodes" in first.explanation else first.explanation
    part = {**root, "name": "segment", "inputs": {"case": str(earlier), "result": 1}, "parts": []}
    node = {**root, "name": "year", "rule": "segments", "parts": [part]}
    said = {**first.explanation, "nodes": [*first.explanation["nodes"], node]}
    with transaction() as session:
        again = {**first._mapping, "number": 2, "explanation": said}
        session.execute(Result.__table__.insert().values(**again))  # type: ignore[attr-defined]


def test_a_follow_up_says_whether_its_result_may_change_or_did(world: World) -> None:
    with clock.at(MONDAY):
        more = build(TWO_LEVELS, key="lain", of=("sari",), spans={})
        more.act("chief", "rate", mutu="unggul")
        more.act("sari", "look")

    def marks() -> tuple[bool, bool]:
        [one] = follow_ups.mine(more.actors["chief"])
        assert one.key == "piagam"
        return one.is_provisional, one.is_superseded

    assert marks() == (False, False)
    case_id = second_level(more)
    assert marks() == (True, False)
    decide(more, case_id, "baik")
    more.act("sari", "look")
    more.act("officer", "close")
    assert marks() == (False, True)


def test_the_line_of_a_past_year_is_above_the_post_that_was_appraised(world: World) -> None:
    """Whoever moved after the year is examined by the superiors of the post they held in it."""
    with clock.at(MONDAY + timedelta(days=10)):
        organisations.leave(world.agency_id, world.people["head"], date(2026, 3, 3))
        unit = row(Case, id=world.cases["sari"]).unit_id
        post = organisations.add_post(world.agency_id, unit, "Lain")
        organisations.end_holdings(
            world.agency_id, date(2026, 3, 3), person_id=world.people["sari"]
        )
        organisations.hold_post(world.agency_id, world.people["sari"], post, date(2026, 3, 4))
        with transaction() as session:
            table = Case.__table__
            session.execute(table.update().values(until_on=date(2026, 2, 28)))  # type: ignore[attr-defined]
        case_id = contest(world)
        assert _examiners(case_id) == [("secretary", False)]
        db.session.remove()
