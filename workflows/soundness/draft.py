"""A template under review: what could be read of it, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workflows.definition import Action, Call, Definition, Machine
from workflows.faults import Path
from workflows.names import Names
from workflows.problems import TemplateProblem
from workflows.source import Document

#: Where names of a kind are declared, and the mentions that are no use of them.
_DECLARED = {"window": "windows", "scale": "scales", "instrument": "instruments"} | {
    "relation": "relations"
}
_NO_USE = frozenset({"collects", "roles"})


@dataclass(frozen=True)
class Draft:
    """A definition that may be incomplete, with the problems that kept parts of it out."""

    definition: Definition
    names: Names
    document: Document
    problems: tuple[TemplateProblem, ...]

    def finding(self, code: str, path: Path, **params: Any) -> TemplateProblem:
        return self.document.problem(code, path, params)

    def state_path(self, machine: Machine, state: str, *rest: str) -> Path:
        return ("machines", machine.name, "states", state, *rest)

    def action_path(self, machine: Machine, action: str, *rest: str) -> Path:
        written = self.document.data["machines"][machine.name]["actions"]
        names = [item.get("name") if isinstance(item, dict) else None for item in written]
        return ("machines", machine.name, "actions", names.index(action), *rest)

    def step_path(self, node: str, *rest: str) -> Path:
        written = self.document.data["scoring"]
        nodes = [item.get("node") if isinstance(item, dict) else None for item in written]
        return ("scoring", nodes.index(node), *rest)

    def machines_read(self, *keys: str) -> Iterator[Machine]:
        """The machines of which `keys` (of states and actions) could be read without a problem."""
        for machine in self.definition.machines.values():
            if not any(self._spoils(problem.path, machine, keys) for problem in self.problems):
                yield machine

    def _spoils(self, path: Path, machine: Machine, keys: tuple[str, ...]) -> bool:
        if path[:2] != ("machines", machine.name):
            return path == ("machines",)
        if path[2:3] not in ((), ("initial",), ("states",), ("actions",)):
            return False
        return len(path) < 5 or (path[4] in keys and "when" not in path[5:])

    def is_used(self, kind: str, name: str) -> bool:
        """Whether anything names it; in a draft with problems, any like text counts as a use."""
        if (kind, name) in self.names.used:
            return True
        return bool(self.problems) and name in self._mentions[_DECLARED[kind]]

    @cached_property
    def _mentions(self) -> dict[str, set[str]]:
        data = self.document.data
        return {
            section: {text for key in data if key != section for text in _texts_in(data[key])}
            for section in _DECLARED.values()
        }

    def person(self, relation: str) -> bool:
        return self.names.vocabulary.relations[relation].person

    def only_answers(self, relation: str) -> bool:
        return self.names.vocabulary.relations[relation].rates

    def single(self, relation: str) -> bool:
        return self.names.vocabulary.relations[relation].single


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _NO_USE:
                yield key
                yield from _texts_in(item)


def calls_of(action: Action) -> Iterator[Call]:
    """Every word that an action uses: what it requires, what it does, and its branches' rules."""
    yield from action.requires
    yield from action.does
    yield from (branch.when for branch in action.branches if branch.when)
