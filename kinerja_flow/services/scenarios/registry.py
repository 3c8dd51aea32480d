"""The registries of what a step may do (verbs) and of what it may expect afterwards."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from marshmallow import fields

Apply = TypeVar("Apply", bound=Callable[..., Any])
Compare = Callable[[Any, Any], bool]

#: The keys of a step that may stand beside every verb, and without one.
ALWAYS = frozenset({"on", "expect"})


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that a step does. `given` reads what stands under its key, `beside` names the keys
    that may stand beside it, `needs` those of them that must."""

    name: str
    meaning: str
    given: fields.Field[Any]
    beside: frozenset[str]
    needs: frozenset[str]
    apply: Callable[..., None]


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that a step may expect: `find` says what there is, as a JSON value."""

    name: str
    meaning: str
    given: fields.Field[Any]
    find: Callable[..., Any]
    compare: Compare
    of_case: bool


VERBS: dict[str, Verb] = {}
EXPECTATIONS: dict[str, Expectation] = {}


def verb(
    given: fields.Field[Any], *beside: str, needs: tuple[str, ...] = ()
) -> Callable[[Apply], Apply]:
    """Register a function over a stage and a step as a verb, under its own name."""

    def register(apply: Apply) -> Apply:
        name = apply.__name__.rstrip("_")
        keys = ALWAYS | {"refused", *beside, *needs}
        VERBS[name] = Verb(name, _meaning(apply), given, keys, frozenset(needs), apply)
        return apply

    return register


def _equal(found: Any, expected: Any) -> bool:
    return bool(found == expected)


def expectation(
    given: fields.Field[Any], *, compare: Compare = _equal, of_case: bool = True
) -> Callable[[Apply], Apply]:
    """Register a function over a look at the stage as an expectation, under its own name."""

    def register(find: Apply) -> Apply:
        name = find.__name__
        EXPECTATIONS[name] = Expectation(name, _meaning(find), given, find, compare, of_case)
        return find

    return register


def _meaning(function: Callable[..., Any]) -> str:
    return inspect.cleandoc(function.__doc__ or "")
