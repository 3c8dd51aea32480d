"""Complaints (pengaduan) of citizens: passed on at once and without identity, and answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Conflict, Invalid, NotFound
from kinerja_flow.models import Complaint
from kinerja_flow.policy import READERS, Actor
from kinerja_flow.services import forms
from kinerja_flow.services.forms import Form
from kinerja_flow.services.survey_asked import refuse_own, today_in
from kinerja_flow.services.survey_marks import Marks
from kinerja_flow.services.survey_readers import assessed_places, refuse_outsider


@dataclass(frozen=True, slots=True)
class Place:
    """What a complaint is about: a unit, or one appraisal, of an agency and year."""

    agency_id: int
    year: int
    unit_id: UUID | None
    case_id: UUID | None


@dataclass(frozen=True, slots=True)
class Passed:
    """A complaint as its readers see it; nobody knows whose it is."""

    id: UUID
    unit_id: UUID | None
    case_id: UUID | None
    received_on: date
    text: str
    source: str
    answered_on: date | None
    response: str | None


def pass_on(place: Place, text: str, nonce: str) -> None:
    """Keep a complaint of a survey's form; the same form sent twice is one complaint.

    In a transaction of its own: rows of one transaction carry its number in PostgreSQL, and would
    tie the complaint to the answers of the same form.
    """
    with transaction() as session:
        today = today_in(session, place.agency_id)
        if Marks(session, place.agency_id, today).is_new("complaint", nonce):
            key = {"agency_id": place.agency_id, "year": place.year}
            about = {"unit_id": place.unit_id, "case_id": place.case_id}
            said = {"received_on": today, "text": text, "source": "survey"}
            session.add(Complaint(**key, **about, **said))


def complaints_for(
    actor: Actor, *, after: tuple[date, UUID] | None = None, most: int | None = None
) -> list[Passed]:
    """The complaints that the actor may read, newest day first: HR all of the agency's, an
    assessor those about their people and their people's units. A page goes on `after` the day and
    id of the one that was read last."""
    c = Complaint
    columns = (c.id, c.unit_id, c.case_id, c.received_on, c.text, c.source, c.answered_on)
    with reading() as session:
        rows = select(*columns, c.response).where(c.agency_id == actor.agency_id)
        if not actor.roles & READERS:
            units, cases = assessed_places(session, actor)
            rows = rows.where(c.unit_id.in_(units) | c.case_id.in_(cases))
        if after is not None:
            same_day = (c.received_on == after[0]) & (c.id > after[1])
            rows = rows.where((c.received_on < after[0]) | same_day)
        # By day, and then by a random id: the order tells no more than the day.
        ordered = rows.order_by(c.received_on.desc(), c.id).limit(most)
        return [Passed(*row) for row in session.execute(ordered)]


class ResponseForm(Form):
    """What is answered to a complaint."""

    response = forms.text("response", 4000)


RESPONSE = ResponseForm()


def answer_complaint(complaint_id: UUID, actor: Actor, response: object) -> None:
    """Answer a complaint, once, as HR or as an assessor of those whom it is about; not as the one
    whom it is about.

    Raises NotFound, Forbidden, Conflict (answered before), Invalid.
    """
    values, wrong = RESPONSE.read({"response": response})
    if wrong:
        raise Invalid(wrong)
    with transaction() as session:
        row = _complaint(session, complaint_id, actor)
        if row.answered_on is not None:
            raise Conflict.of("complaint_answered", "response")
        row.answered_on = today_in(session, row.agency_id)
        row.response = values["response"]


def _complaint(session: Session, complaint_id: UUID, actor: Actor) -> Complaint:
    of = (Complaint.agency_id == actor.agency_id, Complaint.id == complaint_id)
    row = session.scalars(select(Complaint).where(*of).with_for_update()).one_or_none()
    if row is None:
        raise NotFound.of("no_such_complaint", "complaint")
    refuse_outsider(session, actor, row.unit_id, row.case_id)
    refuse_own(session, row.case_id, actor)
    return row
