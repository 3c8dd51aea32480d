"""Who takes part in a case, and who assessed whom on which day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.api.fields import Id, Instant, Said, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import forms
from kinerja_flow.services.assessors import assessed_on, assessing_on, assessors_of
from kinerja_flow.services.teams import people_of

noun = Noun("participants", "Who takes part in appraisals, as what, from when to when.")


class PartView(Schema):
    """Somebody's part in a case; whether they have answered anything, nobody is told."""

    relation = Word("As what", like="assessor")
    relation_label = Said("What that is called", like="Pejabat Penilai Kinerja")
    person_id = Id("Who")
    name = Word("Their name")
    from_at = Instant("Since when; null while they are proposed")
    until_at = Instant("Until when; null while it lasts")


class HeldView(Schema):
    """Somebody's time in an office of an appraisal."""

    case_id = Id("The case")
    employee_id = Id("Whose appraisal it is")
    relation = Word("The office", like="assessor")
    relation_label = Said("What that is called", like="Pejabat Penilai Kinerja")
    person_id = Id("Who held it")
    ground = Word("Why: of the launch, an appointment, or a change", like="launch")
    ground_label = Said("What that is called", like="Penilaian dibuka")
    from_at = Instant("Since when")
    until_at = Instant("Until when; null while it lasts")


class OnDay(forms.Form):
    """On which day, in the agency's zone."""

    day = forms.day("day")


@noun.gets("/cases/<uuid:case_id>/participants", page_of(PartView))
def taking_part(call: Call, case_id: UUID) -> Page:
    """Who takes part in a case, for whoever does; of anonymous raters only who names them knows."""
    return Page(people_of(case_id, call.actor))


@noun.gets("/cases/<uuid:case_id>/assessors", page_of(HeldView))
def assessors(call: Call, case_id: UUID) -> Page:
    """Who assessed, reviewed and examined in an appraisal and what hangs on it, oldest first."""
    return Page(assessors_of(case_id, call.actor))


@noun.gets("/people/<uuid:person_id>/assessors", page_of(HeldView), OnDay())
def assessors_on(call: Call, person_id: UUID) -> Page:
    """Who was somebody's assessor at the end of a day."""
    return Page(assessed_on(call.actor, person_id, _day(call)))


@noun.gets("/people/<uuid:person_id>/assessed", page_of(HeldView), OnDay())
def assessed_by(call: Call, person_id: UUID) -> Page:
    """Whose assessor somebody was at the end of a day."""
    return Page(assessing_on(call.actor, person_id, _day(call)))


def _day(call: Call) -> date:
    found: date = call.query["day"]
    return found
