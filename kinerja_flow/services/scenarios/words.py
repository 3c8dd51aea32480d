"""The fields of a scenario file: people, cases, days, moments, figures; each refuses by code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Stale
from kinerja_flow.scoring.figures import decimal
from workflows.faults import Fault, listing, refuse, shown
from workflows.fields import Chosen, Record, Text, Whole

#: The kinds of refusal that a step may expect by name.
REFUSALS = tuple(kind.code for kind in (Conflict, Forbidden, Invalid, NotFound, Refused, Stale))

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(rf"{_DAY.pattern}(T[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?)?")
_LATER = re.compile(
    r"\+P(?=.)(?:(?P<weeks>[0-9]{1,3})W)?(?:(?P<days>[0-9]{1,4})D)?"
    r"(?:T(?=.)(?:(?P<hours>[0-9]{1,3})H)?(?:(?P<minutes>[0-9]{1,4})M)?)?"
)
_declared: ContextVar[frozenset[str]] = ContextVar("declared_people", default=frozenset())


@contextmanager
def declared(people: frozenset[str]) -> Iterator[None]:
    """While a scenario is read, only the people that it declares may be named."""
    token = _declared.set(people)
    try:
        yield
    finally:
        _declared.reset(token)


class PersonField(fields.Field[str]):
    """The name of somebody under `people`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        known = _declared.get()
        if not isinstance(value, str) or value not in known:
            raise refuse("unknown_person", name=shown(value), known=listing(set(known)))
        return value


class DayField(fields.Field[date]):
    """A day as year-month-day."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise refuse("bad_day", value=shown(value))
        return _moment(value).date()


class MomentField(fields.Field[datetime]):
    """A moment of the agency's own time; a day alone is its first instant."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> datetime:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise refuse("bad_moment", value=shown(value))
        return _moment(value)


class ClockField(MomentField):
    """A moment, or how much later: +P3D, +P2W, +PT4H."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        if isinstance(value, str) and value.startswith("+"):
            if (later := _LATER.fullmatch(value)) is None:
                raise refuse("bad_moment", value=shown(value))
            return timedelta(**{unit: int(n) for unit, n in later.groupdict().items() if n})
        return super()._deserialize(value, attr, data)


def _moment(value: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise refuse("no_such_date", value=shown(value)) from None


class Given(fields.Field[Any]):
    """Whatever the service is to be given: it, and not the scenario's schema, is to judge it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_none=True, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        return value


class Figure(fields.Field[str]):
    """An exact number (95.5, "1/9") or the key of a level, in the one spelling of `decimal`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise refuse("bad_figure", value=shown(value))
        try:
            return decimal(Fraction(value))
        except (ValueError, ZeroDivisionError):
            return str(value)


@dataclass(frozen=True, slots=True)
class CaseRef:
    """Somebody's appraisal, or a case that hangs on it: the last of its kind, or the nth.

    `segment` counts the appraisals of somebody who moved; without it, it is the last one.
    """

    owner: str
    child: str | None = None
    number: int | None = None
    segment: int | None = None


class _Child(Record):
    child = Text(40)
    of = PersonField(required=True)
    number = Whole(1, 100)
    segment = Whole(1, 100)

    @validates_schema
    def _names_one(self, data: Any, **_: Any) -> None:
        if not data.keys() & {"child", "segment"}:
            raise ValidationError({"child": [Fault("missing")]})


class CaseField(fields.Field[CaseRef]):
    """A case: `sari`, {child: objection, of: sari, number: 2}, or {segment: 1, of: sari}."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.person, self.nested = PersonField(), _Child()

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> CaseRef:
        if not isinstance(value, dict):
            return CaseRef(self.person.deserialize(value))
        child = self.nested.load(value)
        return CaseRef(child["of"], child.get("child"), child.get("number"), child.get("segment"))


class _Blocked(Record):
    rule = Text(100, required=True)
    field = Text(100, required=True)


class RefusalField(fields.Field[Any]):
    """What a step is refused for: a kind of refusal, or all its codes, with or without a field.

    `forbidden`; [plan_complete, {rule: required, field: hasil}].
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kind, self.blocked = Chosen(*REFUSALS), _Blocked()

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        if not isinstance(value, list):
            return self.kind.deserialize(value)
        if not value:
            raise refuse("too_few", min=1)
        return [item if isinstance(item, str) else self.blocked.load(item) for item in value]


class VersionField(fields.Field[Any]):
    """The version that the actor saw: a number, or `stale` for one that is out of date."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        if value == STALE or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise refuse("bad_version")


STALE = "stale"
