"""Direct observations (pengamatan langsung): what an appointed observer saw, day by day."""

from __future__ import annotations

from uuid import UUID

from kinerja_flow.api.entries import Entry, EntryView, NotedView
from kinerja_flow.api.fields import Count, Day, Id, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import observations
from kinerja_flow.services.progress_forms import OBSERVATION

noun = Noun("observations", "What was seen of the employee's work, under the observer's name.")


class ObservationView(NotedView):
    """A direct observation."""

    day = Day("The day", like="2026-03-02", attribute="day_on")
    text = Word("What was seen", like="Melayani pemohon dengan sabar")
    item_id = Id("The RHK that it is of; null where it is of none")
    instrument = Word("The instrument of its criterion; null where it is of none")
    criterion = Word("The criterion that it is of; null where it is of none")
    version = Count("Its version: send it as If-Match to correct it", like=1)


@noun.gets("/cases/<uuid:case_id>/observations", page_of(ObservationView), known=True)
def listed(call: Call, case_id: UUID) -> Page:
    """The observations of a case that the caller may read, by their days."""
    return Page(observations.observations_for(case_id, call.actor))


@noun.adds("/cases/<uuid:case_id>/observations", OBSERVATION, EntryView)
def add(call: Call, case_id: UUID) -> Entry:
    """Note a direct observation."""
    return Entry(observations.observe(case_id, call.actor, call.body))


@noun.sets(
    "/cases/<uuid:case_id>/observations/<uuid:observation_id>",
    OBSERVATION,
    EntryView,
    versioned=True,
)
def correct(call: Call, case_id: UUID, observation_id: UUID) -> Entry:
    """Replace what one of one's own observations says."""
    seen = (call.body, call.version or 0)
    version = observations.correct_observation(case_id, call.actor, observation_id, *seen)
    return Entry(observation_id, version)
