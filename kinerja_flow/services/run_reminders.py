"""Bulk runs that remind whoever cases wait for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.models import Notification
from kinerja_flow.policy import Actor
from kinerja_flow.services.awaiting import awaited
from kinerja_flow.services.run_cases import CasesForm, known, meant
from kinerja_flow.services.run_kind import About, Job, Kind, Line, Refusals, Values
from kinerja_flow.workflow import Insert, named, notification, recipients, write
from workflows.definition import Definition


def _waiting(definition: Definition) -> list[tuple[str, str]]:
    return [
        (machine.name, state)
        for machine in definition.machines.values()
        for state in machine.states
        if awaited(definition, machine.name, state)
    ]


def _choose(session: Session, actor: Actor, values: Values) -> Iterable[About]:
    return meant(session, actor, values, _waiting)


def _take(session: Session, job: Job, lines: Sequence[Line]) -> Refusals:
    found, refused = known(session, job, lines, "officers")
    rows: list[Insert] = []
    for ordinal, facts in found.items():
        notices = list(_notices(facts))
        if not notices:
            waits = Blocker("waits_for_nobody", "case", (), {"state": facts.state.name})
            refused[ordinal] = named(facts, [waits])
        rows += notices
    write(session, rows)
    return refused


def _notices(facts: Facts) -> Iterator[Insert]:
    """One for each person whom the state waits for, as a due date tells them: also for those who
    have answered, so that nobody can tell who has."""
    table: Any = Notification.__table__
    case = facts.case
    key = {"agency_id": case.agency_id, "year": case.year, "case_id": case.id}
    waits = awaited(facts.definition, case.kind, case.state)
    for person in sorted(recipients(facts, list(waits), facts.people)):
        event = f"{case.kind}.remind.{case.state}"
        yield Insert(table, notification(key, case.version, event, person, facts))


REMIND = Kind(CasesForm(), _choose, _take, by_officers=False)
