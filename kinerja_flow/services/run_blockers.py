"""Blockers as rows of a run keep them, and read again: codes with what their sentences say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kinerja_flow.errors import INPUTS, MESSAGES, Blocker
from workflows.definition import Label

#: How what JSON has no type for is marked.
_LABEL, _DAY = "label", "day"


def kept(blockers: Iterable[Blocker]) -> list[dict[str, Any]]:
    """Blockers as JSON; `told` makes the same sentences of it as the blockers would say."""
    return [
        {
            "rule": one.rule,
            "field": one.field,
            "lifted_by": list(one.lifted_by),
            "params": {name: _kept(value) for name, value in one.params.items()},
            "is_input": one.catalogue is INPUTS,
        }
        for one in blockers
    ]


def _kept(value: Any) -> Any:
    if isinstance(value, Label):
        return {_LABEL: [value("id"), value("en")]}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    return value if isinstance(value, (int, str, type(None))) else str(value)


def told(said: Iterable[Mapping[str, Any]] | None) -> tuple[Blocker, ...]:
    """The blockers that were kept."""
    return tuple(
        Blocker(
            one["rule"],
            one["field"],
            tuple(one["lifted_by"]),
            {name: _told(value) for name, value in one["params"].items()},
            INPUTS if one["is_input"] else MESSAGES,
        )
        for one in said or ()
    )


def _told(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return Label(*value[_LABEL]) if _LABEL in value else date.fromisoformat(value[_DAY])
