"""Do cases that hang on each other come apart again? Roots, parents, children that may block."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Machine
from workflows.faults import listing
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft, calls_of
from workflows.vocabulary import CLOCK

#: The rules with which a parent waits for its children.
WAITS = ("all_children_closed", "children_closed")
_PRESSES = ("name", "from", "to", "by", "final", "due", "on_due", "within")


def roots(draft: Draft) -> Iterator[TemplateProblem]:
    found = [name for name, parent in draft.names.parents.items() if parent is None]
    if len(found) > 1:
        yield draft.finding("several_roots", ("machines", found[1]), names=listing(found))


def parent_circles(draft: Draft) -> Iterator[TemplateProblem]:
    parents, reported = draft.names.parents, set[str]()
    for name in parents:
        line = [name]
        while (parent := parents.get(line[-1])) is not None and parent not in line:
            line.append(parent)
        if parent == name and name not in reported:
            reported.update(line)
            path = ("machines", name, "parent")
            yield draft.finding("parent_circle", path, names=listing(line))


def orphaned_follow_ups(draft: Draft) -> Iterator[TemplateProblem]:
    for index, follow_up in enumerate(draft.definition.follow_up):
        if draft.names.parents.get(follow_up.machine, "") is None:
            path = ("follow_up", index, "machine")
            yield draft.finding("follow_up_without_parent", path, machine=follow_up.machine)


def blocking_children(draft: Draft) -> Iterator[TemplateProblem]:
    awaited = {name for machine in draft.definition.machines.values() for name in _awaits(machine)}
    for machine in draft.machines_read(*_PRESSES):
        if machine.name in awaited:
            for name, state in machine.states.items():
                if not state.final and not _presses_on(machine, name):
                    path = draft.state_path(machine, name)
                    yield draft.finding("child_may_block", path, machine=machine.name, name=name)


def _awaits(machine: Machine) -> Iterator[str]:
    for action in machine.actions.values():
        for call in calls_of(action):
            if call.name in WAITS:
                yield from (value for value in call.params.values() if isinstance(value, str))


def _presses_on(machine: Machine, name: str) -> bool:
    state = machine.states[name]
    escalates = state.deadline and any(notice.kind == "escalate" for notice in state.on_due)
    lapses = (CLOCK in action.by and action.branches for action in machine.actions_from(name))
    return bool(escalates) or any(lapses)


CHECKS = (roots, parent_circles, orphaned_follow_ups, blocking_children)
