"""Complaints (pengaduan) of citizens, without anybody's identity, and the answers to them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.api.fields import Day, Id, Word
from kinerja_flow.api.noun import NO_CONTENT, Call, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, place_of
from kinerja_flow.services import complaints
from kinerja_flow.services.complaints import RESPONSE

noun = Noun("complaints", "What citizens complained about. Nobody knows whose a complaint is.")


class ComplaintView(Schema):
    """A complaint."""

    id = Id("Its id")
    unit_id = Id("The unit that it is about; null where it is about one employee")
    case_id = Id("The appraisal of the employee whom it is about; null where it is about a unit")
    received_on = Day("The day on which it came", like="2026-03-02")
    text = Word("What it says", like="Loket tutup sebelum waktunya")
    source = Word("survey, or import where it came in elsewhere", like="survey")
    answered_on = Day("The day of its answer; null before")
    response = Word("The answer; null before")


@noun.gets("/complaints", page_of(ComplaintView), Paged())
def listed(call: Call) -> Page:
    """The complaints that the caller may read, newest day first."""
    after = place_of(call.query.get("cursor"), date.fromisoformat, UUID)
    most = call.query.get("limit", SIZE)
    found = complaints.complaints_for(call.actor, after=after, most=most + 1)
    return page(found, most, lambda one: (one.received_on, one.id))


@noun.sets(
    "/complaints/<uuid:complaint_id>/response", RESPONSE, None, reads=True, status=NO_CONTENT
)
def respond(call: Call, complaint_id: UUID) -> None:
    """Answer a complaint, once."""
    complaints.answer_complaint(complaint_id, call.actor, call.body["response"])
