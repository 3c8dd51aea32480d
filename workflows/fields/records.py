"""The schema of a mapping with fixed keys, which says by code what does not belong in it."""

from __future__ import annotations

from collections.abc import Mapping
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
