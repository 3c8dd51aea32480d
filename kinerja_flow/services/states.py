"""Where a case stands, in codes and in words: one shape for every list that tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflows.definition import Label, Machine, State


@dataclass(frozen=True, slots=True, kw_only=True)
class InState:
    """A state: `phase` is what it means in any template, `state` its name in this one."""

    phase: str
    state: str
    state_label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInState(InState):
    """The state of a case, and what kind of case it is."""

    kind: str
    kind_label: Label


def state_told(state: State) -> dict[str, Any]:
    """A state by the fields of `InState`."""
    return {"phase": state.phase, "state": state.name, "state_label": state.label}


def case_told(machine: Machine, state: State) -> dict[str, Any]:
    """A state of cases of a kind by the fields of `CaseInState`."""
    return {**state_told(state), "kind": machine.name, "kind_label": machine.label}
