"""How values look in answers: instants in UTC, exact numbers as text, labels in a language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from marshmallow import fields

from kinerja_flow.language import language
from kinerja_flow.scoring.figures import decimal
from workflows.definition import LANGUAGES, Label


class Shown(fields.Field[Any]):
    """A value that is only ever shown; `means` is what it is, `like` an example."""

    #: Its type in the document, where marshmallow does not know it.
    TYPE: ClassVar[Mapping[str, str]] = {}

    def __init__(self, means: str, *, like: Any = None, **options: Any) -> None:
        said = {"description": means, **self.TYPE} | ({} if like is None else {"example": like})
        super().__init__(metadata=said, dump_only=True, allow_none=True, **options)


class Id(Shown, fields.UUID):
    """The id of a record."""


class Word(Shown, fields.String):
    """A text, or a stable code."""


class Count(Shown, fields.Integer):
    """A whole number."""


class Truth(Shown, fields.Boolean):
    """True or false."""


class Instant(Shown):
    """A moment in UTC, such as 2026-03-02T01:30:00Z."""

    TYPE: ClassVar = {"type": "string", "format": "date-time"}

    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Day(Shown):
    """A day in the agency's zone, such as 2026-03-02."""

    TYPE: ClassVar = {"type": "string", "format": "date"}

    def _serialize(self, value: date | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else value.isoformat()


class Exact(Shown):
    """A number without loss, as text: a decimal where there is one, else a fraction (1/9)."""

    TYPE: ClassVar = {"type": "string"}

    def _serialize(self, value: Fraction | Decimal | int | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else decimal(Fraction(value))


class Said(Shown):
    """A label in the language of the answer."""

    TYPE: ClassVar = {"type": "string"}

    def _serialize(self, value: Label | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else value(language())


class Both(Shown):
    """A label in both languages: {"id": …, "en": …}."""

    TYPE: ClassVar = {"type": "object"}

    def _serialize(self, value: Label | None, *_: Any, **__: Any) -> dict[str, str] | None:
        return None if value is None else {name: value(name) for name in LANGUAGES}


def several(inner: fields.Field[Any], means: str, **options: Any) -> fields.List[Any]:
    """A list of values; `means` is what they are together."""
    return fields.List(inner, metadata={"description": means}, **options)
