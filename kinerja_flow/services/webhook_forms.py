"""What HR says of a webhook: where it leads, and which events it is for."""

from __future__ import annotations

from kinerja_flow.models.webhooks import DEAD, TAKEN, WAITING
from kinerja_flow.services import forms
from kinerja_flow.services.webhook_types import TYPES
from workflows.fields import Listed
from workflows.kinds import ChoiceInput


class WebhookForm(forms.Form):
    """A webhook: what it is called, its address, and the types of events that it is for."""

    name = forms.text("name", 200)
    url = forms.LinkInput(forms.spec("url", max=500))
    events = Listed(
        ChoiceInput(forms.spec("event", options=[(one, one) for one in TYPES])),
        required=True,
        least=1,
        most=len(TYPES),
    )


OUTCOMES = (WAITING, TAKEN, DEAD)
FORM = WebhookForm()
