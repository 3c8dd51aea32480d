"""Measurements from outside systems: sent by the thousand, corrected one by one, read by plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.entries import Added, NewView
from kinerja_flow.api.fields import Count, Day, Exact, Id, Instant, Truth, Word
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.api.problems import BlockerView
from kinerja_flow.language import language
from kinerja_flow.services import forms, measured_plans, measurements
from kinerja_flow.services.measurement_forms import CORRECTION, MeasurementForm
from kinerja_flow.services.measurements import Recorded

noun = Noun("measurements", "What outside systems measured of people and units.")
#: As large is a body of as many entries as are taken at once.
LARGEST = 8 * 1024 * 1024


class Untouched(fields.List[Any]):
    """A list of which the verb reads each entry for itself."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return value


class MeasurementsForm(forms.Form):
    """Up to 10,000 measurements, each good or wrong by itself."""

    entries = Untouched(fields.Nested(MeasurementForm), required=True)


class RecordedView(Schema):
    """What became of one of the measurements that were sent."""

    place = Count("Its place in what was sent, from 0", like=0)
    id = Id("The id under which it is kept; null where it was refused")
    is_known = Truth("Whether just this had been sent before")
    blockers = fields.List(
        fields.Nested(BlockerView), metadata={"description": "Everything that is wrong with it"}
    )


class ReportView(Schema):
    """What became of all of them."""

    kept = Count("How many are kept", like=9998)
    refused = Count("How many were refused", like=2)
    items = fields.List(fields.Nested(RecordedView), metadata={"description": "One for each"})


class FigureView(Schema):
    """What one source says of an indicator."""

    source = Word("The source", like="antrean")
    value = Exact("Its value", like="2.5")
    count = Count("Of how many measurements", like=41)


class RawView(Schema):
    """A value as a source sent it, or a correction of one."""

    id = Id("Its id")
    source = Word("The source", like="antrean")
    day = Day("The day", like="2026-03-15")
    measured_at = Instant("The instant; null where only the day was sent")
    value = Exact("The value; null where it was taken back", like="2.5")
    noted_at = Instant("When it came in", like="2026-03-16T01:00:00Z")
    corrects_id = Id("The measurement that it corrects; null for what was sent first")
    reason = Word("Why it was corrected; null for what was sent first")
    counts = Truth("Whether it is the last word")


class MeasuredView(Schema):
    """An indicator of a plan with what was reported and measured of it."""

    id = Id("The indicator")
    place = Word("Its place in the plan", like="1.1")
    title = Word("What is measured", like="Lama layanan")
    key = Word("Its key in the template's catalogue; null where it is none of it")
    unit = Word("Its unit", like="hari")
    is_objective = Truth("Whether it can be measured objectively")
    target = Exact("The target; null where it is in words", like="3")
    upper = Exact("The upper end of a range; null otherwise")
    baseline = Exact("What an improvement counts from; null where there is none")
    realisation = Exact("The value that counts; null where there is none", like="2.5")
    figures = fields.List(
        fields.Nested(FigureView), metadata={"description": "What each source says, by trust"}
    )
    is_contradicted = Truth("Whether the sources contradict each other")
    digest = Word("Names the values that were compared: send it as `seen` with the answer")
    chosen = Word("The source that was said to count; null where nobody said")
    values = fields.List(
        fields.Nested(RawView), metadata={"description": "All values, corrections included"}
    )


@noun.operation(
    "POST", "/measurements", Contract(ReportView, MeasurementsForm(), reads=True, largest=LARGEST)
)
def record(call: Call) -> Mapping[str, Any]:
    """Send up to 10,000 measurements; what is good is kept, the rest is reported with its faults.

    The same (source, reference) with the same content is one measurement, however often sent.
    """
    entries = call.body["entries"]
    return _told(measurements.record(call.actor, entries))


def _told(report: Recorded) -> dict[str, Any]:
    kept = [
        {"place": place, "id": one, "is_known": place in report.known, "blockers": []}
        for place, one in report.ids.items()
    ]
    said = language()
    refused = [
        {
            "place": place,
            "id": None,
            "is_known": False,
            "blockers": problem.as_json(said)["blockers"],
        }
        for place, problem in report.refused.items()
    ]
    items = sorted([*kept, *refused], key=lambda one: int(str(one["place"])))
    return {"kept": len(kept), "refused": len(refused), "items": items}


@noun.adds("/measurements/<uuid:measurement_id>/corrections", CORRECTION, NewView, reads=True)
def correct(call: Call, measurement_id: UUID) -> Added:
    """Put another value in the place of a measurement; without a value it is taken back."""
    said = (call.body.get("value"), call.body["reason"])
    return Added(measurements.correct(call.actor, measurement_id, *said))


@noun.gets("/cases/<uuid:case_id>/measurements", page_of(MeasuredView))
def of_plan(call: Call, case_id: UUID) -> Page:
    """Every indicator of a plan with what each source says of it, and what counts."""
    return Page(measured_plans.measurements_for(case_id, call.actor))
