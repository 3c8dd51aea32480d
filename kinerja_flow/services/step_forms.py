"""What the steps of an improvement plan look like: what by when, what came of it, why not."""

from __future__ import annotations

from kinerja_flow.services import forms
from kinerja_flow.services.forms import Form


class PlannedForm(Form):
    """A step: what will be done, and the day by which."""

    title = forms.text("title")
    due_on = forms.day("due_on")


class OutcomeForm(Form):
    """What came of a step, and the day on which it was done (left out: today)."""

    outcome = forms.text("outcome")
    done_on = forms.day("done_on", optional=True)


class DroppedForm(Form):
    """Why a step is not taken."""

    reason = forms.text("reason")


PLANNED, OUTCOME, DROPPED = PlannedForm(), OutcomeForm(), DroppedForm()
