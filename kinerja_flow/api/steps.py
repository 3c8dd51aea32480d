"""The steps of an improvement plan (rencana perbaikan), and what became of each."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema

from kinerja_flow.api.entries import Added, Entry, EntryView, NewView
from kinerja_flow.api.fields import Count, Day, Id, Truth, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import steps
from kinerja_flow.services.step_forms import DROPPED, OUTCOME, PLANNED

noun = Noun("steps", "Steps of an improvement plan, under the case of its follow-up.")


class PlannedView(Schema):
    """A step of an improvement plan."""

    id = Id("Its id")
    number = Count("Its number in the plan", like=1)
    title = Word("What will be done", like="Mengikuti kursus penyusunan laporan")
    due_on = Day("The day by which", like="2026-12-01")
    done_on = Day("The day on which it was done; null before, and where it was dropped")
    outcome = Word("What came of it, or why it was dropped; null while it is open")
    author_id = Id("Whoever added it")
    closed_by_id = Id("Whoever said what became of it; null while it is open")
    version = Count("Its version: send it as If-Match", like=1)
    is_late = Truth("Whether it is open and its day is past")


ALL = "/cases/<uuid:case_id>/steps"
ONE = f"{ALL}/<uuid:step_id>"


@noun.gets(ALL, page_of(PlannedView))
def listed(call: Call, case_id: UUID) -> Page:
    """The steps of a follow-up, in their order."""
    return Page(steps.steps_of(case_id, call.actor))


@noun.adds(ALL, PLANNED, NewView)
def add(call: Call, case_id: UUID) -> Added:
    """Add a step; one that the plan has word for word by the same day is that one."""
    return Added(steps.add(case_id, call.actor, call.body))


@noun.sets(ONE, PLANNED, EntryView, versioned=True)
def correct(call: Call, case_id: UUID, step_id: UUID) -> Entry:
    """Replace what one of one's own steps says, before it has an outcome."""
    seen = (call.body, call.version or 0)
    return Entry(step_id, steps.correct(case_id, call.actor, step_id, *seen))


@noun.removes(ONE, versioned=True)
def remove(call: Call, case_id: UUID, step_id: UUID) -> None:
    """Take one of one's own steps off the plan, before it has an outcome."""
    steps.remove(case_id, call.actor, step_id, call.version or 0)


@noun.sets(f"{ONE}/outcome", OUTCOME, EntryView, versioned=True)
def finish(call: Call, case_id: UUID, step_id: UUID) -> Entry:
    """Say that a step is done, and what came of it."""
    seen = (call.body, call.version or 0)
    return Entry(step_id, steps.finish(case_id, call.actor, step_id, *seen))


@noun.sets(f"{ONE}/drop", DROPPED, EntryView, versioned=True)
def drop(call: Call, case_id: UUID, step_id: UUID) -> Entry:
    """Say that a step is not taken, and why."""
    seen = (call.body, call.version or 0)
    return Entry(step_id, steps.drop(case_id, call.actor, step_id, *seen))
