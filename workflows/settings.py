"""Puts the agency's choices, or a template's defaults, in place of `{setting: key}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from workflows.faults import Path, listing, shown
from workflows.hygiene import forbidden, is_short, normal
from workflows.problems import TemplateError, TemplateProblem
from workflows.source import MOST_BYTES, MOST_LEVELS, Document

_TERM = re.compile(r"P[0-9]+[DW]")
_KINDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("flag", (bool,)),
    ("number", (int, Decimal)),
    ("text", (str,)),
    ("list", (list, tuple)),
    ("mapping", (Mapping,)),
    ("nothing", (type(None),)),
)


def resolve(document: Document, settings: Mapping[str, Any]) -> Document:
    """The document with every setting filled in; what cannot be filled in is a problem of it."""
    filling = _Filling(document, settings)
    data = {
        key: value if key == "settings" else filling.filled(value, (key,))
        for key, value in document.data.items()
    }
    return replace(
        document, data=data, problems=(*document.problems, *filling.problems), resolved=True
    )


class _Filling:
    def __init__(self, document: Document, chosen: Mapping[str, Any]) -> None:
        self.document = document
        self.problems: list[TemplateProblem] = []
        self.room = MOST_BYTES
        declared = document.data.get("settings")
        self.values = {
            key: setting["default"]
            for key, setting in (declared.items() if isinstance(declared, dict) else ())
            if isinstance(setting, dict) and "default" in setting
        }
        for key, value in chosen.items():
            self._choose(key, value)

    def _choose(self, key: str, value: Any) -> None:
        if key not in self.values:
            self._report("unknown_choice", ("settings",), name=shown(key), known=self._known)
        elif not _is_modest(value):
            self._report("choice_too_big", ("settings", key), name=shown(key))
        elif _kind(value) is None or _kind(value) != _kind(self.values[key]):
            default = shown(self.values[key])
            self._report("other_kind", ("settings", key), name=shown(key), default=default)
        elif character := _bad_character(value):
            self._report("bad_character", ("settings", key), character=character)
        else:
            self.values[key] = _plain(value)

    def filled(self, value: Any, path: Path) -> Any:
        if isinstance(value, list):
            return [self.filled(item, (*path, index)) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if value.keys() != {"setting"}:
            return {key: self.filled(item, (*path, key)) for key, item in value.items()}
        key = value["setting"]
        if isinstance(key, str) and key in self.values:
            self._make_room(self.values[key], path)
            return self.values[key]
        self._report("unknown_setting", path, name=shown(key), known=self._known)
        return value

    def _make_room(self, value: Any, path: Path) -> None:
        """Keeps a long value that is used often from growing into a template that is too big."""
        self.room -= sum(_length(item) for level in _levels(value) for item in level)
        if self.room < 0:
            most = MOST_BYTES // 1024
            raise TemplateError([self.document.problem("grows_too_big", path, {"most": most})])

    @property
    def _known(self) -> str:
        return listing(list(self.values))

    def _report(self, code: str, path: Path, **params: Any) -> None:
        self.problems.append(self.document.problem(code, path, params))


def _kind(value: Any) -> str | None:
    """What a value is, so that a choice can be held against the default; terms count as one."""
    is_text_term = isinstance(value, str) and _TERM.fullmatch(value)
    is_term = isinstance(value, Mapping) and value.keys() & {"days", "working_days", "window"}
    if is_text_term or is_term:
        return "term"
    kind = next((kind for kind, types in _KINDS if isinstance(value, types)), None)
    return kind if all(_kind(item) for item in _items(value)) else None


def _is_modest(value: Any) -> bool:
    """Whether a choice is no deeper and no longer than a template could have it."""
    room = MOST_BYTES
    for depth, level in enumerate(_levels(value)):
        room -= sum(map(_length, level))
        if depth > MOST_LEVELS or room < 0:
            return False
    return True


def _levels(value: Any) -> Iterator[list[Any]]:
    """The value, then what it is made of, then what that is made of, and so on."""
    level = [value]
    while level:
        yield level
        level = [item for holder in level for item in _items(holder)]


def _length(value: Any) -> int:
    """About how much room a value takes where it is written, without what it is made of."""
    if isinstance(value, (int, Decimal)):
        return 1 if is_short(value) else MOST_BYTES + 1
    return len(value) + 1 if isinstance(value, str) else 1


def _bad_character(value: Any) -> str | None:
    if isinstance(value, str):
        return forbidden(value)
    return next((found for item in _items(value) if (found := _bad_character(item))), None)


def _items(value: Any) -> list[Any]:
    """What a list or a mapping is made of, keys included."""
    if isinstance(value, Mapping):
        return [*value, *value.values()]
    return list(value) if isinstance(value, (list, tuple)) else []


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return normal(value)
    if isinstance(value, Mapping):
        return {normal(str(key)): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
