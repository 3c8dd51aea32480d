"""Which action of its template a case is to take in a bulk run: by name, or by what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kinerja_flow.facts import Facts
from kinerja_flow.policy import Actor
from kinerja_flow.services.run_cases import takes
from kinerja_flow.services.run_kind import Values
from workflows.definition import Action, Definition, Machine
from workflows.vocabulary import CLOCK, OFFICER

#: The words of the template language for what these runs look for.
DELIVER, EXTEND = "deliver", "extend_window"


@dataclass(frozen=True, slots=True)
class Step:
    """An action that is looked for (`fits`: in a machine), and what is given with it (`inputs`);
    its name, where it is looked for by that."""

    fits: Callable[[Machine, Action], bool]
    inputs: Callable[[Action], Mapping[str, Any]]
    name: str | None = None

    def states(self, definition: Definition) -> list[tuple[str, str]]:
        """The kinds of cases and their states from which such an action starts."""
        return [
            (machine.name, state)
            for machine in definition.machines.values()
            for state in machine.states
            if any(self.fits(machine, action) for action in machine.actions_from(state))
        ]

    def chosen(self, facts: Facts, actor: Actor) -> Action | None:
        """The action that the case takes: the first that the actor may take, else for HR the first
        that time may, else the first."""
        here = facts.machine.actions_from(facts.case.state)
        found = [action for action in here if self.fits(facts.machine, action)]
        mine = [action for action in found if takes(facts, actor, action)]
        by_time = [one for one in found if CLOCK in one.by] if OFFICER in actor.roles else []
        return next(iter([*mine, *by_time, *found]), None)


def advancing(values: Values) -> Step:
    """The action of a name."""
    name = values["action"]
    return Step(lambda _, action: action.name == name, _given(values), name)


def delivering(values: Values) -> Step:
    """Whatever delivers a result."""
    return Step(lambda _, action: any(one.name == DELIVER for one in action.does), _given(values))


def closing(values: Values) -> Step:
    """Whatever leads to an end, and nowhere else."""

    def ends(machine: Machine, action: Action) -> bool:
        return bool(action.branches) and all(
            machine.states[branch.state].final for branch in action.branches
        )

    return Step(ends, _given(values))


def extending(values: Values) -> Step:
    """Whatever moves the last day of a window, with the day and the reason where it takes them."""

    def field(action: Action) -> str | None:
        moved = (one.params for one in action.does if one.name == EXTEND)
        return next((p["field"] for p in moved if p["window"] == values["window"]), None)

    def given(action: Action) -> Mapping[str, Any]:
        day, reason = field(action) or "", action.reason_for(field(action) or "")
        said = {} if reason is None else {reason: values["reason"]}
        return {day: values["until"].isoformat(), **said}

    return Step(lambda _, action: field(action) is not None, given)


def _given(values: Values) -> Callable[[Action], Mapping[str, Any]]:
    return lambda _: values.get("inputs", {})
