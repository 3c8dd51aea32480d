"""The keys of the section about units, as marshmallow schemas, and what they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from workflows.build_machines import Loaded, given
from workflows.definition import ROUNDINGS, Guideline, Organisation
from workflows.faults import Fault
from workflows.fields import Chosen, Entries, Exact, Flag, Listed, Record, Whole
from workflows.refs import Ref


class GuidelineRecord(Record):
    levels = Listed(Ref("level"), unique="", least=1, most=20, required=True)
    at_most = Exact(0, 100)
    at_least = Exact(0, 100)
    somebody = Flag()

    @validates_schema
    def _says_one_thing(self, data: Mapping[str, Any], **_: Any) -> None:
        if len(data.keys() - {"levels"}) != 1 or data.get("somebody") is False:
            raise ValidationError([Fault("bad_guideline")])


class OrganisationRecord(Record):
    scale = Ref("scale", required=True)
    of = Ref("node", required=True)
    guidance = Entries(
        Listed(fields.Nested(GuidelineRecord), most=20), keys=Ref("level"), required=True
    )
    rounding = Chosen(*ROUNDINGS)
    least_size = Whole(1, 1000)


def organisation(item: Loaded | None) -> Organisation | None:
    """Nothing where a part of it did not load: half a guidance would be another one."""
    if not item or not item.keys() >= {"scale", "of", "guidance"}:
        return None
    guidance = {
        level: tuple(_guideline(one) for one in lines if one and one.get("levels"))
        for level, lines in item["guidance"].items()
    }
    return Organisation(**{**item, "guidance": guidance})


def _guideline(item: Loaded) -> Guideline:
    return Guideline(**{**item, "levels": given(item["levels"])})
