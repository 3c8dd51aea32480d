"""The marshmallow fields of the template language; each refuses by code, not by sentence."""

from workflows.fields.holders import Entries, Listed
from workflows.fields.records import Record, loaded_by, schema_of
from workflows.fields.scalars import Amount, Chosen, Exact, Flag, Key, LabelField, Text, Whole

__all__ = [
    "Amount",
    "Chosen",
    "Entries",
    "Exact",
    "Flag",
    "Key",
    "LabelField",
    "Listed",
    "Record",
    "Text",
    "Whole",
    "loaded_by",
    "schema_of",
]
