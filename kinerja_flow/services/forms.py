"""What a verb takes beside the record and the actor: typed fields, each checked, all together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import time
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from marshmallow import Schema, ValidationError, pre_load

from kinerja_flow.errors import INPUTS, MESSAGES, Blocker
from workflows.definition import Input, Label
from workflows.faults import Fault, Path, faults_in, listing, refuse, shown
from workflows.fields import Listed
from workflows.kinds import (
    BooleanInput,
    ChoiceInput,
    DateInput,
    Given,
    IntegerInput,
    NumberInput,
    TextInput,
)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z]{1,40}/[a-zA-Z0-9.+-]{1,100}")
_HOST = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]{1,5})?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
#: Letters that nobody sees: separators, and the characters that only steer how others are shown.
_UNSEEN = ("Z", "Cf")

#: No form has more fields, and no answer to one names more that are wrong.
MOST_FIELDS = 1000


class Form(Schema):
    """A mapping that somebody sends. An empty value is one that was left out; zero is a value."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        known = listing([field.data_key or name for name, field in self.fields.items()])
        faults = {
            "unknown": Fault("unknown_input", {"known": known}),
            "type": Fault("inputs_not_mapping"),
        }
        self.error_messages = {**self.error_messages, **cast(dict[str, str], faults)}

    @pre_load
    def _without_blanks(self, given: Any, **_: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {shown(key): value for key, value in given.items() if not is_blank(value)}

    def read(self, given: object) -> tuple[dict[str, Any], list[Blocker]]:
        """The typed values that are good, and a blocker for every field that is not; one for all
        of what has more fields than anybody asks for."""
        if isinstance(given, Mapping) and len(given) > MOST_FIELDS:
            return {}, [Blocker("too_many", None, (), {"max": MOST_FIELDS}, INPUTS)]
        try:
            return dict(self.load(cast(Mapping[str, Any], given))), []
        except ValidationError as error:
            wrong = [blocked(path, fault) for path, fault in faults_in(error.messages)]
            values = error.valid_data
            return (dict(values) if isinstance(values, Mapping) else {}), wrong


def is_blank(value: object) -> bool:
    """Nothing, or a text in which nobody sees anything."""
    if not isinstance(value, str):
        return value is None
    return all(unicodedata.category(letter).startswith(_UNSEEN) for letter in value.strip())


def blocked(path: Path, fault: Fault) -> Blocker:
    """The fault of a field as a blocker, in the words of whichever catalogue knows its code."""
    code = "required" if fault.code == "missing" else fault.code
    field = ".".join(str(part) for part in path) or None
    catalogue = INPUTS if code in INPUTS.texts else MESSAGES
    return Blocker(code, field, (), fault.params, catalogue)


class IdInput(TextInput):
    """The id of a record."""

    def taken(self, value: Any) -> Any:
        if isinstance(value, UUID):
            return value
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise refuse("not_an_id", value=shown(value))
        return UUID(value)


class TimeInput(TextInput):
    """A time of day, hours and minutes."""

    def taken(self, value: Any) -> Any:
        if not isinstance(value, str) or not _TIME.fullmatch(value.strip()):
            raise refuse("not_a_time", value=shown(value))
        return time.fromisoformat(value.strip())


class LinkInput(TextInput):
    """An address that a browser opens, whose host is what it looks like."""

    def taken(self, value: Any) -> str:
        link = super().taken(value)
        try:
            parts = urlsplit(link)
        except ValueError:
            raise refuse("not_a_link", value=shown(value)) from None
        is_web = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc)
        if not is_web or re.search(r"\s", link):
            raise refuse("not_a_link", value=shown(value))
        return link


class Sha256Input(TextInput):
    """The SHA-256 of a file, in small hexadecimal digits."""

    def taken(self, value: Any) -> str:
        if not isinstance(value, str) or not _SHA256.fullmatch(value):
            raise refuse("not_a_sha256", value=shown(value))
        return value


class MediaTypeInput(TextInput):
    """The media type of a file, such as application/pdf."""

    def taken(self, value: Any) -> str:
        if not isinstance(value, str) or not _MEDIA_TYPE.fullmatch(value):
            raise refuse("not_a_media_type", value=shown(value))
        return value


class NamedInput(Given):
    """Values by their names, which whoever takes them checks."""

    def taken(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise refuse("inputs_not_mapping")
        return dict(value)


class Rows(Listed):
    """A list of forms within a form."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> list[Any]:
        if not isinstance(value, list):
            raise refuse("input_not_list")
        return super()._deserialize(value, attr, data, **options)


def spec(name: str, *, optional: bool = False, **options: Any) -> Input:
    """The description of a field; its kind says only how a page would ask for it."""
    return Input(name, "text", Label(name, name), optional, options)


def text(name: str, most: int = 2000, *, optional: bool = False) -> TextInput:
    return TextInput(spec(name, optional=optional, max=most))


def number(name: str, **options: Any) -> NumberInput:
    return NumberInput(spec(name, optional=True, **options))


def whole(name: str, **options: Any) -> IntegerInput:
    return IntegerInput(spec(name, optional=True, **options))


def count(name: str, least: int, most: int) -> IntegerInput:
    """A whole number within limits, which has to be given."""
    limits: dict[str, Any] = {"from": least, "to": most}
    return IntegerInput(spec(name, **limits))


def day(name: str, *, optional: bool = False) -> DateInput:
    return DateInput(spec(name, optional=optional))


def identity(name: str, *, optional: bool = False) -> IdInput:
    return IdInput(spec(name, optional=optional))


def choice(
    name: str, words: tuple[str, ...], *, optional: bool = False, default: str | None = None
) -> ChoiceInput:
    field = ChoiceInput(
        spec(name, optional=optional or default is not None, options=[(w, w) for w in words])
    )
    if default is not None:
        field.load_default = default
    return field


def named(name: str) -> NamedInput:
    return NamedInput(spec(name, optional=True))


def flag(name: str, *, default: bool) -> BooleanInput:
    field = BooleanInput(spec(name, optional=True))
    field.load_default = default
    return field
