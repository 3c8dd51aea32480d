"""Continuous feedback (umpan balik): signed remarks on an appraisal or its rows, with replies."""

from __future__ import annotations

from uuid import UUID

from marshmallow import fields

from kinerja_flow.api.entries import About, Added, NewView, NotedView
from kinerja_flow.api.fields import Id, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import feedback, forms
from kinerja_flow.services.remark_forms import FEEDBACK

noun = Noun("feedback", "Remarks under their author's name. To a remark others reply.")


class ReplyView(NotedView):
    """A reply to a remark."""

    text = Word("What it says", like="Terima kasih, akan saya perbaiki")


class RemarkView(NotedView):
    """A remark with its replies."""

    case_id = Id("The appraisal that it is on")
    about = About()
    kind = Word("strength, improvement, note or recognition", like="strength")
    text = Word("What it says", like="Laporan tersusun rapi dan tepat waktu")
    replies = fields.List(
        fields.Nested(ReplyView), metadata={"description": "The replies to it, oldest first"}
    )


class YearForm(forms.Form):
    """Of which year, or of all."""

    year = forms.whole("year", **{"from": 1900, "to": 2199})


@noun.gets("/cases/<uuid:case_id>/feedback", page_of(RemarkView), known=True)
def listed(call: Call, case_id: UUID) -> Page:
    """The feedback on an appraisal that the caller may read: strengths first, each kind by time."""
    return Page([*feedback.feedback_for(case_id, call.actor).all])


@noun.adds("/cases/<uuid:case_id>/feedback", FEEDBACK, NewView)
def add(call: Call, case_id: UUID) -> Added:
    """Give feedback on a case or one of its rows; or reply to some (`reply_to`)."""
    return Added(feedback.give_feedback(case_id, call.actor, call.body))


@noun.gets("/recognitions", page_of(RemarkView), YearForm())
def recognitions(call: Call) -> Page:
    """The recognition of the caller's good work, oldest first."""
    return Page(feedback.recognitions_of(call.actor, call.query.get("year")))
