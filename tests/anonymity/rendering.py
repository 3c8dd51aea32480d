"""Any output as text, down to the last byte that a reader could tell apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from kinerja_flow.errors import Blocker, Problem
from kinerja_flow.workflow import Offer
from workflows.definition import LANGUAGES, Definition


def rendered(value: object) -> str:
    return json.dumps(_plain(value), ensure_ascii=False)


#: What of a line of the log differs between any two runs: its length in time, its random name.
BY_CHANCE = ("ms", "request")


def undated(event: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the log without what is chance."""
    return {name: value for name, value in event.items() if name not in BY_CHANCE}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Problem):
        return [value.as_json(language) for language in LANGUAGES]
    if isinstance(value, Offer):
        blockers = [b.as_json(language) for b in value.blockers for language in LANGUAGES]
        return [value.action.name, value.capacity, blockers]
    if isinstance(value, Blocker):
        return [value.as_json(language) for language in LANGUAGES]
    if isinstance(value, Definition):
        return value.digest
    return _of_many(value)


def _of_many(value: Any) -> Any:
    if isinstance(value, UUID | date | Fraction):
        return str(value)
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(one)] for key, one in value.items()]
    if isinstance(value, set | frozenset):
        return sorted(rendered(one) for one in value)
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    raise TypeError(f"say in tests/anonymity/rendering.py how {type(value)} is told apart")
