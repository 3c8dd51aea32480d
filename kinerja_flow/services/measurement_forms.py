"""What a measurement, its correction, and the answer to a contradiction look like when sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, validates_schema

from kinerja_flow.models.measurements import REASONS
from kinerja_flow.services import forms
from kinerja_flow.services.forms import Form
from workflows.faults import Fault, refuse, shown
from workflows.fields.scalars import KEY
from workflows.kinds import YEARS, Given, NumberInput, TextInput
from workflows.measured import SELF_REPORT

#: A value has at most so many decimals.
PLACES = 6
_AT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?"
)


class AtInput(Given):
    """When something was measured: a day, or an instant that says its offset from UTC."""

    def taken(self, value: Any) -> date | datetime:
        if not isinstance(value, str) or not _AT.fullmatch(value):
            raise refuse("not_a_moment", value=shown(value))
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise refuse("no_such_date", value=shown(value)) from None
        if moment.year not in YEARS:
            raise refuse("no_such_date", value=shown(value))
        return moment.date() if moment.tzinfo is None else moment


class SourceInput(TextInput):
    """The key of an outside system; the self-report is none."""

    def taken(self, value: Any) -> str:
        text = super().taken(value)
        if not KEY.fullmatch(text) or text == SELF_REPORT:
            raise refuse("not_a_source", value=shown(value))
        return text


class MeasurementForm(Form):
    """A value of a person or of a unit kerja, under the key of an indicator of a catalogue."""

    key = forms.text("key", 40)
    person = forms.identity("person", optional=True)
    work_unit = forms.identity("work_unit", optional=True)
    at = AtInput(forms.spec("at"))
    value = NumberInput(forms.spec("value", places=PLACES))
    unit = forms.text("unit", 100)
    source = SourceInput(forms.spec("source", max=40))
    reference = forms.text("reference", 200)

    @validates_schema
    def _of_one(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("person" in data) == ("work_unit" in data):
            raise ValidationError({"person": [Fault("person_or_unit")]})


class CorrectionForm(Form):
    """What should have been sent; without a value the measurement is taken back."""

    value = NumberInput(forms.spec("value", optional=True, places=PLACES))
    reason = forms.choice("reason", REASONS)


class AnswerForm(Form):
    """Which source of an indicator counts, and why; `seen` is the digest of what was compared."""

    indicator = forms.identity("indicator")
    source = forms.text("source", 40)
    reason = forms.text("reason")
    seen = forms.Sha256Input(forms.spec("seen", optional=True))


MEASUREMENT, CORRECTION, ANSWER = MeasurementForm(), CorrectionForm(), AnswerForm()
