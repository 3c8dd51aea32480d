"""The plain fields of the template language, each for one value."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import fields

from workflows.definition import Label
from workflows.faults import listing, refuse, shown
from workflows.hygiene import MOST_DIGITS, is_short, is_unseen

KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
MOST_CHARACTERS = 4000
#: Words that a name would be confused with in a template, and what the machine library keeps.
RESERVED = frozenset({"state", "else", "when", "true", "false", "null"})


class Text(fields.Field[str]):
    """A text that says something, of at most `most` characters."""

    def __init__(self, most: int = MOST_CHARACTERS, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if not isinstance(value, str):
            raise refuse("not_text")
        if is_unseen(value):
            raise refuse("empty_value")
        if len(value) > self.most:
            raise refuse("text_too_long", max=self.most)
        return value


class Key(fields.Field[str]):
    """A name that the author gives: small ASCII letters, digits, underscores."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if not isinstance(value, str) or not KEY.fullmatch(value):
            raise refuse("bad_key", name=shown(value))
        if value in RESERVED:
            raise refuse("reserved_name", name=value)
        return value


class Flag(fields.Field[bool]):
    """true or false, and nothing that only looks like it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> bool:
        if not isinstance(value, bool):
            raise refuse("not_flag")
        return value


class Chosen(fields.Field[str]):
    """One of a few fixed words."""

    def __init__(self, *words: str, **options: Any) -> None:
        super().__init__(**options)
        self.words = words

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if value not in self.words:
            raise refuse("not_one_of", known=listing(self.words))
        return str(value)


class Whole(fields.Field[int]):
    """A whole number between `least` and `most`."""

    def __init__(self, least: int = 0, most: int = 10_000, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse("not_whole")
        if not self.least <= value <= self.most:
            raise refuse("out_of_range", min=self.least, max=self.most)
        return value


class Amount(fields.Field[Decimal]):
    """A number as it was written, kept as a decimal."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Decimal:
        return _written(value)


class Exact(fields.Field[Fraction]):
    """A number as a fraction, for arithmetic without rounding; `least` and `most` include."""

    def __init__(self, least: int | None = None, most: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Fraction:
        number = Fraction(_written(value))
        if self.least is not None and number < self.least:
            raise refuse("too_low", min=self.least)
        if self.most is not None and number > self.most:
            raise refuse("too_high", max=self.most)
        return number


def _written(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise refuse("not_number")
    if isinstance(value, Decimal) and not value.is_finite():
        raise refuse("not_number")
    if not is_short(value):
        raise refuse("number_too_long", most=MOST_DIGITS)
    return Decimal(value)


class LabelField(fields.Field[Label]):
    """A text for people: {id: …, en: …}, or one text that serves both languages."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.text = Text()

    def longhand(self, value: Any) -> Any:
        if isinstance(value, str):
            return {"en": value, "id": value}
        if isinstance(value, dict) and value.keys() == {"id"}:
            return {"en": value["id"], "id": value["id"]}
        return {key: value[key] for key in sorted(value)} if isinstance(value, dict) else value

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Label:
        spelled = self.longhand(value)
        if isinstance(value, dict) and (strange := value.keys() - {"id", "en"}):
            raise refuse("label_with_more", names=listing([shown(name) for name in strange]))
        if not isinstance(spelled, dict) or spelled.keys() != {"id", "en"}:
            raise refuse("bad_label")
        texts = {key: str(self.text.deserialize(text)) for key, text in spelled.items()}
        return Label(**texts)
