"""Do clocks and deadlines say what happens, and to whom, and do their terms ever begin?"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Action, Machine, State, Term
from workflows.faults import Path
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft, calls_of
from workflows.vocabulary import CLOCK, DELIVER, RECEIPT

#: The effects that begin a term which waits for one.
_BEGUN_BY = {"delivery": DELIVER, "receipt": RECEIPT}


def clock_actions(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read("name", "by", "after", "takes"):
        for action in machine.actions.values():
            path, by_clock = draft.action_path(machine, action.name), CLOCK in action.by
            if by_clock and len(action.by) > 1:
                yield draft.finding("clock_with_others", path, name=action.name)
            if by_clock and action.after is None:
                yield draft.finding("clock_without_after", path, name=action.name)
            if action.after and not by_clock:
                yield draft.finding("after_without_clock", path, name=action.name)
            if by_clock and any(not spec.optional for spec in action.takes.values()):
                yield draft.finding("clock_takes_input", path, name=action.name)


def deadlines(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read("name", "from", "by", "due", "on_due", "within", "final"):
        for state in machine.states.values():
            if not state.final:
                yield from _deadline(draft, machine, state)


def _deadline(draft: Draft, machine: Machine, state: State) -> Iterator[TemplateProblem]:
    actors = {relation for action in machine.actions_from(state.name) for relation in action.by}
    if state.due and not state.on_due and CLOCK not in actors:
        path = draft.state_path(machine, state.name, "due")
        yield draft.finding("due_without_consequence", path, name=state.name)
    path = draft.state_path(machine, state.name, "on_due")
    if state.on_due and not state.deadline:
        yield draft.finding("notice_without_due", path, name=state.name)
    unheard = {notice.kind for notice in state.on_due if not notice.to}
    if "remind" in unheard and not any(draft.person(relation) for relation in actors):
        yield draft.finding("nobody_to_remind", path, name=state.name)
    if "escalate" in unheard:
        yield draft.finding("nobody_to_escalate_to", path, name=state.name)


def windows_that_end(draft: Draft) -> Iterator[TemplateProblem]:
    """At the end of a window somebody hears of it, or the clock acts."""
    for machine in draft.machines_read("name", "from", "by", "due", "on_due", "within", "after"):
        for state in machine.states.values():
            acts = machine.actions_from(state.name)
            heard = state.final or state.due or state.on_due or not acts
            if state.within and not heard and not any(_ends(act, state) for act in acts):
                path = draft.state_path(machine, state.name, "within")
                yield draft.finding("window_without_consequence", path, name=state.name)


def _ends(action: Action, state: State) -> bool:
    """Whether the clock takes the action once the state's window has ended."""
    return action.after.window == state.within if action.after else CLOCK in action.by


def beginnings(draft: Draft) -> Iterator[TemplateProblem]:
    """A term that runs from a delivery or a receipt begins: on the very case that it belongs to."""
    for machine in draft.machines_read("name", "does", "due", "after", "requires", "to"):
        for path, start in _awaiting(draft, machine):
            if not _has_effect(machine, _BEGUN_BY[start]):
                yield _never_begins(draft, machine, path, start)


def _never_begins(draft: Draft, machine: Machine, path: Path, start: str) -> TemplateProblem:
    parent = draft.definition.machines.get(machine.parent or "")
    if parent and _has_effect(parent, _BEGUN_BY[start]):
        of = {"machine": machine.name, "parent": parent.name, "start": start}
        return draft.finding("begins_on_parent", path, **of)
    if start == "delivery":
        return draft.finding("delivery_never_made", path, machine=machine.name)
    return draft.finding("receipt_never_recorded", path, machine=machine.name)


def _has_effect(machine: Machine, effect: str) -> bool:
    return any(call.name == effect for action in machine.actions.values() for call in action.does)


def _awaiting(draft: Draft, machine: Machine) -> Iterator[tuple[Path, str]]:
    """Where a term stands that waits for an act to begin it, and for which."""
    for state in machine.states.values():
        if state.due and state.due.start in _BEGUN_BY:
            yield draft.state_path(machine, state.name, "due"), state.due.start
    for action in machine.actions.values():
        values = [action.after, *(v for call in calls_of(action) for v in call.params.values())]
        found = {value.start for value in values if isinstance(value, Term)}
        for start in sorted(found & _BEGUN_BY.keys()):
            yield draft.action_path(machine, action.name), start


CHECKS = (clock_actions, deadlines, windows_that_end, beginnings)
