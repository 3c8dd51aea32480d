"""Blockers in the words of the template: its labels in place of the codes of states and people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from workflows import Catalogue
from workflows.definition import LANGUAGES, Action, Definition, Label

TERMS = Catalogue(Path(__file__).parents[1] / "translations" / "terms.yaml")

Called = Callable[[Facts, str], Label | None]


def term(kind: str, name: str) -> Label | None:
    """A term of the field in both languages, if the code is one."""
    code = f"{kind}.{name}"
    if code not in TERMS.texts:
        return None
    return Label(TERMS.say(code, "id"), TERMS.say(code, "en"))


def worded(code: str, **params: Any) -> Label:
    """A sentence of the field in both languages; labels in it are said in the same one."""
    return Label(*(TERMS.say(code, it, **_worded(params, it)) for it in LANGUAGES))


def _worded(params: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {k: v(language) if isinstance(v, Label) else v for k, v in params.items()}


def relation_label(definition: Definition, name: str) -> Label:
    """What the template calls a relation, else what the field calls it."""
    described = definition.relations.get(name)
    label = described.label if described else term("relation", name)
    return label or Label(name, name)


def _state(facts: Facts, name: str) -> Label | None:
    state = facts.machine.states.get(name)
    return state.label if state else None


def _action(facts: Facts, name: str) -> Label | None:
    kind, _, action = name.rpartition(".")
    machine = facts.definition.machines.get(kind or facts.case.kind)
    found: Action | None = machine.actions.get(action) if machine else None
    return found.label if found else None


def _instrument(facts: Facts, name: str) -> Label | None:
    instrument = facts.definition.instruments.get(name)
    return instrument.label if instrument else None


def _machine(facts: Facts, name: str) -> Label | None:
    machine = facts.definition.machines.get(name)
    return machine.label if machine else None


def _input(facts: Facts, name: str) -> Label | None:
    actions = (a for m in facts.definition.machines.values() for a in m.actions.values())
    return next((a.takes[name].label for a in actions if name in a.takes), None)


def _part(facts: Facts, name: str) -> Label | None:
    steps = {step.node: step.label for step in facts.definition.scoring}
    return steps.get(name) or _input(facts, name)


def _window(facts: Facts, name: str) -> Label | None:
    return facts.definition.window_labels.get(name)


def _level(facts: Facts, name: str) -> Label | None:
    levels = (level for scale in facts.definition.scales.values() for level in scale.levels)
    return next((label for key, label in levels if key == name), None)


def _training(facts: Facts, name: str) -> Label | None:
    return next((one.label for one in facts.definition.trainings if one.key == name), None)


def _answer(facts: Facts, name: str) -> Label | None:
    return term("answer", name) or _level(facts, name)


#: What the parameters of blockers hold, by their name.
KINDS: Mapping[str, Called] = {
    "by": lambda facts, name: relation_label(facts.definition, name),
    "relation": lambda facts, name: relation_label(facts.definition, name),
    "book": lambda _facts, name: term("book", name),
    "state": _state,
    "from": _state,
    "action": _action,
    "instrument": _instrument,
    "kind": _machine,
    "field": _input,
    "answer": _answer,
    "needs": _input,
    "part": _part,
    "level": _level,
    "trainings": _training,
    "levels": _level,
    "window": _window,
    "chosen": _level,
    "suggested": _level,
}


def named(facts: Facts, blockers: Iterable[Blocker]) -> list[Blocker]:
    """The same blockers, whose parameters say what people call things."""
    return [
        replace(b, params={key: _called(facts, key, value) for key, value in b.params.items()})
        for b in blockers
    ]


def _called(facts: Facts, key: str, value: Any) -> Any:
    if key not in KINDS or not isinstance(value, str):
        return value
    found = [KINDS[key](facts, name) or Label(name, name) for name in value.split(", ")]
    return Label(*(", ".join(label(language) for label in found) for language in ("id", "en")))
