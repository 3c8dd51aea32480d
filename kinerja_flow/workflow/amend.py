"""A change to what a move decides on (the plan, who takes part) that is no move itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kinerja_flow.facts import Facts
from kinerja_flow.policy import Actor, standing
from kinerja_flow.workflow.draft import Draft, Move, Write
from kinerja_flow.workflow.moves import move_of
from workflows.definition import Action, Label


@dataclass(frozen=True, slots=True)
class Amendment:
    """What was changed: a code for the history, its ids, values and hashes, and the rows.

    `people` are the relations in which others stand afterwards, `notify` those that hear of it,
    `heard` whoever hears of it beside them, and `sets` columns of the case itself.
    """

    code: str
    capacity: str
    change: Mapping[str, Any]
    writes: Sequence[Write] = ()
    people: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    notify: tuple[str, ...] = ()
    heard: frozenset[UUID] = frozenset()
    sets: Mapping[str, Any] = field(default_factory=dict)


def amend(facts: Facts, actor: Actor, amendment: Amendment) -> Move:
    """The amendment as a move that stays in its state: a version and an event of its own."""
    state = facts.case.state
    label = Label(amendment.code, amendment.code)
    by, notify = (amendment.capacity,), amendment.notify
    action = Action(amendment.code, label, (state,), (), by, notify=notify)
    draft = Draft(facts, action, actor, amendment.capacity, {}, to_state=state)
    draft.grant = standing(facts, actor).get(amendment.capacity)
    draft.people = {**facts.people, **amendment.people}
    draft.heard = amendment.heard
    draft.change = dict(amendment.change)
    draft.sets = dict(amendment.sets)
    draft.writes = list(amendment.writes)
    return move_of(draft)
