"""What an actor gave with an act: checked, typed, and parted into values and texts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows import take
from workflows.definition import Action, Call
from workflows.vocabulary import TRAININGS, TRAININGS_APPLY


@dataclass(frozen=True, slots=True)
class Given:
    """The typed values of an act's inputs.

    `stated` are those that are neither text nor people, as the words that are stored; `texts` may
    hold anything about anybody, so the history keeps only their SHA-256 (`digests`).
    """

    values: Mapping[str, Any]
    stated: Mapping[str, str]
    texts: Mapping[str, str]
    digests: Mapping[str, str]


def given_to(action: Action, raw: Mapping[str, Any]) -> Given:
    """The inputs of an action; InputError with every problem of every field."""
    values = take(action, raw) if action.takes or raw else {}
    kinds = {name: action.takes[name].kind for name in values}
    texts = {name: value for name, value in values.items() if kinds[name] == "text"}
    hidden = ("text", "person", "people")
    stated = {name: _worded(v) for name, v in values.items() if kinds[name] not in hidden}
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    return Given(values, stated, texts, digests)


def asked_by(action: Action) -> list[Call]:
    """The rules that an action's inputs bring along, whatever its template requires."""
    takes = action.takes.values()
    return [Call(TRAININGS_APPLY, {"field": one.name}) for one in takes if one.kind == TRAININGS]


def _worded(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
