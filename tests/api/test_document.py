"""The document explains itself: each field says what it means, and is called as its likes are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from kinerja_flow.api import NOUNS
from kinerja_flow.api.meanings import meanings
from kinerja_flow.api.operation import ALWAYS, VERSIONED, WITH_BODY
from kinerja_flow.api.specification import written

Told = dict[str, Any]
DOCUMENT: Told = json.loads(written(NOUNS))
SCHEMAS: Told = DOCUMENT["components"]["schemas"]


def operations() -> Iterator[tuple[str, Told]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, one in methods.items():
            if isinstance(one, dict):
                shared = {"parameters": methods.get("parameters", []) + one["parameters"]}
                yield f"{method.upper()} {path}", {**one, **shared}


def fields(of: str = "") -> Iterator[tuple[str, str, Told]]:
    for schema, told in SCHEMAS.items():
        if schema.endswith(of) and schema != "PaginationMetadata":
            yield from ((schema, name, one) for name, one in told.get("properties", {}).items())


def bodies(operation: Told) -> Iterator[Told]:
    """What it takes and answers with in JSON when all is well."""
    well = [one for status, one in operation["responses"].items() if status < "3"]
    for body in (operation.get("requestBody", {}), *well):
        yield from (one for kind, one in body.get("content", {}).items() if "json" in kind)


def test_each_field_and_parameter_says_what_it_means() -> None:
    silent = [f"{schema}.{name}" for schema, name, one in fields() if not one.get("description")]
    asked = [(name, one) for name, told in operations() for one in told["parameters"]]
    silent += [f"{name}: {one['name']}" for name, one in asked if not one.get("description")]
    assert asked and not silent


def test_each_operation_says_what_it_does_and_how_it_may_refuse() -> None:
    for name, one in operations():
        assert one["summary"].strip(), name
        headers = {found["name"] for found in one["parameters"] if found["in"] == "header"}
        due = (*ALWAYS, *(WITH_BODY if "requestBody" in one else ()))
        due += VERSIONED if "If-Match" in headers else ()
        assert {str(status) for status in due} <= one["responses"].keys(), name


def test_each_body_has_an_example_that_is_one() -> None:
    for name, one in operations():
        for body in bodies(one):
            schema = {**body["schema"], "components": {"schemas": SCHEMAS}}
            found = [wrong.message for wrong in _wrong(schema, body["example"])]
            assert not found, (name, found, body["example"])


def _wrong(schema: Told, example: Any) -> Iterator[Any]:
    return jsonschema_rs.Draft202012Validator(schema).iter_errors(example)


def test_no_example_is_empty_where_there_is_something_to_show() -> None:
    empty = [
        f"{name} {place}"
        for name, one in operations()
        for body in bodies(one)
        for place in _nulls(body["example"])
    ]
    assert not empty


def _nulls(example: Any, place: str = "") -> Iterator[str]:
    if example is None:
        yield place
    inner = example.items() if isinstance(example, dict) else ()
    inner = enumerate(example) if isinstance(example, list) else inner
    for key, value in inner:
        yield from _nulls(value, f"{place}/{key}")


def test_every_meaning_is_of_some_field() -> None:
    named = {name for _, name, _ in fields()} | {f"{schema}.{name}" for schema, name, _ in fields()}
    for _, one in operations():
        names = [found["name"] for found in one["parameters"]]
        named |= {*names, *(f"{one['tags'][0]}.{name}" for name in names)}
    unused = meanings().keys() - named
    assert not unused


ENDINGS = {"date": ("day", "_on"), "date-time": ("at", "_at"), "uuid": ("id", "_id")}


def test_days_instants_and_ids_of_answers_are_known_by_their_names() -> None:
    odd = []
    for schema, name, one in fields("View"):
        inner = one.get("items", one)
        whole, ending = ENDINGS.get(inner.get("format", ""), (name, ""))
        ending += "s" if "items" in one and ending else ""
        if name != whole and not name.endswith(ending):
            odd.append(f"{schema}.{name}")
    assert not odd


#: Reports on many, and bulk runs, whose states no template names.
WITHOUT_LABELS = ("OutcomeView", "LineView", "RunView")


def test_a_label_stands_beside_its_code() -> None:
    for schema, name, _ in fields("View"):
        if name.endswith("_label"):
            assert name.removesuffix("_label") in SCHEMAS[schema]["properties"], (schema, name)
        if name in ("state", "kind_label"):
            expected = {"kind_label": "kind"}.get(name, "state_label")
            told = SCHEMAS[schema]["properties"]
            assert expected in told or schema in WITHOUT_LABELS, schema


def test_lists_are_pages() -> None:
    held = {schema: {*told.get("properties", {})} for schema, told in SCHEMAS.items()}
    # What became of each act is a report, not a list that goes on.
    assert [schema for schema, names in held.items() if names == {"items"}] == ["BatchView"]
