"""Is all that is declared put to use, and all that is used there? Instruments, inputs, results."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Action, Call
from workflows.faults import listing
from workflows.fields import schema_of
from workflows.problems import TemplateProblem
from workflows.refs import Ref
from workflows.soundness.draft import Draft, calls_of
from workflows.vocabulary import COMPUTE, CONTRADICTION, DELIVER, SETTLED, Word

#: A mention of an input: the word that uses it, the input's name, the kinds that the word can use.
Mention = tuple[str, str, tuple[str, ...]]


def uncollected_instruments(draft: Draft) -> Iterator[TemplateProblem]:
    collected = {
        name
        for machine in draft.definition.machines.values()
        for state in machine.states.values()
        for name in state.collects
    }
    spoiled = len(list(draft.machines_read("collects"))) < len(draft.names.states)
    for key in draft.definition.instruments:
        if key not in collected and not spoiled and not _is_survey(draft, key):
            yield draft.finding("instrument_not_collected", ("instruments", key), name=key)


def unused_things(draft: Draft) -> Iterator[TemplateProblem]:
    for section, kind in (("scales", "scale"), ("instruments", "instrument")):
        for name in getattr(draft.definition, section):
            stands_alone = kind == "instrument" and _is_survey(draft, name)
            if not draft.is_used(kind, name) and not stands_alone:
                yield draft.finding(f"unused_{kind}", (section, name), name=name)
    declared = draft.document.data.get("windows")
    for index, name in enumerate(draft.definition.windows):
        if not draft.is_used("window", name):
            place = name if isinstance(declared, dict) else index
            yield draft.finding("unused_window", ("windows", place), name=name)


def _is_survey(draft: Draft, key: str) -> bool:
    """Whether nobody but those who only answer does: no state asks them, and what they say may
    be read by itself."""
    return all(map(draft.only_answers, draft.definition.instruments[key].answered_by))


def inputs_not_taken(draft: Draft) -> Iterator[TemplateProblem]:
    """What an action requires and does can use its own inputs only: no other is there."""
    for machine in draft.machines_read("name", "takes", "requires", "does"):
        for action in machine.actions.values():
            for word, name, _ in _mentions_in_act(draft, action):
                if name not in action.takes:
                    path = draft.action_path(machine, action.name)
                    yield draft.finding("input_not_taken", path, name=name, word=word)


def inputs_of_other_kind(draft: Draft) -> Iterator[TemplateProblem]:
    """An input is of a kind that its own action, the scoring and the follow-ups can use."""
    everywhere = list(_mentions_everywhere(draft))
    for machine in draft.machines_read("name", "takes", "requires", "does"):
        for action in machine.actions.values():
            for word, name, kinds in (*_mentions_in_act(draft, action), *everywhere):
                spec = action.takes.get(name)
                if spec and kinds and spec.kind not in kinds:
                    path = draft.action_path(machine, action.name, "takes", name)
                    params = {"word": word, "kind": spec.kind, "known": listing(kinds)}
                    yield draft.finding("input_of_other_kind", path, name=name, **params)


def _mentions_in_act(draft: Draft, action: Action) -> Iterator[Mention]:
    vocabulary = draft.names.vocabulary
    for call in calls_of(action):
        word = vocabulary.rules.get(call.name) or vocabulary.effects[call.name]
        yield from mentions(word, call)


def _mentions_everywhere(draft: Draft) -> Iterator[Mention]:
    """Those of the score and the follow-ups, which look at whichever action took the input."""
    vocabulary = draft.names.vocabulary
    for step in draft.definition.scoring:
        yield from mentions(vocabulary.scoring[step.call.name], step.call)
    for follow_up in draft.definition.follow_up:
        for call in follow_up.when:
            yield from mentions(vocabulary.rules[call.name], call)


def mentions(word: Word, call: Call) -> Iterator[Mention]:
    """The inputs that a word names with its parameters."""
    for name, field in schema_of(word.params).fields.items() if word.params else ():
        given = call.params.get(field.attribute or name)
        if isinstance(field, Ref) and field.kind == "field" and isinstance(given, str):
            yield word.name, given, field.takes


def undelivered_results(draft: Draft) -> Iterator[TemplateProblem]:
    """What an appraisal comes to must reach the employee: some action delivers it."""
    machines = list(draft.machines_read("name", "does"))
    acts = [(m, a, {call.name for call in a.does}) for m in machines for a in m.actions.values()]
    if len(machines) < len(draft.names.states) or any(DELIVER in does for _, _, does in acts):
        return
    for machine, action, does in acts:
        if machine.parent is None and COMPUTE in does:
            path = draft.action_path(machine, action.name, "does")
            yield draft.finding("result_never_delivered", path, name=action.name)


def contradictions_unanswerable(draft: Draft) -> Iterator[TemplateProblem]:
    """Where an action waits for answers to contradictions, its states open the book for them: a
    value that comes late may ask for an answer in each of them."""
    for machine in draft.machines_read("name", "from", "requires", "opens"):
        for action in machine.actions.values():
            if SETTLED not in {call.name for call in action.requires}:
                continue
            for state in action.sources:
                known = machine.states.get(state)
                if known is not None and CONTRADICTION not in known.opens:
                    path = draft.action_path(machine, action.name, "requires")
                    params = {"name": action.name, "state": state}
                    yield draft.finding("contradictions_unanswerable", path, **params)


CHECKS = (
    uncollected_instruments,
    unused_things,
    inputs_not_taken,
    inputs_of_other_kind,
    undelivered_results,
    contradictions_unanswerable,
)
