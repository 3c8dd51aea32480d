"""The keys of `measured`: how an indicator of the catalogue is fed by outside systems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from workflows.faults import Fault, refuse
from workflows.fields import Chosen, Exact, Key, Listed, Record, loaded_by
from workflows.measured import AGGREGATES, MEASURED_OF, SELF_REPORT, SHARE, Measured, Within


class _Range(Record):
    ordered = (("low", "high"),)
    low = Exact(data_key="from", required=True)
    high = Exact(data_key="to", required=True)


class WithinField(fields.Field[Any]):
    """A limit, or both ends of a range: {from: 2, to: 5}."""

    def __init__(self) -> None:
        super().__init__()
        self.limit = Exact()

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        return (
            loaded_by(_Range, value) if isinstance(value, dict) else self.limit.deserialize(value)
        )


class SourceField(Key):
    """The key of an outside system; what the employee reports has its own name."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if value == SELF_REPORT:
            raise refuse("reserved_name", name=SELF_REPORT)
        return super()._deserialize(value, attr, data)


class MeasuredRecord(Record):
    aggregate = Chosen(*AGGREGATES, required=True)
    within = WithinField()
    of = Chosen(*MEASURED_OF)
    tolerance = Exact(least=0)
    sources = Listed(SourceField(), unique="", most=20)


def measured(item: Mapping[str, Any]) -> Measured | None:
    """How a loaded indicator is measured, if it is and all that it takes was good."""
    said = item.get("measured")
    if not said or "aggregate" not in said:
        return None
    limits = None if "within" not in said else _within(item.get("polarity"), said["within"])
    sources = tuple(key for key in said.get("sources") or () if key)
    return Measured(**{**said, "within": limits, "sources": sources})


def _within(polarity: str | None, limit: Any) -> Within:
    if isinstance(limit, Mapping):
        return Within(limit["low"], limit["high"])
    return Within(high=limit) if polarity == "lower" else Within(low=limit)


def refuse_unfit(item: Mapping[str, Any]) -> None:
    """An indicator that cannot be measured objectively is not measured; a share has limits, one
    or, for a range, two, and no other aggregate has any."""
    said = item.get("measured")
    if not said:
        return
    if item.get("objective") is False:
        raise ValidationError({"measured": [Fault("measured_not_objective")]})
    fault = _limits_unfit(said, item.get("polarity", "higher"))
    if fault is not None:
        raise ValidationError({"measured": {"within": [fault]}})


def _limits_unfit(said: Mapping[str, Any], polarity: str) -> Fault | None:
    if said.get("aggregate") != SHARE:
        return Fault("within_not_meant") if "within" in said else None
    if "within" not in said:
        return Fault("missing")
    is_range = isinstance(said["within"], Mapping)
    return None if is_range == (polarity == "range") else Fault("within_other_kind")
