"""What the entries of the year look like: steps, activities, progress, evidence, observations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from kinerja_flow.services import forms
from kinerja_flow.services.forms import Form
from workflows.faults import Fault

#: A file of evidence is no larger, in bytes.
LARGEST_FILE = 100 * 1024 * 1024


class StepForm(Form):
    """A rencana aksi: a step towards an RHK (`item`), with a target in words and a day."""

    item = forms.identity("item")
    title = forms.text("title")
    target = forms.text("target", 200)
    due_on = forms.day("due_on", optional=True)


class ActivityForm(Form):
    """A daily activity: the day, from when to when, what, for which step, and the source."""

    day = forms.day("day")
    started = forms.TimeInput(forms.spec("started"))
    ended = forms.TimeInput(forms.spec("ended"))
    title = forms.text("title")
    step = forms.identity("step", optional=True)
    source = forms.text("source", 200, optional=True)

    @validates_schema(skip_on_field_errors=False)
    def _ends_after_its_start(self, data: Mapping[str, Any], **_: Any) -> None:
        if {"started", "ended"} <= data.keys() and data["ended"] <= data["started"]:
            params = {"started": f"{data['started']:%H:%M}", "ended": f"{data['ended']:%H:%M}"}
            raise ValidationError({"ended": [Fault("ends_before_start", params)]})


class RealisationForm(Form):
    """What was reached of an indicator by a day, as people write it ("98%"), and the source."""

    indicator = forms.identity("indicator")
    day = forms.day("day")
    reached = forms.text("reached", 200)
    source = forms.text("source", 200, optional=True)


class ProofForm(Form):
    """A name with a link, or with a file that is known by its SHA-256."""

    name = forms.text("name", 200)
    link = forms.LinkInput(forms.spec("link", optional=True, max=2000))
    sha256 = forms.Sha256Input(forms.spec("sha256", optional=True))
    media_type = forms.MediaTypeInput(forms.spec("media_type", optional=True))
    size = forms.whole("size", **{"from": 1, "to": LARGEST_FILE})

    @validates_schema
    def _link_or_file(self, data: Mapping[str, Any], **_: Any) -> None:
        of_file = {"sha256", "media_type", "size"} & data.keys()
        if ("link" in data) == ("sha256" in data):
            raise ValidationError({"link": [Fault("link_or_file")]})
        if of_file and len(of_file) < 3:
            raise ValidationError({"sha256": [Fault("file_incomplete")]})


class EvidenceForm(ProofForm):
    """Bukti dukung of an RHK, perhaps of one of its steps."""

    item = forms.identity("item")
    step = forms.identity("step", optional=True)


class ExhibitForm(ProofForm):
    """Evidence of one side in an objection, and what it shows."""

    shows = forms.text("shows")


class EvidenceLinkForm(Form):
    """Bukti dukung that lies elsewhere: its name, and a link to it."""

    item = forms.identity("item")
    step = forms.identity("step", optional=True)
    name = forms.text("name", 200)
    link = forms.LinkInput(forms.spec("link", max=2000))


class EvidenceFileForm(Form):
    """What is said of a file of bukti dukung; without a name it goes under that of the file."""

    item = forms.identity("item")
    step = forms.identity("step", optional=True)
    name = forms.text("name", 200, optional=True)


class ExhibitLinkForm(Form):
    """Evidence in an objection that lies elsewhere, and what it shows."""

    name = forms.text("name", 200)
    link = forms.LinkInput(forms.spec("link", max=2000))
    shows = forms.text("shows")


class ExhibitFileForm(Form):
    """What is said of a file of evidence in an objection; without a name it goes under its own."""

    name = forms.text("name", 200, optional=True)
    shows = forms.text("shows")


class ObservationForm(Form):
    """A direct observation: the day, what was seen, perhaps of which RHK and which criterion."""

    day = forms.day("day")
    text = forms.text("text")
    item = forms.identity("item", optional=True)
    instrument = forms.text("instrument", 40, optional=True)
    criterion = forms.text("criterion", 40, optional=True)

    @validates_schema
    def _a_criterion_is_of_an_instrument(self, data: Mapping[str, Any], **_: Any) -> None:
        for name, other in (("instrument", "criterion"), ("criterion", "instrument")):
            if other in data and name not in data:
                raise ValidationError({name: [Fault("missing")]})


STEP, ACTIVITY, REALISATION = StepForm(), ActivityForm(), RealisationForm()
EVIDENCE, OBSERVATION, EXHIBIT = EvidenceForm(), ObservationForm(), ExhibitForm()
