"""What the fields of the document mean, with an example of each, and of every body one whole.

Fields of answers say it where they are declared; what is sent is read by the services' forms, which
know no words: theirs stand in `meanings.yaml`, once for every form that has the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

#: Examples of what looks alike wherever it is, by format and by type.
LIKE: Mapping[str, Any] = {
    "uuid": "01968a3c-7d00-7000-8000-000000000001",
    "date": "2026-03-02",
    "date-time": "2026-03-02T01:30:00Z",
    "binary": "%PDF-1.7 …",
    "boolean": True,
    "integer": 1,
    "number": 1,
    "object": {},
}
#: A SHA-256.
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
Told = Mapping[str, Any]


@cache
def meanings() -> Mapping[str, Mapping[str, Any]]:
    """By `name`, or `Form.name` or `noun.name`: what it `means`, and what it looks `like`."""
    text = Path(__file__).with_name("meanings.yaml").read_text("utf-8")
    found: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)
    return found


def meant(document: dict[str, Any]) -> dict[str, Any]:
    """The document, in which every field and parameter says what it means and looks like."""
    schemas = document["components"]["schemas"]
    for form, schema in schemas.items():
        for name, field in schema.get("properties", {}).items():
            _say(field, form, name)
    for path in document["paths"].values():
        operations = [one for one in path.values() if isinstance(one, dict)]
        for told in (path, *operations):
            for one in told.get("parameters", ()):
                _say_parameter(one, operations[0]["tags"][0])
        _show(schemas, operations)
    return document


def _show(schemas: Told, operations: Iterable[Told]) -> None:
    """Give each JSON body that is taken or answered with an example, apart from refusals."""
    for operation in operations:
        for content in _bodies(operation):
            if content["schema"].get("format") != "binary":
                content["example"] = _example(schemas, content["schema"])


def _say(field: dict[str, Any], form: str, name: str) -> None:
    found = _found(form, name)
    if "$ref" not in field and "means" in found:
        field.setdefault("description", found["means"])
    if "example" not in field and _fits(found.get("like"), field):
        field["example"] = found["like"]


def _say_parameter(one: dict[str, Any], noun: str) -> None:
    found, schema = _found(noun, one["name"]), one["schema"]
    if "means" in found:
        one.setdefault("description", found["means"])
    like = found["like"] if _fits(found.get("like"), schema) else _example({}, schema)
    one.setdefault("example", like)


def _found(where: str, name: str) -> Told:
    said = meanings()
    return {**said.get(name, {}), **said.get(f"{where}.{name}", {})}


def _fits(like: Any, field: Told) -> bool:
    """Whether the example is of the field's type; not all fields of one name are."""
    of = {str: "string", bool: "boolean", int: "integer", list: "array", dict: "object"}
    is_of_type = of.get(type(like)) in _types(field) and like in field.get("enum", [like])
    is_plain = field.get("format") in (None, "uri") and "$ref" not in field.get("items", ())
    return is_of_type and is_plain


def _types(field: Told) -> Sequence[str]:
    kinds = field.get("type", ())
    return [kinds] if isinstance(kinds, str) else kinds


def _bodies(operation: Told) -> Iterator[dict[str, Any]]:
    """What the operation takes and answers with in JSON, apart from refusals."""
    sent = [operation.get("requestBody", {}), *operation["responses"].values()]
    yield from (one for body in sent for one in body.get("content", {}).values())


def _example(schemas: Told, field: Told, within: frozenset[str] = frozenset()) -> Any:
    """An example of a field or a body; what would hold itself is left empty there."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        fields = {} if name in within else schemas[name].get("properties", {})
        return {key: _example(schemas, one, within | {name}) for key, one in fields.items()}
    for told in ("example", "default"):
        if told in field:
            return field[told]
    if "anyOf" in field:
        return _example(schemas, field["anyOf"][0], within)
    return _plain(schemas, field, within)


def _plain(schemas: Told, field: Told, within: frozenset[str]) -> Any:
    kind = next(iter(_types(field)), "object")
    if "enum" in field:
        return field["enum"][0]
    if kind == "array":
        return _items(schemas, field, within)
    if kind == "string":
        return LIKE.get(field.get("format", ""), field.get("pattern") and DIGEST)
    return LIKE[kind]


def _items(schemas: Told, field: Told, within: frozenset[str]) -> list[Any]:
    is_own = field["items"].get("$ref", "").rpartition("/")[2] in within
    return [] if is_own else [_example(schemas, field["items"], within)]
