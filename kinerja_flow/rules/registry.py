"""How a rule is registered: its name, parameters, the facts it reads, and how to satisfy it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from workflows.definition import Action, Call
from workflows.vocabulary import Word


@dataclass(frozen=True, slots=True)
class Ask:
    """What a rule is asked about: an action on a case, with what its actor gave."""

    facts: Facts
    action: Action
    inputs: Mapping[str, Any] = field(default_factory=dict)


Test = Callable[..., Iterator[Blocker]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement or condition. It holds when its test yields no blocker.

    `reads` are the groups of facts it needs; `asks_inputs` is True when it looks at what the actor
    gave, so that it can't be told before. `satisfied_by` says in words what makes it true.
    """

    word: Word
    test: Test
    reads: frozenset[str]
    asks_inputs: bool
    satisfied_by: str

    def blockers(self, ask: Ask, params: Mapping[str, Any]) -> list[Blocker]:
        return list(self.test(ask, **params))


RULES: dict[str, Rule] = {}


def sole_of(params: type[Schema] | None) -> str | None:
    """The parameter that a bare value fills: the only one, or the only one that is required."""
    declared = dict(params._declared_fields) if params else {}
    required = [name for name, field in declared.items() if field.required]
    named = list(declared) if len(declared) == 1 else required
    return named[0] if len(named) == 1 else None


def rule(
    *reads: str,
    params: type[Schema] | None = None,
    satisfied_by: str,
    asks_inputs: bool = False,
    needs: Mapping[str, str] | None = None,
    levels: tuple[str, ...] = (),
) -> Callable[[Test], Test]:
    """Register a test under its own name, which is also the code of its blockers.

    `needs` and `levels` say what the parameters name (`workflows.vocabulary.Word`).
    """

    def register(test: Test) -> Test:
        name = test.__name__
        meaning = inspect.cleandoc(test.__doc__ or "")
        word = Word(name, meaning, params, sole_of(params), needs=needs or {}, levels=levels)
        RULES[name] = Rule(word, test, frozenset(reads), asks_inputs, satisfied_by)
        return test

    return register


def unmet(ask: Ask, calls: tuple[Call, ...]) -> list[Blocker]:
    """Every blocker of every rule that the calls name."""
    return [found for call in calls for found in RULES[call.name].blockers(ask, call.params)]


def holds(ask: Ask, call: Call) -> bool:
    return not RULES[call.name].blockers(ask, call.params)
