"""The names that a template declares, gathered first, so that every mention can be held to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from workflows.vocabulary import SYSTEM, Vocabulary

_CURRENT: ContextVar[Names] = ContextVar("names")
#: The highest number that a scale of numbers may have.
MOST_STEP = 1000


@dataclass(slots=True)
class Names:
    """What may be named where; `used` records the mentions that count as a use.

    `caused` are the actions of each machine that the system takes because of another act.
    """

    vocabulary: Vocabulary
    known: Mapping[str, tuple[str, ...]]
    states: Mapping[str, tuple[str, ...]]
    actions: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, str | None]
    machine: str | None = None
    nodes: list[str] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)
    caused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[str, ...]:
        """The names of `kind` that may be used at this point of the template."""
        if kind == "state":
            return self._states()
        if kind == "action":
            return self._actions()
        if kind == "child_machine":
            return self._children()
        if kind == "parent_action":
            return self._caused_in_parent()
        # A scoring step may name the steps before it; a machine any, wherever it stands.
        earlier = kind == "node" and self.machine is None
        return tuple(self.nodes) if earlier else self.known[kind]

    def _states(self) -> tuple[str, ...]:
        if self.machine is not None:
            return self.states[self.machine]
        return tuple(dict.fromkeys(name for names in self.states.values() for name in names))

    def _actions(self) -> tuple[str, ...]:
        own = self.actions.get(self.machine or "", ())
        full = (f"{kind}.{name}" for kind, names in self.actions.items() for name in names)
        return (*own, *full)

    def _caused_in_parent(self) -> tuple[str, ...]:
        parent = self.parents.get(self.machine or "") or ""
        names = self.caused.get(parent, ())
        return (*names, *(f"{parent}.{name}" for name in names))

    def _children(self) -> tuple[str, ...]:
        return tuple(
            kind
            for kind, parent in self.parents.items()
            if parent and self.machine in (None, parent)
        )

    @contextmanager
    def reading(self, machine: str) -> Iterator[None]:
        """While the machine of this name is read, its states and actions are the near ones."""
        self.machine = machine
        try:
            yield
        finally:
            self.machine = None

    @contextmanager
    def current(self) -> Iterator[None]:
        """While this is current, the fields that name things look here."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)


def names() -> Names:
    """The names of the template that is being read (LookupError outside of one)."""
    return _CURRENT.get()


def declared_in(data: Mapping[str, Any], vocabulary: Vocabulary) -> Names:
    """Every name that `data` declares, however broken the rest of it is."""
    machines, windows = _entries(data.get("machines")), data.get("windows")
    inputs, levels = list(_inputs(machines)), list(_levels(data))
    options = [key for _, spec in inputs for key in _options(spec)]
    return Names(
        vocabulary=vocabulary,
        known={
            "window": (*_entries(windows), *_texts(windows)),
            "machine": tuple(machines),
            "instrument": tuple(_entries(data.get("instruments"))),
            "indicator": _texts(_each(data, "indicators", "key")),
            "criterion": tuple(_criteria(data)),
            "relation": tuple(vocabulary.relations),
            "scale": tuple(_entries(data.get("scales"))),
            "node": _texts(_each(data, "scoring", "node")),
            "setting": tuple(_entries(data.get("settings"))),
            "follow_up": _texts(_each(data, "follow_up", "key")),
            "field": _each_once(name for name, _ in inputs),
            "level": _each_once(levels),
            "option": _each_once([*levels, *options]),
        },
        states={kind: tuple(_entries(machine.get("states"))) for kind, machine in machines.items()},
        actions={
            kind: _texts(_each(machine, "actions", "name")) for kind, machine in machines.items()
        },
        parents={kind: _parent(machine) for kind, machine in machines.items()},
        caused={kind: _texts(_caused(machine)) for kind, machine in machines.items()},
    )


def _parent(machine: Mapping[str, Any]) -> str | None:
    parent = machine.get("parent")
    return parent if isinstance(parent, str) else None


def _caused(machine: Mapping[str, Any]) -> list[Any]:
    by = zip(_each(machine, "actions", "name"), _each(machine, "actions", "by"), strict=True)
    return [name for name, relations in by if SYSTEM in _texts(relations)]


def _entries(value: object) -> dict[str, dict[str, Any]]:
    """The entries of a mapping; one that is itself no mapping counts as an empty one."""
    found = value.items() if isinstance(value, dict) else ()
    return {key: item if isinstance(item, dict) else {} for key, item in found}


def _criteria(data: Mapping[str, Any]) -> Iterator[str]:
    """Every criterion by its instrument, as instrument.criterion."""
    for instrument, said in _entries(data.get("instruments")).items():
        for key in _texts(_each(said, "criteria", "key")):
            yield f"{instrument}.{key}"


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, str))


def _each_once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def _each(holder: Mapping[str, Any], section: str, key: str) -> list[Any]:
    items = holder.get(section)
    found = items if isinstance(items, list) else []
    return [item.get(key) for item in found if isinstance(item, dict)]


def _inputs(machines: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for machine in machines.values():
        for takes in _each(machine, "actions", "takes"):
            yield from _entries(takes).items()


def _options(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of a choice, however it is spelled."""
    choice = spec.get("choice")
    spelled = choice if isinstance(choice, dict) else {"options": choice}
    return (*_texts(spelled.get("options")), *_texts(_each(spelled, "options", "key")))


def _levels(data: Mapping[str, Any]) -> Iterator[str]:
    """The levels of every scale, and those that bands bring along."""
    scales = _entries(data.get("scales")).values()
    known = {level for scale in scales for level in _levels_of(scale)}
    yield from known
    for rule in _each(data, "scoring", "rule"):
        for params in _entries(rule).values():
            yield from _own_levels(params, known)


def _levels_of(scale: Mapping[str, Any]) -> tuple[str, ...]:
    low, high = scale.get("from"), scale.get("to")
    if type(low) is int and type(high) is int and 0 <= low <= high <= MOST_STEP:
        return tuple(map(str, range(low, high + 1)))
    return _texts(_each(scale, "levels", "key"))


def _own_levels(params: Mapping[str, Any], known: set[str]) -> tuple[str, ...]:
    """The levels of bands that have a label of their own, or all where none is of a scale.

    Among levels of a scale one without a label is a slip of the pen, not one more level.
    """
    levels, labels = _each(params, "bands", "level"), _each(params, "bands", "label")
    stand_alone = known.isdisjoint(_texts(levels))
    pairs = zip(levels, labels, strict=True)
    return _texts([level for level, label in pairs if label or stand_alone])
