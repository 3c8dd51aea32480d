"""Checks what somebody sends with an action against what the action takes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields

from workflows.definition import Action, Input, Label
from workflows.faults import faults_in, listing, refuse, shown
from workflows.hygiene import forbidden, normal
from workflows.problems import MESSAGES
from workflows.takes import KINDS as OPTIONS
from workflows.takes import MOST_TEXT

#: The typed values of an action's inputs, by name; what was left out is not there.
Taken = dict[str, Any]

MOST_DIGITS = 18
MOST_PEOPLE = 1000
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: Keeps an input that is called `load` or `fields` apart from the schema's own methods.
_PREFIX = "taken_"
_YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class InputProblem:
    """What is wrong with one field, by its name and label; the name is "" for the whole."""

    field: str
    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    label: Label | None = None

    def say(self, language: str) -> str:
        """The rule and what to do, after the label of the field."""
        rule = MESSAGES.say(self.code, language, **self.params)
        return f"{self.label(language)}: {rule}" if self.label else rule


class InputError(ValueError):
    """Inputs that an action cannot take, with every problem found in them."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.field}: {p.say('en')}" for p in self.problems))


def take(action: Action, raw: Mapping[str, Any]) -> Taken:
    """The typed values of `raw`; InputError with every problem of every field."""
    if not isinstance(raw, Mapping):
        raise InputError([InputProblem("", "inputs_not_mapping")])
    given = {str(key): value for key, value in raw.items() if not _is_blank(value)}
    unknown = [key for key in map(str, raw) if key not in action.takes]
    try:
        loaded = _schema(tuple(action.takes.values())).load(given, unknown="exclude")
    except ValidationError as error:
        problems = [_problem(action, path, fault) for path, fault in faults_in(error.messages)]
    else:
        problems = []
    known = listing(list(action.takes))
    problems += [InputProblem(shown(key), "unknown_input", {"known": known}) for key in unknown]
    if problems:
        raise InputError(problems)
    return {name: loaded[_PREFIX + name] for name in action.takes if _PREFIX + name in loaded}


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _problem(action: Action, path: Any, fault: Any) -> InputProblem:
    name = str(path[0])
    code = "required" if fault.code == "missing" else fault.code
    return InputProblem(name, code, fault.params, action.takes[name].label)


class _Given(fields.Field[Any]):
    """An input of some kind, with the options that the template gave it."""

    def __init__(self, spec: Input) -> None:
        super().__init__(required=not spec.optional, data_key=spec.name)
        self.optional, self.given = spec.optional, spec.options

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        return self.taken(value)

    def taken(self, value: Any) -> Any:
        raise NotImplementedError

    def within(self, value: Any, low: str = "from", high: str = "to") -> None:
        least, most = self.given.get(low), self.given.get(high)
        if least is not None and value < least:
            raise refuse("too_low_given", min=least, value=value)
        if most is not None and value > most:
            raise refuse("too_high_given", max=most, value=value)


class TextInput(_Given):
    def taken(self, value: Any) -> str:
        if not isinstance(value, str):
            raise refuse("input_not_text")
        if character := forbidden(value):
            raise refuse("input_bad_character", character=character)
        text = normal(value.replace("\r\n", "\n").strip())
        least, most = self.given.get("min", 1), self.given.get("max", MOST_TEXT)
        if not least <= len(text) <= most:
            raise refuse("text_length", min=least, max=most, length=len(text))
        return text


class NumberInput(_Given):
    def taken(self, value: Any) -> Decimal:
        text = str(value).strip()
        is_kind = isinstance(value, (str, int, Decimal)) and not isinstance(value, bool)
        if not is_kind or not _NUMBER.fullmatch(text):
            raise refuse("input_not_number", value=shown(value))
        digits = text.lstrip("+-0").replace(".", "")
        if len(digits) > MOST_DIGITS:
            raise refuse("too_many_digits", max=MOST_DIGITS)
        places = self.given.get("places", 2)
        if len(text.partition(".")[2]) > places:
            raise refuse("too_many_places", places=places)
        number = Decimal(text)
        self.within(number)
        return abs(number) if number == 0 else number


class IntegerInput(_Given):
    def taken(self, value: Any) -> int:
        is_kind = isinstance(value, (str, int, Decimal)) and not isinstance(value, bool)
        text = str(value).strip()
        if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
            text = format(value, "f").partition(".")[0]
        if not is_kind or not _WHOLE.fullmatch(text):
            raise refuse("input_not_whole", value=shown(value))
        if len(text.lstrip("+-0")) > MOST_DIGITS:
            raise refuse("too_many_digits", max=MOST_DIGITS)
        self.within(int(text))
        return int(text)


class BooleanInput(_Given):
    def taken(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise refuse("input_not_flag")
        return value


class DateInput(_Given):
    def taken(self, value: Any) -> date:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise refuse("input_not_date", value=shown(value))
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise refuse("no_such_date", value=shown(value)) from None
        if day.year not in _YEARS:
            raise refuse("no_such_date", value=shown(value))
        return day


class ChoiceInput(_Given):
    def taken(self, value: Any) -> str:
        key = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        keys = [key for key, _ in self.given.get("options", self.given.get("levels", ()))]
        if key not in keys:
            raise refuse("not_an_option", value=shown(value), known=", ".join(keys))
        return str(key)


class PersonInput(_Given):
    def taken(self, value: Any) -> UUID:
        return _person(value)


class PeopleInput(_Given):
    def taken(self, value: Any) -> tuple[UUID, ...]:
        if not isinstance(value, (list, tuple)):
            raise refuse("input_not_list")
        least = max(self.given.get("min") or 0, 0 if self.optional else 1)
        most = self.given.get("max") or MOST_PEOPLE
        if not least <= len(value) <= most:
            raise refuse("people_count", min=least, max=most, count=len(value))
        people = tuple(_person(item) for item in value)
        if len(set(people)) < len(people):
            raise refuse("person_twice")
        return people


def _person(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise refuse("input_not_person", value=shown(value))
    return UUID(value)


_FIELDS: dict[str, type[_Given]] = {
    "text": TextInput,
    "number": NumberInput,
    "integer": IntegerInput,
    "boolean": BooleanInput,
    "date": DateInput,
    "choice": ChoiceInput,
    "rating": ChoiceInput,
    "person": PersonInput,
    "people": PeopleInput,
}
KINDS = tuple(OPTIONS)


@lru_cache(maxsize=1024)
def _schema(inputs: tuple[Input, ...]) -> Schema:
    return Schema.from_dict({_PREFIX + spec.name: _FIELDS[spec.kind](spec) for spec in inputs})()
