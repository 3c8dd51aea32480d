"""SpiffWorkflow doing the same: load the workflow, take its next task, store it, the same rows."""

from __future__ import annotations

import itertools
import json
import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from kinerja_flow.db import new_id
from tests.benchmarks import raw
from tests.benchmarks.raw import Act
from tests.benchmarks.world import World

PROCESS = Path(__file__).with_name("loop.bpmn")
SERIALIZER = BpmnWorkflowSerializer()

READ = (
    "SELECT c.version, w.said FROM cases c JOIN bench_workflows w ON w.case_id = c.id"
    " WHERE c.agency_id = %s AND c.year = %s AND c.id = %s FOR NO KEY UPDATE OF c"
)
PEOPLE = (
    "SELECT relation, person_id FROM participants"
    " WHERE agency_id = %s AND year = %s AND case_id = %s AND until_at IS NULL"
)
KNOWN = "SELECT 1 FROM idempotency_keys WHERE agency_id = %s AND actor_id = %s AND key = %s"
KEEP = "UPDATE bench_workflows SET said = %s WHERE case_id = %s"
HEAR = (
    "INSERT INTO outbox (id, agency_id, year, case_id, seq, event, recipient_id, created_at,"
    " attempts) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 0)"
)
OVER = (
    "DELETE FROM deadlines WHERE agency_id = %s AND year = %s AND case_id = %s AND fired_at IS NULL"
)
DUE = (
    'INSERT INTO deadlines (agency_id, year, case_id, seq, ordinal, kind, "to", due_at, try_at,'
    " attempts) VALUES (%s, %s, %s, %s, 0, 'remind', '[]', %s, %s, 0)"
)
KEY = (
    "INSERT INTO idempotency_keys (agency_id, actor_id, key, case_id, request, answer, created_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


def prepare(world: World) -> None:
    """A workflow that stands at its first task, for every case."""
    said = SERIALIZER.serialize_json(_fresh())
    with raw.connect(world) as connection:
        connection.execute("CREATE TABLE bench_workflows (case_id uuid PRIMARY KEY, said jsonb)")
        rows = [(case_id, said) for case_id, _ in world.cases]
        connection.cursor().executemany("INSERT INTO bench_workflows VALUES (%s, %s)", rows)


def _fresh() -> BpmnWorkflow:
    parser = BpmnParser()
    parser.add_bpmn_file(str(PROCESS))
    workflow = BpmnWorkflow(parser.get_spec("loop"))
    workflow.do_engine_steps()
    return workflow


def act(world: World) -> Act:
    """A workflow that comes to its end begins anew, so that it does not grow."""
    connection = raw.connect(world)
    fresh = SERIALIZER.serialize_json(_fresh())
    numbers, run = itertools.count(), secrets.token_hex(8)

    def once(index: int) -> None:
        key = f"{run}-{next(numbers)}"
        with connection.transaction():
            _act(connection, world, world.cases[index], (key, fresh))

    return once


def _act(
    connection: psycopg.Connection, world: World, of: tuple[UUID, UUID], given: tuple[str, str]
) -> None:
    case = (world.agency_id, world.year, of[0])
    version, said = connection.execute(READ, case).fetchone()  # type: ignore[misc]
    workflow = SERIALIZER.from_dict(said)
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    name = task.task_spec.name
    actor = of[1] if name == "submit" else world.assessor
    if connection.execute(KNOWN, (world.agency_id, actor, given[0])).fetchone():
        return
    people = dict(connection.execute(PEOPLE, case).fetchall())
    if "reviewer" not in people or date.today().year != world.year:
        raise PermissionError(name)
    task.run()
    workflow.do_engine_steps()
    now_said = given[1] if workflow.completed else SERIALIZER.serialize_json(workflow)
    connection.execute(KEEP, (now_said, of[0]))
    moved = ("drafting", "review") if name == "submit" else ("review", "drafting")
    _write(connection, world, case, (version + 1, name, actor, *moved, given[0]))


def _write(
    connection: psycopg.Connection, world: World, case: tuple[Any, ...], moved: tuple[Any, ...]
) -> None:
    seq, name, actor, source, target, key = moved
    now = datetime.now(UTC)
    connection.execute(raw.MOVE, (target, now, *case))
    connection.execute(raw.TELL, (*case, seq, now, name, actor, source, target, world.digest))
    connection.execute(HEAR, (new_id(), *case, seq, name, world.assessor, now))
    connection.execute(OVER, case)
    connection.execute(DUE, (*case, seq, now + timedelta(7), now + timedelta(7)))
    answer = json.dumps({"state": target, "version": seq})
    connection.execute(KEY, (world.agency_id, actor, key, case[2], "0" * 64, answer, now))
