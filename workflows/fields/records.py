"""Schemas of mappings with fixed keys, which say by code what does not belong; how they load."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, cast

from marshmallow import Schema, ValidationError, validates_schema

from workflows.faults import Fault, listing


class Record(Schema):
    """A mapping with the fixed keys of the language; `ordered` lists pairs of low and high."""

    ordered: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        known = listing([field.data_key or name for name, field in self.fields.items()])
        faults = {"unknown": Fault("unknown_key", {"known": known}), "type": Fault("not_mapping")}
        self.error_messages = {**self.error_messages, **cast(dict[str, str], faults)}

    @validates_schema
    def _check_order(self, data: Mapping[str, Any], **_: Any) -> None:
        for low, high in self.ordered:
            least, most = data.get(low), data.get(high)
            if least is not None and most is not None and least > most:
                fault = Fault("min_over_max", {"min": least, "max": most})
                raise ValidationError({self.fields[low].data_key or low: [fault]})


@lru_cache(maxsize=512)
def schema_of(schema: type[Schema]) -> Schema:
    """The one instance of a schema class; making one costs more than loading with it."""
    return schema()


def loaded_by(schema: type[Schema], value: Any) -> dict[str, Any]:
    """What `schema` makes of a mapping that is one value: all of it, or only the errors."""
    try:
        return dict(schema_of(schema).load(value))
    except ValidationError as error:
        raise ValidationError(error.messages) from error
