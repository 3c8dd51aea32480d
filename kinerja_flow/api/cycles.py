"""Cycles: their windows and boards, and opening and launching them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.entries import NewView
from kinerja_flow.api.fields import Count, Day, Id, Instant, Said, Word, several
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, place_of
from kinerja_flow.api.problems import BlockerView
from kinerja_flow.api.states import CaseStateView
from kinerja_flow.language import language
from kinerja_flow.services import forms, markers
from kinerja_flow.services.cycle_forms import CYCLE, LAUNCH, launch_by, open_by
from kinerja_flow.services.cycle_list import CycleSeen, cycles_for, one_cycle
from workflows.kinds import YEARS

noun = Noun("cycles", "The years in which an agency appraises, and how far each has come.")


class WindowView(Schema):
    """A named span of days."""

    name = Word("Its name in the template", like="planning")
    label = Said("What it is called")
    from_on = Day("First day", like="2026-01-05", attribute="first")
    until_on = Day("Last day", like="2026-02-03", attribute="last")


class StandingView(CaseStateView):
    """How many cases of a kind stand in a state."""

    count = Count("How many", like=12)


class CycleView(Schema):
    """A cycle, with the template version that it pins."""

    id = Id("Its id")
    year = Count("Its year", like=2026)
    name = Word("What it is called", like="SKP 2026")
    template_id = Id("The template version")
    key = Word("Key of the template", like="nasional")
    number = Count("Number of the version", like=1)
    title = Said("What the template is called")
    digest = Word("SHA-256 of the definition, with the cycle's settings filled in")
    from_on = Day("First day of what is appraised", like="2026-01-01")
    until_on = Day("Last day", like="2026-12-31")
    opened_at = Instant("When it was opened")
    windows = several(fields.Nested(WindowView), "Its windows")
    board = fields.List(
        fields.Nested(StandingView),
        allow_none=True,
        metadata={"description": "How many cases stand where, for HR; null for others"},
    )


class CycleFilter(Paged):
    """Of which year cycles are wanted."""

    year = forms.whole("year", **{"from": YEARS[0], "to": YEARS[-1]})


class LaunchedView(Schema):
    """An appraisal that was opened."""

    person_id = Id("Whose")
    case_id = Id("The appraisal")


class NotLaunchedView(Schema):
    """Somebody for whom none was opened, and why."""

    person_id = Id("Who")
    blocker = fields.Nested(BlockerView, metadata={"description": "What is in the way"})


class LaunchView(Schema):
    """What a launch came to, person by person."""

    opened = several(fields.Nested(LaunchedView), "Appraisals that were opened")
    refused = several(fields.Nested(NotLaunchedView), "People without one")


@noun.gets("/cycles", page_of(CycleView), CycleFilter())
def listed(call: Call) -> Page:
    """The agency's cycles, the newest year first."""
    after, most = (
        place_of(call.query.get("cursor"), markers.number, UUID),
        call.query.get("limit", SIZE),
    )
    found = cycles_for(call.actor, call.query.get("year"), after=after, most=most + 1)
    return page(found, most, lambda one: (one.year, one.id))


@noun.gets("/cycles/<uuid:cycle_id>", CycleView)
def one(call: Call, cycle_id: UUID) -> CycleSeen:
    """One cycle; for HR with its board."""
    return one_cycle(cycle_id, call.actor)


@noun.adds("/cycles", CYCLE, NewView)
def opened(call: Call) -> Mapping[str, Any]:
    """Open a cycle of a template version, with its windows and settings; by HR."""
    return {"id": open_by(call.actor, call.body)}


@noun.operation("POST", "/cycles/<uuid:cycle_id>/launch", Contract(LaunchView, LAUNCH, keyed=True))
def launched(call: Call, cycle_id: UUID) -> Mapping[str, Any]:
    """Open an appraisal for each of these people; who can't be appraised is named, with why."""
    report = launch_by(cycle_id, call.actor, call.body)
    opened = [{"person_id": who, "case_id": case} for who, case in report.opened.items()]
    refused = [
        {"person_id": who, "blocker": why.as_json(language())}
        for who, why in report.refused.items()
    ]
    return {"opened": opened, "refused": refused}
