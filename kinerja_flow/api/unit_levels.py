"""How the units of a cycle stand: their predikat, its guidance, and the reach of the briefing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Exact, Id, Instant, Said, Truth, Word, several
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services.reach import Reach, reach
from kinerja_flow.services.unit_ratings import FORM, rate_unit, unit_ratings
from kinerja_flow.services.unit_standings import UnitStanding, unit_standings

noun = Noun("unit_ratings", "The predikat of units, how levels keep to it, and who was briefed.")


class LineView(Schema):
    """A guideline for how levels are spread, and whether the unit keeps to it."""

    state = Word("Whether it is kept, open or broken", like="kept")
    sentence = Said("The same in a sentence")


class UnitStandingView(Schema):
    """How the levels of a unit's people stand to its predikat. It guides and decides nothing."""

    unit_id = Id("The unit")
    name = Word("What it is called")
    head_id = Id("Who heads it; null where nobody does")
    level = Word("Its predikat; null where nobody has set it", like="baik")
    size = Count("How many people", like=12)
    counts = fields.Dict(metadata={"description": "How many of each level"})
    lines = several(fields.Nested(LineView), "The guidelines")
    sentence = Said("How it stands, in a sentence")
    provisional = Count("How many of these levels may still change", like=0)


class RatedView(Schema):
    """A predikat that was set for a unit; a later number supersedes it."""

    number = Count("Its number", like=1)
    level = Word("The level", like="baik")
    level_label = Said("What it is called", like="Baik", attribute="label")
    reason = Word("Why")
    set_by_id = Id("Who set it", attribute="set_by")
    on_behalf_of_id = Id(
        "The absent official for whom; null for themself", attribute="on_behalf_of"
    )
    set_at = Instant("When")
    is_superseded = Truth("Whether a later one holds")


class NumberView(Schema):
    """A predikat that was set."""

    number = Count("Its number", like=1)


class ReachedView(Schema):
    """How far a briefing has reached the people of one role."""

    role = Word("The role", like="employee")
    read = Count("How many have read it", like=9)
    asked = Count("How many take part", like=12)
    share = Exact("The share in percent", like="75")


class ReachView(Schema):
    """How far the briefing has reached a unit with all below it."""

    unit_id = Id("The unit; null for those without one")
    unit = Word("What it is called")
    parent_id = Id("The unit that it is in; null at the top")
    roles = several(fields.Nested(ReachedView), "By role")


@noun.gets("/cycles/<uuid:cycle_id>/unit-standings", page_of(UnitStandingView))
def standings(call: Call, cycle_id: UUID) -> Page:
    """How units keep to the guidance for their predikat, for HR and those who assess in them."""
    found = unit_standings(cycle_id, call.actor)
    return Page([_standing(one) for one in found])


def _standing(one: UnitStanding) -> dict[str, Any]:
    spread = {name: getattr(one.distribution, name) for name in ("level", "size", "counts")}
    spread |= {"lines": one.distribution.lines, "sentence": one.distribution.sentence}
    of = {name: getattr(one, name) for name in ("unit_id", "name", "head_id", "provisional")}
    return {**of, **spread}


@noun.gets("/cycles/<uuid:cycle_id>/units/<uuid:unit_id>/ratings", page_of(RatedView))
def ratings(call: Call, cycle_id: UUID, unit_id: UUID) -> Page:
    """Every predikat that was set for a unit, for those in it, those above, and HR."""
    return Page(unit_ratings(cycle_id, unit_id, call.actor))


@noun.adds("/cycles/<uuid:cycle_id>/units/<uuid:unit_id>/ratings", FORM, NumberView)
def rate(call: Call, cycle_id: UUID, unit_id: UUID) -> Mapping[str, Any]:
    """Set the predikat of a unit, one level above its head; the one before stays readable."""
    return {"number": rate_unit(cycle_id, unit_id, call.actor, call.body)}


@noun.gets("/cycles/<uuid:cycle_id>/reach", page_of(ReachView))
def reached(call: Call, cycle_id: UUID) -> Page:
    """How far the briefing has reached, in each unit with all below it; for HR."""
    return Page([_reach(one) for one in reach(cycle_id, call.actor)])


def _reach(one: Reach) -> dict[str, Any]:
    roles = [
        {"role": role, "read": read, "asked": asked, "share": one.share(role)}
        for role, (read, asked) in one.roles.items()
    ]
    return {"unit_id": one.unit_id, "unit": one.unit, "parent_id": one.parent_id, "roles": roles}
