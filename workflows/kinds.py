"""The kinds of input that an action may take, each as a field that reads what somebody sent."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow import fields

from workflows.definition import Input
from workflows.faults import listing, refuse, shown
from workflows.hygiene import MOST_DIGITS, forbidden, is_short, is_unseen, normal
from workflows.takes import MOST_TEXT, MOST_TRAININGS

MOST_PEOPLE = 1000
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: Days outside of these years are slips of the hand.
YEARS = range(1900, 2200)


class Given(fields.Field[Any]):
    """An input of some kind, with the options that the template gave it."""

    def __init__(self, spec: Input) -> None:
        super().__init__(required=not spec.optional, data_key=spec.name)
        self.optional, self.given = spec.optional, spec.options

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        return self.taken(value)

    def taken(self, value: Any) -> Any:
        raise NotImplementedError

    def miscounted(self, value: Any, most: int) -> dict[str, int]:
        """The limits of a list that does not keep to them (the template's, else at most so many);
        nothing for one that does."""
        if not isinstance(value, (list, tuple)):
            raise refuse("input_not_list")
        least = max(self.given.get("min") or 0, 0 if self.optional else 1)
        most = self.given.get("max") or most
        is_within = least <= len(value) <= most
        return {} if is_within else {"min": least, "max": most, "count": len(value)}

    def within(self, value: Any, low: str = "from", high: str = "to") -> None:
        least, most = self.given.get(low), self.given.get(high)
        if least is not None and value < least:
            raise refuse("too_low_given", min=least, value=value)
        if most is not None and value > most:
            raise refuse("too_high_given", max=most, value=value)


class TextInput(Given):
    def taken(self, value: Any) -> str:
        if not isinstance(value, str):
            raise refuse("input_not_text")
        least, most = self.given.get("min", 1), self.given.get("max", MOST_TEXT)
        if len(value) > 10 * MOST_TEXT:
            raise refuse("text_length", min=least, max=most, length=len(value))
        if character := forbidden(value):
            raise refuse("input_bad_character", character=character)
        text = normal("\n".join(value.splitlines()).strip())
        length = 0 if is_unseen(text) else len(text)
        if not least <= length <= most:
            raise refuse("text_length", min=least, max=most, length=length)
        return text


class NumberInput(Given):
    def taken(self, value: Any) -> Decimal:
        text = _spelling(value)
        if not _NUMBER.fullmatch(text):
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


class IntegerInput(Given):
    def taken(self, value: Any) -> int:
        text = _spelling(value)
        if isinstance(value, Decimal) and is_short(value) and value == int(value):
            text = str(int(value))
        if not _WHOLE.fullmatch(text):
            raise refuse("input_not_whole", value=shown(value))
        if len(text.lstrip("+-0")) > MOST_DIGITS:
            raise refuse("too_many_digits", max=MOST_DIGITS)
        self.within(int(text))
        return int(text)


class BooleanInput(Given):
    def taken(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise refuse("input_not_flag")
        return value


class DateInput(Given):
    def taken(self, value: Any) -> date:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise refuse("input_not_date", value=shown(value))
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise refuse("no_such_date", value=shown(value)) from None
        if day.year not in YEARS:
            raise refuse("no_such_date", value=shown(value))
        return day


class ChoiceInput(Given):
    def taken(self, value: Any) -> str:
        key = shown(value) if isinstance(value, int) and not isinstance(value, bool) else value
        keys = [key for key, _ in self.given.get("options", self.given.get("levels", ()))]
        if key not in keys:
            raise refuse("not_an_option", value=shown(value), known=", ".join(keys))
        return str(key)


class PersonInput(Given):
    def taken(self, value: Any) -> UUID:
        return _person(value)


class PeopleInput(Given):
    def taken(self, value: Any) -> tuple[UUID, ...]:
        if wrong := self.miscounted(value, MOST_PEOPLE):
            raise refuse("people_count", **wrong)
        people = tuple(_person(item) for item in value)
        if len(set(people)) < len(people):
            raise refuse("person_twice")
        return people


class TrainingsInput(Given):
    """Different entries of the template's catalogue of trainings, by their keys."""

    def taken(self, value: Any) -> tuple[str, ...]:
        if wrong := self.miscounted(value, MOST_TRAININGS):
            raise refuse("trainings_count", **wrong)
        known = [key for key, _ in self.given.get("options", ())]
        for key in value:
            if key not in known:
                raise refuse("no_such_training", value=shown(key), known=listing(known))
        if len(set(value)) < len(value):
            raise refuse("training_twice")
        return tuple(value)


def _spelling(value: Any) -> str:
    """A number as it is spelled, nothing for what is none; refuses one too long to be spelled."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return ""
    if isinstance(value, int) and not is_short(value):
        raise refuse("too_many_digits", max=MOST_DIGITS)
    return str(value).strip()


def _person(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise refuse("input_not_person", value=shown(value))
    return UUID(value)


FIELDS: dict[str, type[Given]] = {
    "text": TextInput,
    "number": NumberInput,
    "integer": IntegerInput,
    "boolean": BooleanInput,
    "date": DateInput,
    "choice": ChoiceInput,
    "rating": ChoiceInput,
    "person": PersonInput,
    "people": PeopleInput,
    "trainings": TrainingsInput,
}
