"""How many hours of training a year are due to whom, as a template says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from workflows.definition import TrainingHours
from workflows.fields import Chosen, Entries, Record, Whole

#: The kinds of employment of ASN (UU 20/2023).
EMPLOYMENTS = ("pns", "pppk")
#: At least 20 JP a year are due to every PNS (PP 11/2017 article 203); what holds for PPPK is left
#: to the template.
USUAL = {"pns": TrainingHours(least=20)}


class HoursRecord(Record):
    ordered = (("least", "most"),)
    least = Whole(1, 1000)
    most = Whole(1, 1000)


class HoursField(Entries):
    """The hours of a year by kind of employment: {pns: {least: 20}, pppk: {most: 24}}."""

    def __init__(self) -> None:
        super().__init__(fields.Nested(HoursRecord), keys=Chosen(*EMPLOYMENTS))


def hours(loaded: Mapping[str, Any]) -> dict[str, TrainingHours]:
    """What the template says, and what the law says of whom it leaves out."""
    return USUAL | {kind: TrainingHours(**said) for kind, said in loaded.items() if said}
