"""Do clocks and deadlines say what happens, and to whom? Terms, notices, clock actions, receipt."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Machine, State, Term
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft, calls_of
from workflows.vocabulary import CLOCK, RECEIPT


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


def receipts(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read("name", "does", "due", "after", "requires", "to"):
        if not _records_receipt(draft, machine):
            for path in _receipt_terms(draft, machine):
                yield draft.finding("receipt_never_recorded", path, machine=machine.name)


def _records_receipt(draft: Draft, machine: Machine | None) -> bool:
    seen: set[str] = set()
    while machine and machine.name not in seen:
        effects = {call.name for action in machine.actions.values() for call in action.does}
        if RECEIPT in effects:
            return True
        seen.add(machine.name)
        machine = draft.definition.machines.get(machine.parent or "")
    return False


def _receipt_terms(draft: Draft, machine: Machine) -> Iterator[tuple[str | int, ...]]:
    for state in machine.states.values():
        if state.due and state.due.start == "receipt":
            yield draft.state_path(machine, state.name, "due")
    for action in machine.actions.values():
        values = [action.after, *(v for call in calls_of(action) for v in call.params.values())]
        if any(isinstance(value, Term) and value.start == "receipt" for value in values):
            yield draft.action_path(machine, action.name)


CHECKS = (clock_actions, deadlines, receipts)
