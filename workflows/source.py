"""Reads a template's YAML into plain data and remembers where each value stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

import yaml

from workflows.faults import Path, shown
from workflows.hygiene import FORBIDDEN, MOST_DIGITS, forbidden, normal
from workflows.problems import TemplateError, TemplateProblem

MOST_BYTES = 256 * 1024
MOST_LEVELS = 20

#: libyaml's parser, which all wheels of PyYAML hold: the one in Python is slower by far, and
#: stumbles over `text?` between braces.
_LOADER = yaml.CSafeLoader
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    spelling: word == "true"
    for word in ("true", "false")
    for spelling in (word, word.title(), word.upper())
}
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data with the (line, column) of every path in it, and what was wrong so far."""

    data: Mapping[str, Any]
    marks: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    problems: tuple[TemplateProblem, ...] = ()
    resolved: bool = False

    def problem(self, code: str, path: Path, params: Mapping[str, Any]) -> TemplateProblem:
        """A problem at `path`, placed where the path, or what encloses it, stands in the file."""
        known = path
        while known and known not in self.marks:
            known = known[:-1]
        line, column = self.marks.get(known, (0, 0))
        return TemplateProblem(code, path, line, column, params)


def parse(source: str | bytes) -> Document:
    """The data of a template file: text, numbers, true/false, null, lists, mappings; no more."""
    text = _text(source)
    reader = _Reader(text)
    try:
        data = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        _refuse("yaml_syntax", (), at, detail=error.problem or error.context or "")
    except yaml.YAMLError as error:
        _refuse("yaml_syntax", (), (0, 0), detail=shown(error))
    return Document(data, reader.marks)


def _refuse(code: str, path: Path, at: tuple[int, int], **params: Any) -> NoReturn:
    raise TemplateError([TemplateProblem(code, path, *at, params)])


def _text(source: str | bytes) -> str:
    if len(source) > MOST_BYTES:
        _refuse("too_big", (), (0, 0), most=MOST_BYTES // 1024)
    try:
        raw = source.encode() if isinstance(source, str) else source
        text = raw.decode("utf-8-sig")
    except UnicodeError:
        _refuse("not_utf8", (), (0, 0))
    if len(raw) > MOST_BYTES:
        _refuse("too_big", (), (0, 0), most=MOST_BYTES // 1024)
    if match := FORBIDDEN.search(text):
        before = text[: match.start()]
        at = (before.count("\n") + 1, match.start() - (before.rfind("\n") + 1) + 1)
        _refuse("bad_character", (), at, character=forbidden(text))
    return text


class _Reader:
    """Builds data from YAML events one by one, so that nothing hostile is ever built."""

    def __init__(self, text: str) -> None:
        self.events = yaml.parse(text, Loader=_LOADER)
        self.marks: dict[Path, tuple[int, int]] = {}

    def document(self) -> Mapping[str, Any]:
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            _refuse("not_mapping_top", (), (1, 1))
        event = next(self.events)
        self.marks[()] = _at(event)
        data = self._node(event, ())
        if not isinstance(data, dict):
            _refuse("not_mapping_top", (), _at(event))
        next(self.events)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            _refuse("several_documents", (), _at(after))
        return data

    def _node(self, event: Any, path: Path) -> Any:
        if isinstance(event, yaml.AliasEvent):
            _refuse("alias", path, _at(event))
        if event.anchor is not None:
            _refuse("anchor", path, _at(event), name=shown(event.anchor))
        if event.tag is not None:
            _refuse("tag", path, _at(event), tag=shown(event.tag))
        if len(path) > MOST_LEVELS:
            _refuse("too_deep", path[:6], _at(event), most=MOST_LEVELS)
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event, path)
        is_list = isinstance(event, yaml.SequenceStartEvent)
        return self._list(path) if is_list else self._mapping(path)

    def _list(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            inner = (*path, len(items))
            self.marks[inner] = _at(event)
            items.append(self._node(event, inner))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event, path)
            inner = (*path, key)
            if key in entries:
                first = self.marks[inner][0]
                _refuse("duplicate_key", inner, _at(event), name=shown(key), first=first)
            self.marks[inner] = _at(event)
            entries[key] = self._node(next(self.events), inner)
        return entries

    def _key(self, event: Any, path: Path) -> str:
        if not isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            _refuse("key_not_text", path, _at(event), name="[…]")
        key = self._node(event, path)
        if not isinstance(key, str):
            _refuse("key_not_text", path, _at(event), name=shown(key))
        if key == "<<":
            _refuse("merge_key", path, _at(event))
        return key


def _at(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _scalar(event: Any, path: Path) -> Any:
    text: str = event.value
    if character := forbidden(text):
        _refuse("bad_character", path, _at(event), character=character)
    plain = event.implicit[0]
    if plain and text in _WORDS:
        return _WORDS[text]
    if not (plain and _NUMBER.fullmatch(text)):
        return normal(text)
    if sum(character.isdigit() for character in text) > MOST_DIGITS:
        _refuse("number_too_long", path, _at(event), most=MOST_DIGITS)
    return Decimal(text) if "." in text else int(text)
