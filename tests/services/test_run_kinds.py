"""Every kind of bulk run, on each database: a row that is done beside one that is refused."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.models import Person, WebhookEvent
from kinerja_flow.services import runs
from kinerja_flow.services.run_kinds import KINDS
from kinerja_flow.services.run_reading import file_of, one_run, rows_of
from kinerja_flow.services.run_work import Key, carry_on
from kinerja_flow.services.verify import verify_history
from tests.engine.racing import race
from tests.engine.world import START, WORK, World, build, rows

pytestmark = pytest.mark.slow


def came_of(world: World, who: str, kind: str, entry: dict[str, Any]) -> tuple[int, list[str]]:
    """How many rows were done, and why the others were not."""
    actor = world.actors[who]
    run_id = runs.prepare(actor, kind, entry)
    would = runs.try_out(run_id, actor)
    runs.start(run_id, actor)
    carry_on(Key(world.agency_id, run_id))
    run, refused = one_run(run_id, actor), rows_of(run_id, actor, "refused")
    assert run.state == "over" and (would.would_do, len(would.refused)) == (run.done, run.refused)
    assert [row.blockers for row in refused] == [row.blockers for row in would.refused]
    if kind == "export":
        assert file_of(run_id, actor)[1]
    return run.done, [one.rule for row in refused for one in row.blockers]


def test_each_kind_does_what_can_be_done_and_names_the_rest(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build(WORK, of=("sari",))
        case, nobody = world.cases["sari"], uuid4()
        both = {"cases": [case, nobody]}
        until = {"window": "rating", "until": "2026-03-20", "reason": "Gangguan jaringan."}
        passing = {"from": world.people["chief"], "to": world.people["second_officer"]}
        people = [world.people["tia"], world.people["regent"]]
        people_rows = [{"nip": "198001012005010001", "name": "Baru"}, {"nip": "1", "name": "Salah"}]
        steps: list[tuple[str, str, dict[str, Any], list[str]]] = [
            ("officer", "launch", {"cycle": world.cycle_id, "people": people}, ["no_assessor"]),
            ("officer", "import", {"rows": people_rows}, ["nip_form"]),
            ("chief", "advance", {"action": "approve", **both}, ["no_such_case"]),
            ("chief", "advance", {"action": "close_input", **both}, ["no_such_case"]),
            ("officer", "extend", {**until, **both}, ["no_such_case"]),
            ("officer", "remind", both, ["no_such_case"]),
            ("chief", "deliver", {"inputs": {"hasil": "baik"}, **both}, ["no_such_case"]),
            ("officer", "reassign", {**passing, "ground": "mutasi", **both}, ["no_such_case"]),
            ("head", "close", both, ["no_such_case"]),
            ("officer", "export", {"cycle": world.cycle_id, "table": "results"}, []),
        ]
        world.act("sari", "submit")
        for who, kind, entry, refused in steps:
            if kind == "close":
                world.act("sari", "open_result")
            assert came_of(world, who, kind, entry) == (1, refused), kind
        assert {kind for _, kind, _, _ in steps} == set(KINDS)
        assert list(verify_history(world.agency_id)) == []


def test_of_two_imports_at_once_one_adds_a_person_whom_both_name(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build(WORK, of=())
        officer = world.actors["officer"]
        wanted = [{"nip": f"1980010120050100{number:02}", "name": "Baru"} for number in range(40)]
        ids = [runs.prepare(officer, "import", {"rows": wanted}) for _ in range(4)]
        for run_id in ids:
            runs.start(run_id, officer)
        race(app, START, [partial(carry_on, Key(world.agency_id, one)) for one in ids])
        assert [one_run(run_id, officer).done for run_id in ids] == [40] * 4
        assert len([one for one in rows(Person) if one.nip]) == 40


def with_webhook(world: World) -> None:
    """A webhook of the agency that hears of launches."""
    of = {"agency_id": world.agency_id, "name": "Portal", "url": "https://x.go.id", "secret": "x"}
    hook = db.Model.metadata.tables["webhooks"]
    said = {"events": ["cycle.launched"], "created_at": clock.now(), "id": uuid4()}
    with transaction() as session:
        session.execute(hook.insert().values(**of, **said, created_by=world.people["officer"]))


def test_of_two_who_work_on_one_launch_one_tells_webhooks(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build(WORK, of=())
        officer = world.actors["officer"]
        with_webhook(world)
        people = [world.people[name] for name in ("sari", "tia", "uli", "vina")]
        run_id = runs.prepare(officer, "launch", {"cycle": world.cycle_id, "people": people})
        runs.start(run_id, officer)
        race(app, START, [partial(carry_on, Key(world.agency_id, run_id), 1)] * 4)
        assert one_run(run_id, officer).done == 4
        assert [row.cycle_id for row in rows(WebhookEvent) if row.cycle_id] == [world.cycle_id]
