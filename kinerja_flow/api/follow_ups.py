"""Follow-ups (tindak lanjut): whose they are, where they stand, and on what ground."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Day, Exact, Id, Said, Truth, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, Paged, page_of, paged_by
from kinerja_flow.api.states import StateView
from kinerja_flow.services import follow_ups, forms

noun = Noun("follow_ups", "What results opened. What is done with one is an action of its case.")


class GroundView(Schema):
    """Part of a delivered result by which a follow-up was opened."""

    node = Word("Name of the step of the score", like="capaian")
    label = Said("What it is called", like="Capaian")
    level = Word("Its level; null where it has none")
    value = Exact("Its exact value; null where it has none", like="88.5")
    shown = Said("It as it is shown", like="88,50")


class FollowUpView(StateView):
    """A follow-up."""

    case_id = Id("Its case")
    appraisal_id = Id("The appraisal whose result opened it")
    key = Word("Its key in the template", like="perbaikan")
    label = Said("What it is called", like="Rencana perbaikan")
    subject_id = Id("Whom it is about")
    subject = Word("Name of whom it is about")
    owners = fields.List(Word("A name"), metadata={"description": "Names of those whose it is"})
    due_on = Day("The day by which; null where there is none", like="2026-12-01")
    number = Count("Number of the result on which it rests", like=1)
    ground = fields.List(
        fields.Nested(GroundView),
        metadata={"description": "What opened it; empty until its result is delivered"},
    )
    after_id = Id("The follow-up that it came after; null where it came after none")
    is_late = Truth("Whether its day is past and it is not closed")
    is_superseded = Truth("Whether a later result would not have opened it")
    is_provisional = Truth("Whether an objection to its result is under way")


class CountView(StateView):
    """How many follow-ups of one kind stand in one state in a unit."""

    key = Word("Key in the template", like="perbaikan")
    label = Said("What it is called", like="Rencana perbaikan")
    unit_id = Id("The unit; null where nobody is in one")
    count = Count("How many", like=4)
    late = Count("How many of them are late", like=1)


class LateForm(Paged):
    """Which follow-ups of a cycle."""

    late = forms.choice("late", ("true", "false"), optional=True)


@noun.gets("/follow-ups", page_of(FollowUpView), Paged())
def mine(call: Call) -> Page:
    """The follow-ups that belong to the caller, and those about them, newest first."""
    return paged_by("case_id", call.query, follow_ups.mine, call.actor)


@noun.gets("/cycles/<uuid:cycle_id>/follow-ups", page_of(FollowUpView), LateForm())
def of_cycle(call: Call, cycle_id: UUID) -> Page:
    """The follow-ups of a cycle for HR, newest first; with `late=true` those that are late."""
    found = partial(follow_ups.of_agency, late=call.query.get("late") == "true")
    return paged_by("case_id", call.query, found, cycle_id, call.actor)


@noun.gets("/cycles/<uuid:cycle_id>/follow-ups/counts", page_of(CountView))
def counts(call: Call, cycle_id: UUID) -> Page:
    """How the follow-ups of a cycle stand, for HR: by key, state and unit."""
    return Page(follow_ups.counts(cycle_id, call.actor))
