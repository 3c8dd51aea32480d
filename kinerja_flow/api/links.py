"""The links of the document: which values of an answer lead to which other operations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_NAMED = re.compile(r"\{(\w+)\}")
SEEN = "If-Match"
#: Where the records of an answer are found that are no part of its own address.
ELSEWHERE = {"/api/v1/cycles/{cycle_id}/practice": "/api/v1/practice"}
Described = Mapping[str, Any]


@dataclass(frozen=True)
class _Record:
    """A record that an answer tells of: where it stands in the body, and its fields."""

    place: str
    fields: frozenset[str]
    has_etag: bool

    def named(self, parameter: str) -> str | None:
        """What names the record in an address: its id, else its field of the parameter's name."""
        found = [name for name in ("id", parameter) if name in self.fields]
        return f"$response.body#/{self.place}{found[0]}" if found else None

    def seen(self) -> str | None:
        """The version that the answer tells, as a caller sends it back."""
        if self.has_etag:
            return "$response.header.ETag"
        if "version" in self.fields:
            return f'"{{$response.body#/{self.place}version}}"'
        return None


def linked(document: dict[str, Any]) -> dict[str, Any]:
    """The document, in which a list and what adds to it lead to the operations on one record."""
    paths = document["paths"]
    for path, operations in paths.items():
        for method in ("get", "post"):
            for answer in _well(operations.get(method, {})):
                record = _told(answer, document["components"]["schemas"])
                if found := dict(_from(paths, path, record)):
                    answer["links"] = found
    return document


def _well(operation: Described) -> Iterator[dict[str, Any]]:
    """The answers in JSON when all is well."""
    for status, answer in operation.get("responses", {}).items():
        if status in ("200", "201") and "application/json" in answer.get("content", {}):
            yield answer


def _told(answer: Described, schemas: Described) -> _Record:
    """The record of an answer; of a list, its first."""
    fields = _fields(answer["content"]["application/json"]["schema"], schemas)
    has_etag = "ETag" in answer.get("headers", {})
    if "items" not in fields:
        return _Record("", frozenset(fields), has_etag)
    items = _fields(fields["items"]["items"], schemas)
    return _Record("items/0/", frozenset(items), has_etag)


def _fields(schema: Described, schemas: Described) -> Described:
    view = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    found: Described = view.get("properties", {})
    return found


def _from(paths: Described, path: str, record: _Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """The operations that name one more record than the list does, right behind its address."""
    above = ELSEWHERE.get(path, path)
    known = {name: f"$request.path.{name}" for name in _NAMED.findall(above)}
    for longer, operations in paths.items():
        rest = longer.removeprefix(above + "/")
        names = _NAMED.findall(rest)
        if rest == longer or len(names) != 1 or not rest.startswith("{"):
            continue
        if (value := record.named(names[0])) is None:
            continue
        for operation in operations.values():
            if isinstance(operation, Mapping):
                by = {**known, names[0]: value, **_seen(operation, record)}
                name = operation["operationId"]
                yield name, {"operationId": name, "parameters": by}


def _seen(operation: Described, record: _Record) -> dict[str, str]:
    """The version that was seen, where the operation asks for it."""
    asked = any(one.get("name") == SEEN for one in operation.get("parameters", ()))
    value = record.seen() if asked else None
    return {f"header.{SEEN}": value} if value else {}
