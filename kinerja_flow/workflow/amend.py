"""A change to what a move decides on (the plan, who takes part) that is no move itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kinerja_flow.facts import Facts
from kinerja_flow.policy import Actor
from kinerja_flow.workflow.draft import Draft, Move, Write
from kinerja_flow.workflow.moves import move_of
from workflows.definition import Action, Label


@dataclass(frozen=True, slots=True)
class Amendment:
    """What was changed: a code for the history, its ids, values and hashes, and the rows.

    `sets` are columns of the case itself, as an effect may set them.
    """

    code: str
    capacity: str
    change: Mapping[str, Any]
    writes: Sequence[Write]
    sets: Mapping[str, Any] = field(default_factory=dict)


def amend(facts: Facts, actor: Actor, amendment: Amendment) -> Move:
    """The amendment as a move that stays in its state: a version and an event of its own."""
    state = facts.case.state
    label = Label(amendment.code, amendment.code)
    action = Action(amendment.code, label, (state,), (), (amendment.capacity,))
    draft = Draft(facts, action, actor, amendment.capacity, {}, to_state=state)
    draft.people = dict(facts.people)
    draft.change = dict(amendment.change)
    draft.sets = dict(amendment.sets)
    draft.writes = list(amendment.writes)
    return move_of(draft)
