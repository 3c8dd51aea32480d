"""Effects on other cases: opening a checkpoint or another child, and moving the parent on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.db import new_id
from kinerja_flow.workflow.draft import Draft, Follow
from kinerja_flow.workflow.effects.registry import effect
from kinerja_flow.workflow.opening import Opening, opening_writes
from workflows import Ref
from workflows.definition import Machine
from workflows.vocabulary import SYSTEM


class OfPeriod(Schema):
    machine = Ref("child_machine", required=True)
    starts = Ref("field", takes=("date",), load_default=None)
    ends = Ref("field", takes=("date",), load_default=None)


class OfAction(Schema):
    action = Ref("parent_action", required=True)


@effect("people", params=OfPeriod)
def open_case(draft: Draft, machine: str, starts: str | None, ends: str | None) -> None:
    """Open a child case, such as a periodic evaluation. Its people are those of its parent.

    `starts` and `ends` name the inputs that hold its first and last day; without them its period
    is the parent's.
    """
    named = {"from_on": draft.inputs.get(starts or ""), "until_on": draft.inputs.get(ends or "")}
    days = {column: day for column, day in named.items() if day is not None}
    open_child(draft, machine, {}, days)


def open_child(
    draft: Draft,
    machine: str,
    people: Mapping[str, UUID | None],
    columns: Mapping[str, Any] | None = None,
) -> UUID:
    """Open a case that hangs on this one; `columns` are those in which it is not like it."""
    opening = Opening(
        case_id=new_id(),
        facts=draft.facts,
        machine=draft.facts.definition.machines[machine],
        people={relation: person for relation, person in people.items() if person},
        ground=draft.action.name,
        opened_by=draft.actor.person_id,
        capacity=draft.capacity,
        grant=draft.grant,
        columns=columns or {},
    )
    draft.writes += opening_writes(opening)
    draft.change.setdefault("opened", []).append({"kind": machine, "case": str(opening.case_id)})
    return opening.case_id


def falls_away_by(machine: Machine, state: str, effect_name: str) -> str | None:
    """The action from a state with which the system carries out an effect; None without one."""
    for action in machine.actions_from(state):
        if SYSTEM in action.by and any(call.name == effect_name for call in action.does):
            return action.name
    return None


@effect(params=OfAction, of="child")
def advance_parent(draft: Draft, action: str) -> None:
    """Let the system take the named action on the parent case, in the same transaction."""
    parent_id = draft.facts.case.parent_id
    assert parent_id is not None, "the checker lets only machines with a parent name this"
    draft.follows.append(Follow(parent_id, action.rpartition(".")[2]))
