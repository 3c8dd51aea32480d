"""The year's entries of an appraisal: rencana aksi, daily activities, and what was reached."""

from __future__ import annotations

from uuid import UUID

from kinerja_flow.api.entries import Added, Entry, EntryView, MadeView, NewView
from kinerja_flow.api.fields import Day, Exact, Id, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, Paged, page_of, paged
from kinerja_flow.services import progress
from kinerja_flow.services.progress_forms import ACTIVITY, REALISATION, STEP
from kinerja_flow.services.progress_reading import activities_for, realisations_for, steps_for

noun = Noun("progress", "What happens during the year. Entries bump no version of the case.")


class StepView(MadeView):
    """A rencana aksi."""

    item_id = Id("The RHK towards which it is a step")
    title = Word("What will be done", like="Menyusun rancangan awal")
    target = Word("What is aimed at, in words", like="1 Laporan")
    due_on = Day("The day by which; null where none was set", like="2026-03-31")


class ActivityView(MadeView):
    """A daily activity."""

    day = Day("The day", like="2026-03-02")
    started = Word("From when", like="08:00:00")
    ended = Word("Until when", like="09:30:00")
    title = Word("What was done", like="Menyusun RPP")
    step_id = Id("The rencana aksi that it was for; null where it was for none")
    source = Word("Where it can be looked up; null where nothing was said")


class RealisationView(MadeView):
    """What was reached of an indicator by a day."""

    indicator_id = Id("The indicator")
    day = Day("The day by which", like="2026-03-31")
    reached = Word("What was reached, as it was written", like="2 Dokumen")
    value = Exact("What was reached, as a number; null where it is in words", like="2")
    source = Word("Where the figure is from; null where nothing was said")


@noun.gets("/cases/<uuid:case_id>/action-steps", page_of(StepView), Paged())
def steps(call: Call, case_id: UUID) -> Page:
    """The rencana aksi of an appraisal that the caller may read, in the order of their entry."""
    return paged(call.query, steps_for, case_id, call.actor)


@noun.adds("/cases/<uuid:case_id>/action-steps", STEP, NewView)
def add_step(call: Call, case_id: UUID) -> Added:
    """Add a rencana aksi to an RHK."""
    return Added(progress.add_step(case_id, call.actor, call.body))


@noun.gets("/cases/<uuid:case_id>/activities", page_of(ActivityView), Paged())
def activities(call: Call, case_id: UUID) -> Page:
    """The daily activities of an appraisal that the caller may read, as they came in."""
    return paged(call.query, activities_for, case_id, call.actor)


@noun.adds("/cases/<uuid:case_id>/activities", ACTIVITY, EntryView)
def add_activity(call: Call, case_id: UUID) -> Entry:
    """Note a daily activity."""
    return Entry(progress.add_activity(case_id, call.actor, call.body))


@noun.sets(
    "/cases/<uuid:case_id>/activities/<uuid:activity_id>", ACTIVITY, EntryView, versioned=True
)
def correct_activity(call: Call, case_id: UUID, activity_id: UUID) -> Entry:
    """Replace what one of one's own activities says."""
    seen = (call.body, call.version or 0)
    version = progress.correct_activity(case_id, call.actor, activity_id, *seen)
    return Entry(activity_id, version)


@noun.gets("/cases/<uuid:case_id>/realisations", page_of(RealisationView), Paged())
def realisations(call: Call, case_id: UUID) -> Page:
    """What was recorded as reached; a later entry of an indicator supersedes the earlier ones."""
    return paged(call.query, realisations_for, case_id, call.actor)


@noun.adds("/cases/<uuid:case_id>/realisations", REALISATION, NewView)
def add_realisation(call: Call, case_id: UUID) -> Added:
    """Record what was reached of an indicator by a day."""
    return Added(progress.record_realisation(case_id, call.actor, call.body))
