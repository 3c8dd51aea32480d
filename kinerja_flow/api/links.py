"""The links of the document: which id of an answer leads to which other operations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_NAMED = re.compile(r"\{(\w+)\}")
Paths = Mapping[str, Any]


def linked(document: dict[str, Any]) -> dict[str, Any]:
    """The document, in which a list and what adds to it lead to the operations on one record."""
    paths: Paths = document["paths"]
    for path, operations in paths.items():
        for method, told in (("get", "items/0/id"), ("post", "id")):
            for status, answer in _answers(operations.get(method, {})):
                if found := dict(_from(paths, path, told)) if status in ("200", "201") else {}:
                    answer["links"] = found
    return document


def _answers(operation: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, answer in operation.get("responses", {}).items():
        if "$ref" not in answer:
            yield status, answer


def _from(paths: Paths, path: str, told: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The operations that name one more record than the list does, right behind its address."""
    for longer, operations in paths.items():
        rest = longer.removeprefix(path + "/")
        names = _NAMED.findall(rest)
        if rest == longer or len(names) != 1 or not rest.startswith("{"):
            continue
        known = {name: f"$request.path.{name}" for name in _NAMED.findall(path)}
        for operation in operations.values():
            if isinstance(operation, Mapping):
                by = {**known, names[0]: f"$response.body#/{told}"}
                name = operation["operationId"]
                yield name, {"operationId": name, "parameters": by}
