"""What a row of an uploaded table looks like: a tally, a complaint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from marshmallow import ValidationError, validates_schema

from kinerja_flow.services import forms
from kinerja_flow.services.forms import Form
from kinerja_flow.services.survey_asked import Asked
from kinerja_flow.services.survey_forms import LONGEST_COMPLAINT
from workflows.faults import Fault
from workflows.kinds import IntegerInput

_COUNT: dict[str, Any] = {"from": 1, "to": 100_000_000}


class ComplaintRow(Form):
    """A complaint; one that was answered says when and what."""

    received_on = forms.day("received_on")
    text = forms.text("text", LONGEST_COMPLAINT)
    answered_on = forms.day("answered_on", optional=True)
    response = forms.text("response", LONGEST_COMPLAINT, optional=True)

    @validates_schema
    def _is_answered_wholly(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("answered_on" in data) != ("response" in data):
            raise ValidationError({"response": [Fault("response_and_day")]})
        if "answered_on" in data and data["answered_on"] < data["received_on"]:
            raise ValidationError({"answered_on": [Fault("answered_before_received")]})


COMPLAINT_ROW = ComplaintRow()


def tally_form(asked: Asked) -> Form:
    """How many gave a criterion of the survey a level of its scale."""
    fields: dict[str, Any] = {
        "criterion": forms.choice("criterion", tuple(c.key for c in asked.criteria)),
        "level": forms.choice("level", asked.scale.keys),
        "count": IntegerInput(forms.spec("count", **_COUNT)),
    }
    return cast(type[Form], Form.from_dict(fields))()
