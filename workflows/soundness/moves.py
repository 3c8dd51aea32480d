"""Can every case come to its end? Reachability, dead ends, finals, clocks that run in circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.definition import Action, Machine
from workflows.faults import listing
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft
from workflows.vocabulary import CLOCK, EMPLOYEE, SYSTEM

Edges = Mapping[str, set[str]]
#: States times actions times branches; more take seconds to make a machine of.
MOST_MOVES = 5000
_SHAPE = ("name", "from", "to", "final")


def edges_of(machine: Machine, *, by: str | None = None) -> Edges:
    """From each state, the states that an action (of relation `by`, if given) may lead to."""
    edges: dict[str, set[str]] = {name: set() for name in machine.states}
    for action in machine.actions.values():
        if by is None or by in action.by:
            for source in action.sources:
                edges.setdefault(source, set()).update(branch.state for branch in action.branches)
    return edges


def closure(start: set[str], edges: Edges) -> set[str]:
    """The states in `start` and all that can be reached from them."""
    found, waiting = set(start), list(start)
    while waiting:
        new = edges.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found


def finals_of(machine: Machine) -> set[str]:
    return {name for name, state in machine.states.items() if state.final}


def unreachable_states(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read(*_SHAPE):
        reached = closure({machine.initial}, edges_of(machine))
        for name in machine.states:
            if name not in reached:
                path = draft.state_path(machine, name)
                yield draft.finding("unreachable_state", path, name=name, initial=machine.initial)


def states_without_end(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read(*_SHAPE):
        edges, finals = edges_of(machine), finals_of(machine)
        if not finals:
            where = ("machines", machine.name, "states")
            yield draft.finding("no_final_state", where, machine=machine.name)
            continue
        back: dict[str, set[str]] = {name: set() for name in machine.states}
        for source, targets in edges.items():
            for target in targets:
                back.setdefault(target, set()).add(source)
        ending = closure(finals, back)
        for name in machine.states:
            if name not in ending and machine.actions_from(name):
                path = draft.state_path(machine, name)
                yield draft.finding("no_way_to_end", path, name=name, finals=listing(finals))


def states_without_actor(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read("name", "from", "final"):
        for name, state in machine.states.items():
            if not state.final and not machine.actions_from(name):
                path = draft.state_path(machine, name)
                yield draft.finding("nobody_may_act", path, name=name)


def acts_after_the_end(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read(*_SHAPE, "revision"):
        finals = finals_of(machine)
        for action in machine.actions.values():
            path = draft.action_path(machine, action.name, "from")
            if action.revision and not finals.issuperset(action.sources):
                yield draft.finding("revision_not_from_final", path, name=action.name)
            elif not action.revision and finals.intersection(action.sources):
                state = next(source for source in action.sources if source in finals)
                yield draft.finding("final_with_way_out", path, name=action.name, state=state)


def revisions(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read("name", "by", "takes", "revision"):
        for action in machine.actions.values():
            path = draft.action_path(machine, action.name)
            if action.revision and not _takes_reason(action):
                yield draft.finding("revision_without_reason", path, name=action.name)
            if action.revision and {EMPLOYEE, CLOCK, SYSTEM}.issuperset(action.by):
                yield draft.finding("revision_by_nobody_else", path, name=action.name)


def _takes_reason(action: Action) -> bool:
    return any(spec.kind == "text" and not spec.optional for spec in action.takes.values())


def work_after_the_end(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read("final"):
        for name, state in machine.states.items():
            work = state.opens or state.collects or state.deadline or state.on_due
            if state.final and work:
                path = draft.state_path(machine, name)
                yield draft.finding("final_with_work", path, name=name)


def clock_loops(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read(*_SHAPE, "by"):
        edges, seen = edges_of(machine, by=CLOCK), set[str]()
        for name in machine.states:
            after = closure(edges[name], edges)
            if name in after and name not in seen:
                loop = {state for state in after if name in closure(edges[state], edges)}
                seen |= loop
                path = draft.state_path(machine, name)
                yield draft.finding("clock_loop", path, states=listing(loop))


def too_many_moves(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read(*_SHAPE):
        actions = machine.actions.values()
        count = sum(len(action.sources) * max(1, len(action.branches)) for action in actions)
        if count > MOST_MOVES:
            path = ("machines", machine.name)
            yield draft.finding("too_many_moves", path, count=count, most=MOST_MOVES)


def effects_twice(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read("name", "does"):
        for action in machine.actions.values():
            twice = [call for i, call in enumerate(action.does) if call in action.does[:i]]
            for call in twice:
                path = draft.action_path(machine, action.name, "does")
                yield draft.finding("effect_twice", path, name=action.name, effect=call.name)


CHECKS = (
    effects_twice,
    too_many_moves,
    unreachable_states,
    states_without_end,
    states_without_actor,
    acts_after_the_end,
    revisions,
    work_after_the_end,
    clock_loops,
)
