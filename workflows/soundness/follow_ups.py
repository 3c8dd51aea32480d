"""Can what a result opens be opened, by conditions that can hold, and be carried out?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.definition import Action, Call, FollowUp, Machine, Step
from workflows.faults import Path, listing
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft, calls_of
from workflows.soundness.scoring import kinds_of, texts
from workflows.vocabulary import FURTHER, STEP_BOOKS, STEP_RULES

#: The parameters in which a scoring step says which levels it may come to.
_NAMES_LEVELS = ("bands", "cells", "level", "else_level")


def conditions(draft: Draft) -> Iterator[TemplateProblem]:
    """A rule that looks at a node of the score names one of its kind, and levels that it has."""
    kinds, levels = kinds_of(draft), _levels_of(draft)
    rules = draft.names.vocabulary.rules
    for path, call in rules_used(draft):
        word = rules[call.name]
        named = [
            (needed, node)
            for param, needed in word.needs.items()
            for node in texts(call.params[param])
        ]
        for needed, node in named:
            if kinds.get(node) not in (needed, "", None):
                yield draft.finding(f"{needed}_needed", path, name=node)
                continue
            known = levels.get(node, ())
            for name in (name for param in word.levels for name in call.params[param]):
                if known and name not in known:
                    yield draft.finding("unknown_level", path, name=name, known=listing(known))


def rules_used(draft: Draft) -> Iterator[tuple[Path, Call]]:
    """Every rule that an action or a follow-up names, with its place."""
    for machine in draft.machines_read("name", "requires", "to", "does"):
        for action in machine.actions.values():
            path = draft.action_path(machine, action.name)
            rules = (c for c in calls_of(action) if c.name in draft.names.vocabulary.rules)
            yield from ((path, call) for call in rules)
    for index, follow_up in _entries(draft):
        yield from ((("follow_up", index, "when"), call) for call in follow_up.when)


def _entries(draft: Draft) -> Iterator[tuple[int, FollowUp]]:
    """The entries that could be read, each with its place in the file."""
    written = draft.document.data.get("follow_up")
    items = written if isinstance(written, list) else []
    keys = [item.get("key") if isinstance(item, dict) else None for item in items]
    yield from ((keys.index(entry.key), entry) for entry in draft.definition.follow_up)


def _levels_of(draft: Draft) -> dict[str, tuple[str, ...]]:
    """The levels that each step may come to; of those about which nothing can be told, none."""
    found: dict[str, tuple[str, ...]] = {}
    for step in draft.definition.scoring:
        found[step.node] = _levels(draft, step, found)
    return found


def _levels(draft: Draft, step: Step, before: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    params = step.call.params
    scale = draft.definition.scales.get(params.get("scale") or "")
    if scale is not None:
        return scale.keys
    named = [name for key in _NAMES_LEVELS for name in _leaves(params.get(key))]
    of = params.get("of")
    inherited = before.get(of, ()) if isinstance(of, str) else ()
    return tuple(dict.fromkeys((*inherited, *named)))


def _leaves(value: object) -> Iterator[str]:
    """The levels in a parameter: one, those of bands, or those in the cells of a matrix."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (item["level"] for item in value if isinstance(item, dict) and "level" in item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)


def openings(draft: Draft) -> Iterator[TemplateProblem]:
    """Every entry is opened: on a condition, or by its key beside a case of the same parent."""
    acts = list(_acts(draft))
    opened: set[str] = set()
    for machine, action in acts:
        for call in action.does:
            if call.name == FURTHER:
                opened.add(call.params["key"])
                yield from _apart(draft, machine, action, call.params["key"])
    if len(list(draft.machines_read("name", "does"))) < len(draft.names.states):
        return
    for index, entry in _entries(draft):
        if not entry.when and entry.key not in opened and not _spoiled(draft, index):
            yield draft.finding("follow_up_never_opened", ("follow_up", index), key=entry.key)


def _apart(draft: Draft, machine: Machine, action: Action, key: str) -> Iterator[TemplateProblem]:
    entry = next((one for one in draft.definition.follow_up if one.key == key), None)
    if entry is not None and draft.names.parents.get(entry.machine) != machine.parent:
        path = draft.action_path(machine, action.name, "does")
        params = {"key": key, "machine": entry.machine, "parent": machine.parent or "-"}
        yield draft.finding("follow_up_of_other_parent", path, **params)


def _spoiled(draft: Draft, index: int) -> bool:
    return any(problem.path[:2] == ("follow_up", index) for problem in draft.problems)


def _acts(draft: Draft) -> Iterator[tuple[Machine, Action]]:
    for machine in draft.machines_read("name", "does"):
        yield from ((machine, action) for action in machine.actions.values())


def unwritable_steps(draft: Draft) -> Iterator[TemplateProblem]:
    """Where an action asks for steps, or for their outcomes, some state opens the book for them."""
    for machine in draft.machines_read("name", "requires", "opens"):
        opened = {book for state in machine.states.values() for book in state.opens}
        for action in machine.actions.values():
            for call in action.requires:
                books = STEP_BOOKS[:1] if call.name == STEP_RULES[0] else STEP_BOOKS
                if call.name in STEP_RULES and not opened & set(books):
                    path = draft.action_path(machine, action.name, "requires")
                    params = {"name": action.name, "rule": call.name, "book": books[0]}
                    yield draft.finding("steps_unwritable", path, **params)


CHECKS = (conditions, openings, unwritable_steps)
