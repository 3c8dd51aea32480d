"""The keys of a scenario file, section by section, as marshmallow schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from marshmallow import ValidationError, fields, validates_schema

from kinerja_flow.services.scenarios import (
    acts,
    answering,
    choices,
    citizens,
    development,
    entries,
    expectations,
    handing,
    improving,
    measuring,
    moving,
    objecting,
    organisation,
    planning,
    remarks,
    sights,
    substitution,
    units,
)
from kinerja_flow.services.scenarios.organisation import PersonRecord
from kinerja_flow.services.scenarios.registry import ALWAYS, EXPECTATIONS, VERBS
from kinerja_flow.services.scenarios.words import (
    CaseField,
    DayField,
    Given,
    MomentField,
    PersonField,
    RefusalField,
    VersionField,
)
from workflows.faults import Fault, listing, refuse
from workflows.fields import Chosen, Entries, Flag, LabelField, Listed, Record, Text, Whole

__all__ = [
    "ScenarioRecord",
    "StepRecord",
    "acts",
    "answering",
    "choices",
    "citizens",
    "development",
    "entries",
    "expectations",
    "handing",
    "improving",
    "measuring",
    "moving",
    "objecting",
    "organisation",
    "planning",
    "remarks",
    "sights",
    "substitution",
    "units",
]

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


class AgencyRecord(Record):
    zone = Chosen(*ZONES)
    days_off = Listed(DayField(), most=400)


class TemplateField(fields.Field[Any]):
    """The key of a template that ships, {path: file}, or a whole template."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        if isinstance(value, dict) and (value.keys() == {"path"} or "machines" in value):
            return value
        if not isinstance(value, str):
            raise refuse("bad_template")
        return value


class WindowField(fields.Field[Any]):
    """The first and the last day of a window."""

    def __init__(self) -> None:
        super().__init__()
        self.days = Listed(DayField(), least=2, most=2)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        return tuple(self.days.deserialize(value))


class CycleRecord(Record):
    year = Whole(2000, 2200, required=True)
    name = Text(200)
    windows = Entries(WindowField(), most=20)
    start = DayField(data_key="from")
    until = DayField()


_STEP_KEYS: dict[str, fields.Field[Any]] = {
    "who": PersonField(data_key="as"),
    "on": CaseField(),
    "inputs": Entries(Given(), keys=Text(60), data_key="with"),
    "version": VersionField(),
    "key": Text(40),
    "told": Flag(),
    "refused": RefusalField(),
    "expect": fields.Nested(
        Record.from_dict(
            {"on": CaseField(), **{name: one.given for name, one in EXPECTATIONS.items()}}
        )
    ),
}


class StepRecord(
    Record.from_dict({**_STEP_KEYS, **{name: one.given for name, one in VERBS.items()}})  # type: ignore[misc]
):
    """One step: at most one verb, the keys that go with it, and what is expected afterwards."""

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _one_verb(self, _data: Any, given: Any, **_: Any) -> None:
        verbs = [key for key in given if key in VERBS]
        if not verbs and any(key not in _KNOWN for key in given):
            return  # a verb that is misspelled is told as an unknown key
        if len(verbs) > 1 or not (verbs or "expect" in given):
            raise ValidationError([Fault("one_verb", {"known": listing(list(VERBS))})])
        name = verbs[0] if verbs else None
        beside = VERBS[name].beside if name else ALWAYS
        known = listing(list(beside))
        wrong = [k for k in given if k in _BESIDE and k not in beside]
        errors = {
            k: [Fault("not_beside", {"verb": name or "expect", "known": known})] for k in wrong
        }
        needed = VERBS[name].needs if name else frozenset()
        errors |= {key: [Fault("missing")] for key in needed if key not in given}
        if errors:
            raise ValidationError(cast(dict[str, Any], errors))


_KNOWN = frozenset({*VERBS, *(field.data_key or name for name, field in _STEP_KEYS.items())})
_BESIDE = _KNOWN - VERBS.keys()


class ScenarioRecord(Record):
    scenario = LabelField(required=True)
    about = LabelField()
    template = TemplateField(required=True)
    agency = fields.Nested(AgencyRecord)
    settings = Entries(Given(), most=100)
    people = Entries(fields.Nested(PersonRecord), keys=Text(40), most=200, required=True)
    cycle = fields.Nested(CycleRecord, required=True)
    clock = MomentField(required=True)
    launch = Listed(PersonField(), unique="", most=200)
    steps = Listed(fields.Nested(StepRecord), most=500, least=1, required=True)


def load(data: Mapping[str, Any]) -> tuple[dict[str, Any], object]:
    """The loaded scenario, or what was good of it, with marshmallow's errors."""
    try:
        return dict(ScenarioRecord().load(data)), {}
    except ValidationError as error:
        return {}, error.messages
