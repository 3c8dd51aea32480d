"""How a case begins: its row in the initial state, its people, its first event and deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kinerja_flow.db import new_id
from kinerja_flow.facts import Facts
from kinerja_flow.models import CASES, Deadline, HistoryEvent, Participant
from kinerja_flow.policy import Grant, on_behalf
from kinerja_flow.workflow.clocks import Running, deadlines
from kinerja_flow.workflow.draft import Insert, Write
from workflows.definition import Machine

#: The code of the first event of every case, which no action of a template causes.
OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Opening:
    """A case to open. `facts` are those of its parent, or of the case itself when it has none."""

    case_id: UUID
    facts: Facts
    machine: Machine
    people: dict[str, UUID]
    ground: str
    opened_by: UUID | None
    capacity: str = "system"
    columns: Mapping[str, Any] = field(default_factory=dict)
    grant: Grant | None = None

    @property
    def key(self) -> dict[str, Any]:
        case = self.facts.case
        return {"agency_id": case.agency_id, "year": case.year, "case_id": self.case_id}


def opening_writes(opening: Opening) -> list[Write]:
    """Every row of a new case. Nothing here asks the database, so that thousands open at once."""
    return [
        Insert(CASES, _case_row(opening)),
        Insert(HistoryEvent.__table__, _event(opening)),  # type: ignore[arg-type]
        *_people(opening),
        *_deadlines(opening),
    ]


def _case_row(opening: Opening) -> dict[str, Any]:
    of, machine = opening.facts, opening.machine
    state = machine.states[machine.initial]
    is_child = machine.parent is not None
    inherited = of.case._asdict()
    inherited |= {"id": opening.case_id, "kind": machine.name}
    inherited |= {"parent_id": of.case.id if is_child else None}
    inherited |= {"delivered_at": None, "received_at": None}
    inherited |= {"state": state.name, "phase": state.phase, "version": 1}
    return {**inherited, "entered_at": of.now, "closed_at": None, **opening.columns}


def _event(opening: Opening) -> dict[str, Any]:
    people = {relation: str(person) for relation, person in opening.people.items()}
    return {
        **opening.key,
        "seq": 1,
        "at": opening.facts.now,
        "action": OPENED,
        "actor_id": opening.opened_by,
        "capacity": opening.capacity,
        **on_behalf(opening.grant),
        "from_state": None,
        "to_state": opening.machine.initial,
        "definition": opening.facts.case.digest,
        "change": {"people": people, "ground": opening.ground},
    }


def _people(opening: Opening) -> list[Write]:
    return [
        Insert(
            Participant.__table__,  # type: ignore[arg-type]
            {
                **opening.key,
                "id": new_id(),
                "relation": relation,
                "person_id": person,
                "ground": opening.ground,
                "proposed_by": opening.opened_by,
                "from_at": opening.facts.now,
                "until_at": None,
            },
        )
        for relation, person in opening.people.items()
    ]


def _deadlines(opening: Opening) -> list[Write]:
    of, machine = opening.facts, opening.machine
    state = machine.states[machine.initial]
    until_on = opening.columns.get("until_on", of.case.until_on)
    running = Running(machine, state, of.calendar, of.windows, of.now, None, None, until_on)
    return [
        Insert(Deadline.__table__, {**opening.key, "seq": 1, **row})  # type: ignore[arg-type]
        for row in deadlines(running, of.now)
    ]
