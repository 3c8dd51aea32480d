"""Is all that is declared put to use, and all that is used there? Instruments, scales, inputs."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Call
from workflows.problems import TemplateProblem
from workflows.refs import Ref, schema_of
from workflows.soundness.draft import Draft, calls_of


def uncollected_instruments(draft: Draft) -> Iterator[TemplateProblem]:
    collected = {
        name
        for machine in draft.definition.machines.values()
        for state in machine.states.values()
        for name in state.collects
    }
    spoiled = len(list(draft.machines_read("collects"))) < len(draft.names.states)
    for key in draft.definition.instruments:
        if key not in collected and not spoiled:
            yield draft.finding("instrument_not_collected", ("instruments", key), name=key)


def unused_things(draft: Draft) -> Iterator[TemplateProblem]:
    for section, kind in (("scales", "scale"), ("instruments", "instrument")):
        for name in getattr(draft.definition, section):
            if not draft.is_used(kind, name):
                yield draft.finding(f"unused_{kind}", (section, name), name=name)
    for index, name in enumerate(draft.definition.windows):
        if not draft.is_used("window", name):
            yield draft.finding("unused_window", ("windows", index), name=name)


def inputs_not_taken(draft: Draft) -> Iterator[TemplateProblem]:
    """What an action requires and does can use its own inputs only: no other is there."""
    for machine in draft.machines_read("name", "takes", "requires", "does"):
        for action in machine.actions.values():
            for word, name in ((c.name, n) for c in calls_of(action) for n in _inputs(draft, c)):
                if name not in action.takes:
                    path = draft.action_path(machine, action.name)
                    yield draft.finding("input_not_taken", path, name=name, word=word)


def _inputs(draft: Draft, call: Call) -> Iterator[str]:
    vocabulary = draft.names.vocabulary
    word = vocabulary.rules.get(call.name) or vocabulary.effects[call.name]
    for name, field in schema_of(word.params).fields.items() if word.params else ():
        given = call.params.get(field.attribute or name)
        if isinstance(field, Ref) and field.kind == "field" and isinstance(given, str):
            yield given


CHECKS = (uncollected_instruments, unused_things, inputs_not_taken)
