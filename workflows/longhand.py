"""The long spelling of a template: shorthands expanded, fixed keys sorted, given names in order."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields


def spelled_out(field: Any, value: Any) -> Any:
    """`value` in the long spelling; a field with shorthands has a method `longhand` for them."""
    if hasattr(field, "longhand"):
        return field.longhand(value)
    if isinstance(field, fields.Nested):
        return record_spelled_out(field.schema, value)
    if isinstance(field, fields.List):
        return [spelled_out(field.inner, item) for item in value]
    if isinstance(field, fields.Dict):
        return {key: spelled_out(field.value_field, item) for key, item in value.items()}
    return _sorted(value)


def record_spelled_out(schema: Schema, data: Any) -> Any:
    """The long spelling of a mapping (or, for a schema of many, of each) that `schema` reads."""
    if isinstance(data, list):
        return [record_spelled_out(schema, item) for item in data]
    known = {field.data_key or name: field for name, field in schema.load_fields.items()}
    return {key: spelled_out(known.get(key), data[key]) for key in sorted(data)}


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, (list, tuple)) else value
