"""How an effect is registered: what it does to a draft, what it reads, what must hold before."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from marshmallow import Schema

from kinerja_flow.rules.registry import RULES, sole_of
from workflows.definition import Call
from workflows.vocabulary import Word

Apply = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Effect:
    """Something an action causes. `requires` are rules that hold before it can be done at all,
    asked with the effect's own parameters; `meets` rules that are true once it is done: a later
    effect of the act need not ask for them.
    """

    word: Word
    apply: Apply
    reads: frozenset[str]
    requires: tuple[str, ...]
    meets: frozenset[str]


EFFECTS: dict[str, Effect] = {}


def effect(
    *reads: str,
    params: type[Schema] | None = None,
    requires: tuple[str, ...] = (),
    meets: tuple[str, ...] = (),
    of: str = "any",
) -> Callable[[Apply], Apply]:
    """Register a function over a draft as an effect, under its own name."""

    def register(apply: Apply) -> Apply:
        name = apply.__name__
        word = Word(name, inspect.cleandoc(apply.__doc__ or ""), params, sole_of(params), of)
        EFFECTS[name] = Effect(word, apply, frozenset(reads), requires, frozenset(meets))
        return apply

    return register


def required_by(does: Call) -> list[Call]:
    """The rules that must hold before the effect can be done, as a template would call them."""
    return [_asked(RULES[name].word.params, name, does) for name in EFFECTS[does.name].requires]


def _asked(params: type[Schema] | None, name: str, does: Call) -> Call:
    declared = params._declared_fields if params else {}
    return Call(name, {key: does.params[key] for key in declared if key in does.params})
