"""Does a clock that waits for a delivery or a receipt have one on every way into its state?"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Action, Machine, Term
from workflows.faults import Path
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft
from workflows.vocabulary import CLOCK, DELIVER, RECEIPT, SYSTEM

#: What begins a term, and what ends what had begun: a result that is delivered anew was not
#: received yet.
_BEGUN_BY = {"delivery": (DELIVER, ""), "receipt": (RECEIPT, DELIVER)}
#: The phases in which a result is still in the making: one that was delivered before is another.
_IN_THE_MAKING = ("planning", "running", "assessing")


def unbegun_ways(draft: Draft) -> Iterator[TemplateProblem]:
    """Whichever way a case came into a state, the clock there has begun, or can begin there."""
    if draft.problems:
        return
    for machine in draft.definition.machines.values():
        for path, state, term in _waiting(draft, machine):
            begins, _ = _BEGUN_BY[term.start]
            acts = [action for action in machine.actions.values() if _does(action, begins)]
            if not acts or any(_begins_here(action, state) for action in acts):
                continue
            if way := _way_without(machine, state, term.start):
                params = {"name": state, "action": way, "effect": begins, "start": term.start}
                yield draft.finding("way_without_beginning", path, **params)


def _waiting(draft: Draft, machine: Machine) -> Iterator[tuple[Path, str, Term]]:
    """Where a due date or a clock waits, and in which state."""
    for state in machine.states.values():
        if state.due and state.due.start in _BEGUN_BY:
            yield draft.state_path(machine, state.name, "due"), state.name, state.due
    for action in machine.actions.values():
        if CLOCK in action.by and action.after and action.after.start in _BEGUN_BY:
            for source in action.sources:
                yield draft.action_path(machine, action.name, "after"), source, action.after


def _begins_here(action: Action, state: str) -> bool:
    """Whether somebody, and not only another act, begins it while the case stays in the state."""
    stays = state in action.sources and state in action.targets(state)
    return stays and set(action.by) != {SYSTEM}


def _way_without(machine: Machine, state: str, start: str) -> str | None:
    """An action that leads into the state although on some way up to it nothing has begun."""
    begun = _begun(machine, start)
    for action in machine.actions.values():
        for source in action.sources:
            enters = state in action.targets(source) and source != state
            if enters and not _after(machine, action, start, begun[source], state):
                return action.name
    return None


def _begun(machine: Machine, start: str) -> dict[str, bool]:
    """Of each state, whether it has begun whichever way a case came there."""
    begun = {name: name != machine.initial for name in machine.states}
    moves = [
        (source, action, target)
        for action in machine.actions.values()
        for source in action.sources
        for target in action.targets(source)
    ]
    before: dict[str, bool] = {}
    while before != begun:
        before = dict(begun)
        for source, action, target in moves:
            begun[target] &= _after(machine, action, start, begun[source], target)
    return begun


def _after(machine: Machine, action: Action, start: str, begun: bool, target: str) -> bool:
    """Whether it has begun after the action that leads to `target`."""
    begins, ends = _BEGUN_BY[start]
    if _does(action, begins):
        return True
    is_over = action.revision or machine.states[target].phase in _IN_THE_MAKING
    return begun and not is_over and not _does(action, ends)


def _does(action: Action, effect: str) -> bool:
    return any(call.name == effect for call in action.does)


CHECKS = (unbegun_ways,)
