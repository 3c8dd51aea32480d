"""Are there people for every part? Four eyes, respondents, relations nobody uses."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Action, Machine
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft

#: The keys of a relation that say how many people stand in it, and who chooses them.
_OF_PEOPLE = frozenset({"nominated_by", "confirmed_by", "min", "max"})


def four_eyes(draft: Draft) -> Iterator[TemplateProblem]:
    for machine in draft.machines_read("name", "by", "distinct_from"):
        for action in machine.actions.values():
            for name in action.distinct_from:
                other = _named(draft, machine, name)
                path = draft.action_path(machine, action.name, "distinct_from")
                if other is action:
                    yield draft.finding("four_eyes_itself", path, name=action.name)
                elif other and _same_person(draft, action, other):
                    params = {"name": action.name, "other": name, "relation": action.by[0]}
                    yield draft.finding("four_eyes_impossible", path, **params)


def _named(draft: Draft, machine: Machine, name: str) -> Action | None:
    """The action that `name` means: of the same machine, or machine.action."""
    kind, _, own = name.rpartition(".")
    home = draft.definition.machines.get(kind) if kind else machine
    return home.actions.get(own) if home else None


def _same_person(draft: Draft, action: Action, other: Action) -> bool:
    if set(action.by) != set(other.by) or len(set(action.by)) != 1:
        return False
    return draft.single(action.by[0]) and draft.person(action.by[0])


def respondents_only(draft: Draft) -> Iterator[TemplateProblem]:
    """Nobody is known to stand among those who only answer, and they can't be made to be known."""
    described = draft.document.data.get("relations")
    for name, given in described.items() if isinstance(described, dict) else ():
        if not isinstance(given, dict) or name not in draft.definition.relations:
            continue
        if not draft.only_answers(name):
            continue
        for key in _OF_PEOPLE & given.keys():
            yield draft.finding("nobody_stands_there", ("relations", name, key), name=name, key=key)
        if given.get("anonymous") is False:
            yield draft.finding("always_anonymous", ("relations", name, "anonymous"), name=name)


def unused_relations(draft: Draft) -> Iterator[TemplateProblem]:
    for name in draft.definition.relations:
        if not draft.is_used("relation", name):
            yield draft.finding("unused_relation", ("relations", name), name=name)


def respondents(draft: Draft) -> Iterator[TemplateProblem]:
    """Whoever answers is either one person by office, or a group that the template describes."""
    declared = draft.names.vocabulary.relations
    described = draft.document.data.get("relations") or {}
    if not isinstance(described, dict):
        return
    for key, instrument in draft.definition.instruments.items():
        answering = instrument.answered_by
        unset = [n for n in answering if declared[n].rates and n not in described]
        if answering and not any(declared[n].single or n in described for n in answering):
            unset = unset or [answering[0]]
        for relation in unset:
            path = ("instruments", key, "answered_by")
            yield draft.finding("nobody_to_answer", path, name=key, relation=relation)


CHECKS = (four_eyes, respondents_only, unused_relations, respondents)
