"""Bodies made from the document: what an attacker sends who has read it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

JSON = "application/json"
#: What each kind of text looks like that is no free text, by its format.
UUID = "uuid"
FORMS = {"date": "2026-01-20", "uri": "https://contoh.go.id/bukti"}
NOWHERE = "00000000-0000-4000-8000-000000000000"

Ids = Callable[[str], str]


@dataclass(frozen=True)
class Operation:
    """An operation that takes JSON, with the schema of its body."""

    name: str
    method: str
    path: str
    schema: Mapping[str, Any]
    shared: Mapping[str, Any]
    is_versioned: bool

    def body(self, text: str, ids: Ids, only: Collection[str] | None = None) -> dict[str, Any]:
        """What it takes, with the text in each place where any text may stand; of what may be
        left out, `only` what is named."""
        said = self.read(self.schema)
        fields, required = said.get("properties", {}), said.get("required", ())
        wanted = fields if only is None else {*required, *only}
        named = {name: one for name, one in fields.items() if name in wanted}
        return {name: self._made(one, name, text, ids) for name, one in named.items()}

    @property
    def named(self) -> list[str]:
        """The fields that name a record, or records."""
        said = self.read(self.schema).get("properties", {})
        return [
            n
            for n, one in said.items()
            if UUID in (one.get("format"), one.get("items", {}).get("format"))
        ]

    def _made(self, schema: Mapping[str, Any], name: str, text: str, ids: Ids) -> Any:
        schema = self.read(schema)
        kind = kind_of(schema)
        if kind == "object":
            said = schema.get("properties", {})
            return {key: self._made(one, key, text, ids) for key, one in said.items()}
        if kind == "array":
            return [self._made(schema.get("items", {}), name, text, ids)]
        return _plain(schema, kind, name, text, ids)

    def read(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """A schema that is named elsewhere."""
        at = schema.get("$ref", "").rsplit("/", 1)[-1]
        return self.shared[at] if at else schema


def kind_of(schema: Mapping[str, Any]) -> str:
    """The type that a value usually has."""
    kind = schema.get("type", "string")
    return str(kind[0] if isinstance(kind, list) else kind)


def _plain(schema: Mapping[str, Any], kind: str, name: str, text: str, ids: Ids) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    if kind != "string":
        return {"number": "1", "integer": int(schema.get("minimum", 1)), "boolean": True}[kind]
    if schema.get("format") == UUID:
        return ids(name)
    if "pattern" in schema:
        return {"started": "08:00", "ended": "09:00"}.get(name, "0" * 64)
    return FORMS.get(schema.get("format", ""), text)


def operations(app: Flask) -> Iterator[Operation]:
    """Every operation that takes JSON."""
    said = app.test_client().get("/api/v1/openapi.json").json
    shared = said["components"]["schemas"]
    for path, found in said["paths"].items():
        for method, one in found.items():
            content = (
                one.get("requestBody", {}).get("content", {}) if method != "parameters" else {}
            )
            if JSON in content:
                names = {given.get("name") for given in one.get("parameters", ())}
                yield Operation(
                    one["operationId"], method.upper(), path.removeprefix("/api/v1"),
                    content[JSON]["schema"], shared, "If-Match" in names,
                )  # fmt: skip
