"""The keys of the template language, section by section, as marshmallow schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from workflows.definition import POOLS
from workflows.faults import refuse
from workflows.fields import (
    Chosen,
    Entries,
    Flag,
    Key,
    LabelField,
    Listed,
    Record,
    Text,
    Whole,
)
from workflows.machines import MachineRecord, MachinesField
from workflows.measured_record import MeasuredRecord, refuse_unfit
from workflows.names import MOST_STEP, names
from workflows.organisation_record import OrganisationRecord
from workflows.refs import CallField, RaterRef, Ref, TermField
from workflows.training import HoursField

MARKS = ("sure", "one", "open")
ASPECTS = ("kuantitas", "kualitas", "waktu", "biaya")
POLARITIES = ("higher", "lower", "range")


class SettingRecord(Record):
    label = LabelField(required=True)
    default = fields.Raw(required=True)
    mark = Chosen(*MARKS, required=True)
    source = Text(load_default="")


class LevelRecord(Record):
    key = Key(required=True)
    label = LabelField()


class ScaleRecord(Record):
    ordered = (("start", "to"),)
    label = LabelField()
    levels = Listed(fields.Nested(LevelRecord), unique="key", least=2, most=100)
    start = Whole(0, MOST_STEP, data_key="from")
    to = Whole(0, MOST_STEP)


class ScaleField(fields.Nested):
    """A scale is either a list of levels or a stretch of numbers, not both and not neither."""

    def __init__(self) -> None:
        super().__init__(ScaleRecord)

    def _deserialize(self, value: Any, attr: Any, data: Any, partial: Any = None, **_: Any) -> Any:
        scale = super()._deserialize(value, attr, data, partial)
        if scale.keys() - {"label"} not in ({"levels"}, {"start", "to"}):
            raise refuse("bad_scale")
        if scale.get("to", 0) - scale.get("start", 0) > 100:
            raise refuse("too_many", max=100)
        return scale


class WindowsField(Entries):
    """Windows by name with their labels; or a list of names, which are shown as they are read."""

    def __init__(self) -> None:
        super().__init__(LabelField(), most=20)
        self.bare = Listed(Key(), unique="", most=20)

    def longhand(self, value: Any) -> Any:
        return super().longhand(value) if isinstance(value, dict) else self.bare.longhand(value)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return super()._deserialize(value, attr, data)
        try:
            return dict.fromkeys(self.bare.deserialize(value))
        except ValidationError as error:
            good = error.valid_data if isinstance(error.valid_data, list) else ()
            raise ValidationError(error.messages, valid_data=dict.fromkeys(good)) from error


class RelationRecord(Record):
    ordered = (("min", "max"),)
    label = LabelField()
    nominated_by = Ref("relation", person=True)
    confirmed_by = Ref("relation", person=True)
    min = Whole(0, 1000)
    max = Whole(1, 1000)
    anonymous = Flag()
    min_count = Whole(2, 100)
    pool = Chosen(*POOLS)
    quorum = Whole(1, 1000)
    rolls_up_to = Ref("relation", person=True, counts=False)


class AppliesRecord(Record):
    field = Listed(Text(200), unique="", least=1)
    post = Listed(Text(200), unique="", least=1)
    level = Listed(Text(200), unique="", least=1)
    rank = Listed(Text(200), unique="", least=1)


class StandardRecord(Record):
    level = Ref("level", required=True)
    applies_to = fields.Nested(AppliesRecord)


class CriterionRecord(Record):
    key = Key(required=True)
    label = LabelField(required=True)
    guide = LabelField()
    applies_to = fields.Nested(AppliesRecord)
    standard = Listed(fields.Nested(StandardRecord), least=1, most=100)


class InstrumentRecord(Record):
    label = LabelField()
    scale = Ref("scale", required=True)
    answered_by = Listed(RaterRef(), unique="", least=1, most=30, required=True)
    comments = Flag()
    criteria = Listed(fields.Nested(CriterionRecord), unique="key", least=1, required=True)


class IndicatorRecord(Record):
    key = Key(required=True)
    label = LabelField(required=True)
    aspect = Chosen(*ASPECTS, required=True)
    unit = Text(100, required=True)
    polarity = Chosen(*POLARITIES)
    objective = Flag()
    guide = LabelField()
    measured = fields.Nested(MeasuredRecord)
    applies_to = fields.Nested(AppliesRecord)

    @validates_schema
    def _measured_fits(self, data: Mapping[str, Any], **_: Any) -> None:
        refuse_unfit(data)


class StepRecord(Record):
    node = Key(required=True)
    label = LabelField()
    follows = Flag()
    rule = CallField("scoring", required=True)


class StepsField(Listed):
    """The scoring steps in order; each may name the nodes before it."""

    def _load(self, key: Any, item: Any, errors: dict[Any, Any]) -> Any:
        loaded = super()._load(key, item, errors)
        if isinstance(item, dict) and isinstance(item.get("node"), str):
            names().nodes.append(item["node"])
        return loaded


class ConditionsField(Listed):
    """One rule, or a list of rules that must all hold."""

    def __init__(self) -> None:
        super().__init__(CallField("rules"), least=1, most=20)

    def _items(self, value: Any) -> Any:
        return value if isinstance(value, list) else [value]


class TrainingRecord(Record):
    key = Key(required=True)
    label = LabelField(required=True)
    jp = Whole(1, 1000, required=True)
    develops = Listed(Ref("criterion"), unique="", least=1, most=100, required=True)
    applies_to = fields.Nested(AppliesRecord)


class FollowUpRecord(Record):
    key = Key(required=True)
    label = LabelField()
    machine = Ref("machine", required=True)
    when = ConditionsField()
    owner = Ref("relation", person=True, required=True)
    due = TermField()


class StageRecord(Record):
    label = LabelField(required=True)
    window = Ref("window")
    text = LabelField()


class BriefingRecord(Record):
    purpose = LabelField(required=True)
    roles = Entries(LabelField(), keys=Ref("relation", person=True, counts=False))
    stages = Listed(fields.Nested(StageRecord), most=50)
    scores = LabelField()


class DocumentRecord(Record):
    title = LabelField()
    people = Listed(Ref("relation", person=True, counts=False), unique="", least=1, most=10)
    signed_by = Listed(Ref("relation", person=True, counts=False), unique="", most=10)
    organisation = Ref("field")
    rating = Ref("node")
    shows = Listed(Ref("node"), unique="", most=20)
    notes = Listed(Ref("field"), unique="", most=20)
    behaviour = Listed(Ref("instrument", counts=False), unique="", most=10)


class TemplateRecord(Record):
    key = Key(required=True)
    title = LabelField(required=True)
    basis = Listed(Text(500), unique="", most=50)
    windows = WindowsField()
    settings = Entries(fields.Nested(SettingRecord), most=100)
    scales = Entries(ScaleField(), most=50)
    relations = Entries(fields.Nested(RelationRecord), keys=Ref("relation", counts=False))
    machines = MachinesField(fields.Nested(MachineRecord), most=20, required=True)
    instruments = Entries(fields.Nested(InstrumentRecord), most=50)
    indicators = Listed(fields.Nested(IndicatorRecord), unique="key", most=500)
    scoring = StepsField(fields.Nested(StepRecord), unique="node", most=100)
    organisation = fields.Nested(OrganisationRecord)
    trainings = Listed(fields.Nested(TrainingRecord), unique="key", most=300)
    training_hours = HoursField()
    follow_up = Listed(fields.Nested(FollowUpRecord), unique="key", most=50)
    briefing = fields.Nested(BriefingRecord)
    document = fields.Nested(DocumentRecord)


def load(data: Mapping[str, Any]) -> tuple[dict[str, Any], object]:
    """What is good of the data, and marshmallow's errors (empty when all of it is)."""
    try:
        return dict(TEMPLATE.load(data)), {}
    except ValidationError as error:
        good = error.valid_data
        return dict(good) if isinstance(good, dict) else {}, error.messages


TEMPLATE = TemplateRecord()
