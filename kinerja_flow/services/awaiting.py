"""Whom a state of a template waits for: those whose act, or whose answers, lead on from it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kinerja_flow.policy import RELATIONS
from workflows.definition import Definition, Label, Notice, State

OFFICER = "hr"


@lru_cache(maxsize=4096)
def awaited(definition: Definition, kind: str, state: str) -> Mapping[str, tuple[Label, ...]]:
    """The relations that the state waits for, and for what of each: actions, or instruments.

    An act that leaves the case where it is holds nobody up, nor does a revision. HR may step in
    almost everywhere: a state waits for HR only if it reminds HR, or if nobody else can lead on.
    """
    at = definition.machines[kind].states[state]
    found: dict[str, tuple[Label, ...]] = {}
    for relation in RELATIONS:
        if RELATIONS[relation].person and (things := _things(definition, kind, at, relation)):
            found[relation] = things
    others = found.keys() - {OFFICER}
    if OFFICER in found and others and not any(OFFICER in n.to for n in _reminders(at)):
        del found[OFFICER]
    return found


def _reminders(state: State) -> list[Notice]:
    return [notice for notice in state.on_due if notice.kind == "remind"]


def _things(definition: Definition, kind: str, at: State, relation: str) -> tuple[Label, ...]:
    acts = definition.machines[kind].actions_from(at.name)
    leading = [
        action.label
        for action in acts
        if relation in action.by and not action.revision and action.targets(at.name) != (at.name,)
    ]
    asked = [definition.instruments[key] for key in at.collects]
    return (*leading, *(one.label for one in asked if relation in one.answered_by))


def states_for(definition: Definition, relation: str) -> tuple[tuple[str, str], ...]:
    """The kinds and states of the template that wait for somebody in a relation."""
    return tuple(
        (machine.name, state)
        for machine in definition.machines.values()
        for state in machine.states
        if relation in awaited(definition, machine.name, state)
    )
