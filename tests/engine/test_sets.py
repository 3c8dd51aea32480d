"""One case or many: the same rules, the same rows, and a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, update

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.errors import Forbidden, NotFound
from kinerja_flow.models import CASES, Deadline, HistoryEvent, Notification, PostHolding
from kinerja_flow.services import cycles, organisations, results, templates
from kinerja_flow.services.cases import Act, Outcome, act_all, offers
from kinerja_flow.services.deadlines import tick
from kinerja_flow.workflow.draft import Insert
from kinerja_flow.workflow.store import write
from tests.engine import world as worlds


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def team(size: int, key: str = "kota") -> tuple[worlds.World, list[object]]:
    """A chief with a team of so many people, each with a plan handed in."""
    world = worlds.build(key=key)
    names = [f"member{number}" for number in range(size)]
    chief_post = _post_of(world, "chief")
    for name in names:
        person = organisations.add_person(world.agency_id, name)
        unit = organisations.add_unit(world.agency_id, name)
        post = organisations.add_post(world.agency_id, unit, name)
        organisations.hold_post(world.agency_id, person, post, worlds.LONG_AGO)
        above = {"superior_post_id": chief_post}
        organisations.report_to(world.agency_id, post, worlds.LONG_AGO, **above)
        world.people[name] = person  # type: ignore[index]
    wanted = [world.people[name] for name in names]
    report = cycles.launch(world.cycle_id, world.actors["officer"], wanted)
    assert not report.refused
    for name in names:
        world.cases[name] = report.opened[world.people[name]]  # type: ignore[index]
        world.actors[name] = organisations.actor_for(  # type: ignore[index]
            world.agency_id, world.people[name]
        )
        worlds.write_plan(world, name)
        world.act(name, "submit_plan", name)
    return world, [world.cases[name] for name in names]


def _post_of(world: worlds.World, name: str) -> object:
    return worlds.row(PostHolding, person_id=world.people[name]).post_id


def test_rows_that_are_copied_in_arrive_as_single_ones_do(app: Flask) -> None:
    with app.app_context(), clock.at(worlds.START):
        world = worlds.build()
        key = {"agency_id": world.agency_id, "year": world.year, "case_id": world.cases["sari"]}
        said = {"kind": "remind", "to": ["a\tb", "\\N", None], "problem": "\\N\t\n", "action": None}
        late = {"due_at": worlds.START, "try_at": worlds.START, **said}
        together = [
            Insert(Deadline.__table__, {"seq": n, "ordinal": 90, **key, **late}) for n in range(200)
        ]
        together[1] = Insert(Deadline.__table__, dict(reversed(together[1].row.items())))
        with transaction() as session:
            write(session, together)
            for one in together:
                write(session, [Insert(one.table, {**one.row, "ordinal": 91})])
        copied, single = (
            [
                (row.seq, row.kind, row.to, row.problem, row.action, row.due_at, row.attempts)
                for row in sorted(worlds.rows(Deadline, ordinal=number), key=lambda row: row.seq)
            ]
            for number in (90, 91)
        )
        assert copied == single
        assert len(copied) == 200
        assert copied[1][2:4] == (said["to"], said["problem"])


def test_acting_on_many_cases_takes_as_many_queries_as_on_few(app: Flask) -> None:
    with app.app_context(), clock.at(worlds.START):
        world, cases = team(12)
        counts = []
        for part in (cases[:2], cases[2:]):
            with counted() as sent:
                found = act_all(part, world.actors["chief"], Act("approve_plan"))
            assert all(isinstance(outcome, Outcome) for outcome in found.values())
            counts.append(len(sent))
    on_sqlite = db_is_sqlite(app)
    # SQLite clears the deadlines of each case by a statement of its own.
    assert counts[0] == counts[1] - (8 if on_sqlite else 0)


def db_is_sqlite(app: Flask) -> bool:
    return str(app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")


def test_what_is_refused_among_many_holds_nobody_else_up(app: Flask) -> None:
    with app.app_context(), clock.at(worlds.START):
        world, cases = team(3)
        world.act("chief", "return_plan", cases[1], comment="Lengkapi indikator.")
        unknown = uuid4()
        found = act_all([*cases, unknown], world.actors["chief"], Act("approve_plan"))
        assert [type(found[case]).__name__ for case in cases] == ["Outcome", "Conflict", "Outcome"]
        assert isinstance(found[unknown], NotFound)
        for case, version in zip(cases, (3, 3, 3), strict=True):
            assert len(worlds.rows(HistoryEvent, case_id=case)) == version
        told = worlds.rows(Notification, event="appraisal.approve_plan")
        assert len(told) == 2


def test_what_is_offered_names_every_blocker_and_who_lifts_it(app: Flask) -> None:
    with app.app_context(), clock.at(worlds.START):
        world = worlds.build()
        (offer,) = offers(world.cases["sari"], world.actors["sari"])
        assert offer.action.name == "submit_plan"
        assert [b.rule for b in offer.blockers] == ["plan_complete", "weights_total"]
        assert {b.lifted_by for b in offer.blockers} == {("employee",)}
        assert offers(world.cases["sari"], world.actors["tia"]) == []


def test_a_launch_takes_as_many_queries_for_many_as_for_few(app: Flask) -> None:
    with app.app_context(), clock.at(worlds.START):
        world = worlds.build(of=("sari",))
        counts = []
        for part in (("tia",), ("uli", "vina", "chief")):
            with counted() as sent:
                report = cycles.launch(
                    world.cycle_id, world.actors["officer"], [world.people[n] for n in part]
                )
            assert len(report.opened) == len(part)
            counts.append(len(sent))
        assert counts[0] == counts[1]


def test_a_second_launch_opens_nothing_twice(app: Flask) -> None:
    with app.app_context(), clock.at(worlds.START):
        world = worlds.build()
        person = world.people["sari"]
        again = cycles.launch(world.cycle_id, world.actors["officer"], [person, uuid4()])
        assert again.opened == {}
        assert {b.rule for b in again.refused.values()} == {"already_launched", "no_such_person"}


def test_who_has_no_second_superior_is_named_at_the_launch(app: Flask) -> None:
    with app.app_context(), clock.at(worlds.START):
        world = worlds.build()
        wanted = [world.people["regent"], world.people["secretary"], world.people["head"]]
        report = cycles.launch(world.cycle_id, world.actors["officer"], wanted)
        assert [report.refused[p].rule for p in wanted[:2]] == ["no_assessor", "no_examiner"]
        assert wanted[2] in report.opened


def test_nobody_but_hr_publishes_opens_or_launches(app: Flask) -> None:
    with app.app_context(), clock.at(worlds.START):
        world = worlds.build()
        with pytest.raises(Forbidden):
            cycles.launch(world.cycle_id, world.actors["chief"], [])
        with pytest.raises(Forbidden):
            templates.publish("key: x", world.actors["chief"])


def test_the_first_reading_by_its_employee_is_the_receipt_and_others_read_before(
    app: Flask,
) -> None:
    with app.app_context(), clock.at(worlds.START):
        world = worlds.build()
        worlds.write_plan(world)
        for who, action, given in (
            ("sari", "submit_plan", {}),
            ("chief", "approve_plan", {}),
            ("chief", "ask_peers", {"peers": [world.people[n] for n in ("tia", "uli", "vina")]}),
        ):
            world.act(who, action, **given)
    with app.app_context(), clock.at(worlds.START.replace(month=3, day=15)):
        tick()
        case = world.cases["sari"]
        for reader in ("sari", "tia", "chief"):
            with pytest.raises(NotFound):
                results.read_results(case, world.actors[reader])
        world.act("chief", "judge", hasil="sesuai")
        (by_chief,) = results.read_results(case, world.actors["chief"])
        assert by_chief.level == "sesuai"
        assert worlds.rows(HistoryEvent, case_id=case, action="look") == []
        (read,) = results.read_results(case, world.actors["sari"])
        results.read_results(case, world.actors["sari"])
        assert len(worlds.rows(HistoryEvent, case_id=case, action="look")) == 1
        assert read.explanation is not None
        assert not read.is_superseded
        with pytest.raises(NotFound) as hidden:
            results.read_results(case, world.actors["tia"])
        assert hidden.value.blockers[0].rule == "no_result"


def test_who_only_reads_waits_for_no_writer(app: Flask) -> None:
    with app.app_context(), clock.at(worlds.START):
        world = worlds.build()
        case, sari = world.cases["sari"], world.actors["sari"]
        with db.engine.connect() as writer:
            writer.execute(update(CASES).where(CASES.c.id == case).values(unit_id=None))
            assert [offer.action.name for offer in offers(case, sari)] == ["submit_plan"]
            assert organisations.actor_for(world.agency_id, world.people["sari"]) == sari
            writer.rollback()
