"""Is an objection decided by whom the law says? Examiners, reasons, offers, evidence of both."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Action, Call, Input, Machine
from workflows.faults import listing
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft
from workflows.soundness.successors import objection_machines
from workflows.vocabulary import (
    ADOPT,
    COMPUTE,
    DECIDE,
    EMPLOYEE,
    EXAMINER,
    EXHIBITS,
    FORMER,
    PARTIES,
    REFER,
)

#: Whoever rates: none of them decides on an objection to the rating (PP 30/2019 article 59).
RATERS = frozenset({"assessor", FORMER, "panel", "chair"})
ASSESSOR = "assessor"


def exhibits(draft: Draft) -> Iterator[TemplateProblem]:
    """Evidence of both sides stands in an objection alone, and is given by its parties."""
    objections = objection_machines(draft)
    for machine in draft.machines_read("opens", "does"):
        for state in machine.states.values():
            writers = state.opens.get(EXHIBITS, ())
            path = draft.state_path(machine, state.name, "opens", EXHIBITS)
            if writers and machine.name not in objections and not draft.problems:
                yield draft.finding("exhibits_elsewhere", path, name=state.name)
            for name in writers:
                if name not in PARTIES:
                    params = {"name": name, "known": listing(PARTIES)}
                    yield draft.finding("exhibits_of_stranger", path, **params)


def decisions(draft: Draft) -> Iterator[TemplateProblem]:
    objections = objection_machines(draft)
    for machine in draft.machines_read("name", "by", "takes", "does"):
        for action in machine.actions.values():
            does = {call.name for call in action.does}
            path = draft.action_path(machine, action.name)
            if machine.name in objections:
                yield from _decided(draft, path, action, does)
            for name in sorted(does & {DECIDE, REFER, ADOPT}):
                if machine.name not in objections and not draft.problems:
                    yield draft.finding("no_objection_here", path, name=action.name, effect=name)


def _decided(
    draft: Draft, path: tuple[str | int, ...], action: Action, does: set[str]
) -> Iterator[TemplateProblem]:
    if COMPUTE in does and RATERS & set(action.by):
        yield draft.finding("rater_decides", path, name=action.name)
    if DECIDE not in does:
        return
    if set(action.by) != {EXAMINER}:
        yield draft.finding("decided_by_others", path, name=action.name)
    if not any(spec.kind == "text" and not spec.optional for spec in action.takes.values()):
        yield draft.finding("decided_without_reasons", path, name=action.name)
    names = [call.name for call in action.does]
    if COMPUTE in names and names.index(COMPUTE) > names.index(DECIDE):
        yield draft.finding("decided_before_computed", path, name=action.name)


def offers(draft: Draft) -> Iterator[TemplateProblem]:
    """An offer is the assessor's, of inputs that the scoring can use; the employee takes it."""
    for machine in draft.machines_read("name", "by", "takes", "does"):
        for action in machine.actions.values():
            for call in action.does:
                if call.name == ADOPT:
                    path = draft.action_path(machine, action.name)
                    yield from _offered(draft, machine, action, call, path)


def _offered(
    draft: Draft, machine: Machine, action: Action, call: Call, path: tuple[str | int, ...]
) -> Iterator[TemplateProblem]:
    kind, _, name = str(call.params["action"]).rpartition(".")
    offer = machine.actions.get(name) if kind in ("", machine.name) else None
    if set(action.by) != {EMPLOYEE} or offer is None or set(offer.by) != {ASSESSOR}:
        yield draft.finding("offer_of_others", path, name=action.name, offer=name)
        return
    for source, target in call.params["counts_as"].items():
        given = offer.takes.get(source)
        if given is None or not any(_alike(given, one) for one in _taken(draft, target)):
            params = {"name": action.name, "source": source, "target": target}
            yield draft.finding("offer_of_other_kind", path, **params)


def _taken(draft: Draft, name: str) -> Iterator[Input]:
    for machine in draft.definition.machines.values():
        for action in machine.actions.values():
            if name in action.takes:
                yield action.takes[name]


def _alike(one: Input, other: Input) -> bool:
    return (one.kind, one.options) == (other.kind, other.options)


CHECKS = (exhibits, decisions, offers)
