"""Can the raters be found, be enough, and stay anonymous where the template says that they are?"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Action, Call, Machine, Relation
from workflows.faults import Path
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft, calls_of
from workflows.vocabulary import (
    ANSWERED,
    APPOINT,
    CONFIRM,
    JOIN,
    NOMINATE,
    NOTE_PRESENT,
    QUORUM_ANSWERED,
    QUORUM_PRESENT,
    SIGNED_BOOKS,
    STEP_ASIDE,
)


def _relations_read(draft: Draft) -> Iterator[Relation]:
    relations = draft.definition.relations.items()
    yield from (relation for name, relation in relations if not _is_misread(draft, name))


def _is_misread(draft: Draft, relation: str) -> bool:
    return any(problem.path[:2] == ("relations", relation) for problem in draft.problems)


def _acts(draft: Draft) -> Iterator[tuple[Machine, Action]]:
    for machine in draft.machines_read("name", "by", "does", "requires"):
        yield from ((machine, action) for action in machine.actions.values())


def unnamed_raters(draft: Draft) -> Iterator[TemplateProblem]:
    """Whoever is to propose or confirm people has an action with which to do so."""
    acts = list(_acts(draft))
    if len(list(draft.machines_read("name", "by", "does", "requires"))) < len(draft.names.states):
        return
    for relation in _relations_read(draft):
        name, by = relation.name, relation.nominated_by
        if by and not any(_brings_in(draft, action, by, (NOMINATE,), name) for _, action in acts):
            path = ("relations", name, "nominated_by")
            yield draft.finding("never_nominated", path, name=name, by=by)
        by, ways = relation.confirmed_by, (CONFIRM, APPOINT, JOIN)
        if by and not any(_brings_in(draft, action, by, ways, name) for _, action in acts):
            path = ("relations", name, "confirmed_by")
            yield draft.finding("never_confirmed", path, name=name, by=by)


def _brings_in(
    draft: Draft, action: Action, by: str, effects: tuple[str, ...], relation: str
) -> bool:
    """Whether whoever stands in `by` can bring people into the relation; so it is where the
    installation has none of these effects."""
    if not any(name in draft.names.vocabulary.effects for name in effects):
        return True
    does = (call for call in action.does if call.name in effects)
    return by in action.by and any(call.params["relation"] == relation for call in does)


def quorums(draft: Draft) -> Iterator[TemplateProblem]:
    """A quorum can be reached, and by people who may be named."""
    for relation in _relations_read(draft):
        path, name, quorum = ("relations", relation.name, "quorum"), relation.name, relation.quorum
        most = 1 if draft.single(name) else relation.max
        if quorum and most and quorum > most:
            yield draft.finding("quorum_too_large", path, name=name, quorum=quorum, max=most)
        if quorum and relation.anonymous:
            yield draft.finding("quorum_anonymous", path, name=name)


def answers_asked_for(draft: Draft) -> Iterator[TemplateProblem]:
    """Nothing tells who of an anonymous relation is late; a rule on a quorum finds one."""
    for machine, action in _acts(draft):
        for call in calls_of(action):
            yield from _asked(draft, draft.action_path(machine, action.name), call)
    for index, follow_up in enumerate(draft.definition.follow_up):
        for call in follow_up.when:
            yield from _asked(draft, ("follow_up", index, "when"), call)


def _asked(draft: Draft, path: Path, call: Call) -> Iterator[TemplateProblem]:
    name = call.params.get("by" if call.name == ANSWERED else "relation", "")
    use = draft.definition.relations.get(name) if isinstance(name, str) else None
    if call.name in (ANSWERED, QUORUM_ANSWERED) and use and use.anonymous:
        yield draft.finding("tells_who_is_late", path, name=name, rule=call.name)
    counts = call.name in (QUORUM_ANSWERED, QUORUM_PRESENT, NOTE_PRESENT)
    if counts and not (use and use.quorum) and not _is_misread(draft, name):
        yield draft.finding("quorum_missing", path, name=name, rule=call.name)


def signed_books(draft: Draft) -> Iterator[TemplateProblem]:
    """What carries its author's name is not opened to those who take part without theirs."""
    hidden = {use.name for use in draft.definition.relations.values() if use.anonymous}
    for machine in draft.machines_read("opens"):
        for state in machine.states.values():
            for book in SIGNED_BOOKS:
                for name in state.opens.get(book, ()):
                    if name in hidden:
                        path = draft.state_path(machine, state.name, "opens", book)
                        yield draft.finding("anonymous_book", path, name=name, book=book)


def stepping_aside(draft: Draft) -> Iterator[TemplateProblem]:
    """Only whoever stands in a relation can end their own part in it."""
    for machine, action in _acts(draft):
        for call in action.does:
            if call.name == STEP_ASIDE and set(action.by) != {call.params["relation"]}:
                path = draft.action_path(machine, action.name, "by")
                params = {"name": action.name, "relation": call.params["relation"]}
                yield draft.finding("steps_aside_for_another", path, **params)


CHECKS = (unnamed_raters, quorums, answers_asked_for, signed_books, stepping_aside)
