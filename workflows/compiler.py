"""Makes from a machine of a template the shared state machine and the table of its moves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol

import transitions

from workflows.definition import Action, Branch, Call, Definition, Machine

logging.getLogger("transitions").setLevel(logging.WARNING)

#: Answers whether a branch's condition holds for the case at hand.
Holds = Callable[[Call], bool]


class Row(Protocol):
    """Whatever is moved: all that the machine reads and writes is its state."""

    state: str


class MoveError(LookupError):
    """An action that does not exist, or not from the state that the row is in."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A branch's condition: asks the `holds` that the move was fired with."""

    call: Call

    def __call__(self, event: transitions.EventData) -> bool:
        return bool(event.kwargs["holds"](self.call))


class SharedMachine(transitions.Machine):
    """A machine without models, whose only callbacks are the conditions made here."""

    @staticmethod
    def resolve_callable(func: Any, event_data: transitions.EventData) -> Callable[..., Any]:
        """Refuses what the library would look up or import by name."""
        if not isinstance(func, Condition):
            raise TypeError(f"not a condition of this engine: {func!r}")
        return func


@dataclass(frozen=True, slots=True)
class Compiled:
    """One machine, ready to fire: `table` maps (state, action) to the targets in order."""

    machine: SharedMachine
    table: Mapping[tuple[str, str], tuple[str, ...]]


@lru_cache(maxsize=512)
def compile_machine(definition: Definition, kind: str) -> Compiled:
    """The compiled machine of `kind`; one for all definitions of the same digest."""
    source = definition.machines[kind]
    machine = SharedMachine(
        model=None,
        states=list(source.states),
        initial=source.initial,
        transitions=list(_transitions(source)),
        auto_transitions=False,
        send_event=True,
        name=kind,
    )
    table = {
        (state, action.name): action.targets(state)
        for action in source.actions.values()
        for state in action.sources
    }
    return Compiled(machine, MappingProxyType(table))


def _transitions(machine: Machine) -> Iterator[dict[str, Any]]:
    for action in machine.actions.values():
        for state in action.sources:
            for branch in _branches(action, state):
                conditions = [Condition(branch.when)] if branch.when else []
                yield {
                    "trigger": action.name,
                    "source": state,
                    "dest": branch.state,
                    "conditions": conditions,
                }


def _branches(action: Action, state: str) -> tuple[Branch, ...]:
    return action.branches or (Branch(state),)


def fire(compiled: Compiled, row: Row, action: str, holds: Holds) -> str:
    """Moves the row by the first branch of the action that holds; returns its new state."""
    if (row.state, action) not in compiled.table:
        raise MoveError(f"no action {action!r} from {row.state!r}")
    compiled.machine.events[action].trigger(row, holds=holds)
    return row.state
