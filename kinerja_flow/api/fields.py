"""How values look in answers: instants in UTC, exact numbers as text, labels in a language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import fields

from kinerja_flow.language import language
from kinerja_flow.scoring.figures import decimal
from workflows.definition import LANGUAGES, Label


class Shown(fields.Field[Any]):
    """A value that is only ever shown; `means` is what it is, `like` an example."""

    def __init__(self, means: str, *, like: Any = None, **options: Any) -> None:
        said = {"description": means} | ({} if like is None else {"example": like})
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

    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Day(Shown):
    """A day in the agency's zone, such as 2026-03-02."""

    def _serialize(self, value: date | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else value.isoformat()


class Exact(Shown):
    """A number without loss, as text: a decimal where there is one, else a fraction (1/9)."""

    def _serialize(self, value: Fraction | Decimal | int | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else decimal(Fraction(value))


class Said(Shown):
    """A label in the language of the answer."""

    def _serialize(self, value: Label | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else value(language())


class Both(Shown):
    """A label in both languages: {"id": …, "en": …}."""

    def _serialize(self, value: Label | None, *_: Any, **__: Any) -> dict[str, str] | None:
        return None if value is None else {name: value(name) for name in LANGUAGES}


def several(inner: fields.Field[Any], means: str) -> fields.List[Any]:
    """A list of values; `means` is what they are together."""
    return fields.List(inner, metadata={"description": means})
