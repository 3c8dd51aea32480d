"""Angka kredit of people, and the segments of their years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.entries import NewView
from kinerja_flow.api.fields import Count, Day, Exact, Id, Truth, Word, several
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.api.states import StateView
from kinerja_flow.services.credits import BALANCE, credit_of, enter_balance
from kinerja_flow.services.segment_list import segments_of

noun = Noun("credits", "Angka kredit (PermenPANRB 1/2023), and the segments of a year.")


class CreditedView(Schema):
    """An entry of the record; one that does not count was superseded, and stays."""

    level = Word("The jenjang", like="ahli_pertama")
    value = Exact("The credit, exactly", like="18.75")
    from_on = Day("First day of what it is for", like="2026-01-01")
    until_on = Day("Last day", like="2026-12-31")
    case_id = Id("The appraisal that it came from; null for an opening balance")
    number = Count("Number of its result; null for an opening balance", like=1)
    basis = Word("The document of an opening balance; null else")
    counts = Truth("Whether it counts")


class LevelView(Schema):
    """What somebody has in a jenjang, and the thresholds that are next."""

    level = Word("The jenjang", like="ahli_pertama")
    total = Exact("What counts, together", like="37.5")
    next_pangkat = Count("Threshold of the next pangkat; null where there is none", like=50)
    next_jenjang = Count("Threshold of the next jenjang; null where there is none", like=100)
    entries = several(fields.Nested(CreditedView), "The entries")


class SegmentView(StateView):
    """A segment of somebody's year."""

    case_id = Id("Its appraisal")
    from_on = Day("First day", like="2026-01-01")
    until_on = Day("Last day", like="2026-06-30")
    post = Word("Title of the post; null without one")
    unit = Word("The unit; null without one")
    assessor = Word("Name of whoever assesses; null where nobody does")
    level = Word("Level of the newest result that the caller may read; null without one")
    value = Exact("Its value; null without one")
    is_last = Truth("Whether its result is that of the year")
    is_provisional = Truth("Whether it may still change: an objection is open")


@noun.gets("/people/<uuid:person_id>/credits", page_of(LevelView))
def of_person(call: Call, person_id: UUID) -> Page:
    """Somebody's angka kredit, for themself and HR."""
    return Page(credit_of(call.actor, person_id))


@noun.adds("/credits", BALANCE, NewView)
def enter(call: Call) -> Mapping[str, Any]:
    """Enter an opening balance with its basis, by HR; a later one takes its place."""
    return {"id": enter_balance(call.actor, call.body)}


@noun.gets("/cycles/<uuid:cycle_id>/people/<uuid:person_id>/segments", page_of(SegmentView))
def segments(call: Call, cycle_id: UUID, person_id: UUID) -> Page:
    """The segments of a person in a cycle, as far as the caller has a part in them."""
    return Page(segments_of(call.actor, person_id, cycle_id))
