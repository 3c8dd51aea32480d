"""What happened to a case, event by event."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema

from kinerja_flow.api.fields import Both, Count, Id, Instant, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, place_of
from kinerja_flow.services import markers
from kinerja_flow.services.case_history import history_of

noun = Noun("history", "What is on record of a case: ids and codes, never texts or names.")


class EventView(Schema):
    """One event of a case. Labels are in both languages."""

    seq = Count("Its number: the version that it led to", like=3)
    at = Instant("When")
    action = Word("What was done", like="submit_plan")
    action_label = Both("What that is called")
    actor_id = Id("Who did it; null for the clock and the system")
    on_behalf_of_id = Id("The absent official for whom; null for themself")
    capacity = Word("As what", like="employee")
    capacity_label = Both("What that is called")
    from_state = Word("The state before; null for the opening", like="drafting")
    from_state_label = Both("What that is called")
    to_state = Word("The state after", like="plan_review")
    to_state_label = Both("What that is called")
    definition = Word("SHA-256 of the definition under which it was done")


@noun.gets("/cases/<uuid:case_id>/history", page_of(EventView), Paged())
def events(call: Call, case_id: UUID) -> Page:
    """The events of a case, newest first: for its employee, those who judge it, and HR."""
    after, most = place_of(call.query.get("cursor"), markers.number), call.query.get("limit", SIZE)
    last = after[0] if after else None
    found = history_of(case_id, call.actor, after=last, most=most + 1)
    return page(found, most, lambda one: (one.seq,))
