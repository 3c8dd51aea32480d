"""Who stands in for whom, who is away, and appraisals that pass to another assessor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.entries import NewView
from kinerja_flow.api.fields import Day, Id, Instant, Word, several
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, place_of
from kinerja_flow.api.problems import BlockerView
from kinerja_flow.language import language
from kinerja_flow.services import absences, substitutions
from kinerja_flow.services.hand_over_forms import FORM, hand_over_by

noun = Noun("substitutions", "Plt, Plh and leave; absences; changes of assessor.")


class GrantView(Schema):
    """That somebody stands in for an absent official from day to day."""

    id = Id("Its id")
    absent_id = Id("Who is absent")
    substitute_id = Id("Who stands in")
    kind = Word("plt, plh or leave", like="plh")
    from_on = Day("First day", like="2026-02-01")
    until_on = Day("Last day", like="2026-02-03")
    granted_by_id = Id("Who granted it", attribute="granted_by")
    granted_at = Instant("When")
    ground = Word("Why; the substitute is not told")
    revoked_at = Instant("When it was revoked; null where it was not")
    revoked_by_id = Id("Who revoked it", attribute="revoked_by")


class AwayView(Schema):
    """That somebody is away for long."""

    id = Id("Its id")
    kind = Word("Why", like="cuti")
    from_on = Day("First day", like="2026-02-01")
    until_on = Day("Last day; null where it goes on")


class NotHandedView(Schema):
    """An appraisal that did not pass, with all that is in the way."""

    case_id = Id("The appraisal")
    blockers = several(fields.Nested(BlockerView), "What is in the way")


class HandOverView(Schema):
    """What a hand-over came to."""

    handed_ids = several(Id("An appraisal"), "What passed to the new assessor")
    refused = several(fields.Nested(NotHandedView), "What did not")


@noun.gets("/substitutions", page_of(GrantView), Paged())
def grants(call: Call) -> Page:
    """The grants that the caller may know of, latest first day first: HR all of the agency."""
    after = place_of(call.query.get("cursor"), UUID)
    most = min(call.query.get("limit", SIZE), substitutions.PAGE - 1)
    last = after[0] if after else None
    found = substitutions.substitutions_of(call.actor, after=last, most=most + 1)
    return page(found, most, lambda one: (one.id,))


@noun.adds("/substitutions", substitutions.FORM, NewView)
def grant(call: Call) -> Mapping[str, Any]:
    """Let somebody stand in for an absent official; by HR or the official."""
    return {"id": substitutions.grant(call.actor, call.body)}


@noun.removes("/substitutions/<uuid:grant_id>")
def revoke(call: Call, grant_id: UUID) -> None:
    """End a grant from now on; it stays on record."""
    substitutions.revoke(call.actor, grant_id)


@noun.gets("/people/<uuid:person_id>/absences", page_of(AwayView))
def away(call: Call, person_id: UUID) -> Page:
    """Somebody's absences, for HR."""
    return Page(absences.listed(call.actor, person_id))


@noun.adds("/absences", absences.ABSENCE, NewView)
def add_absence(call: Call) -> Mapping[str, Any]:
    """Record that somebody is away for long, by HR."""
    return {"id": absences.add(call.actor, call.body)}


@noun.removes("/absences/<uuid:absence_id>")
def remove_absence(call: Call, absence_id: UUID) -> None:
    """Take back an absence that was recorded by mistake."""
    absences.remove(call.actor, absence_id)


@noun.operation("POST", "/hand-overs", Contract(HandOverView, FORM, keyed=True))
def hand_over(call: Call) -> Mapping[str, Any]:
    """Let all appraisals of one assessor, or some of them, pass to another; by HR."""
    report = hand_over_by(call.actor, call.body)
    refused = [
        {"case_id": case_id, "blockers": [one.as_json(language()) for one in blockers]}
        for case_id, blockers in report.refused.items()
    ]
    return {"handed_ids": report.handed, "refused": refused}
