"""People, units and posts of the agency, as far as the caller may know of them."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Day, Id, Word, several
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, place_of
from kinerja_flow.services import forms
from kinerja_flow.services.directory import PersonSeen, Sought, people_for, person_for
from kinerja_flow.services.places import UnitSeen, posts_for, unit_for, units_for

noun = Noun("people", "The agency's people, units and posts.")


class HoldingView(Schema):
    """A post that somebody holds today."""

    post_id = Id("The post")
    title = Word("Its title", like="Guru Ahli Pertama")
    unit_id = Id("Its unit")
    unit = Word("What the unit is called")
    kind = Word("definitive, plt or plh", like="definitive")


class PersonView(Schema):
    """Somebody of the agency. NIP, rank and the like are for themself and for HR."""

    id = Id("Their id")
    name = Word("Their name")
    kind = Word("employee, or external for an official of another body", like="employee")
    nip = Word("NIP; null where the caller is not told")
    rank = Word("Rank (golongan); null where the caller is not told")
    employment = Word("pns or pppk; null where the caller is not told", like="pns")
    left_on = Day("From which day they are gone; null where they are not")
    posts = several(fields.Nested(HoldingView), "What they hold today")


class UnitView(Schema):
    """A unit kerja."""

    id = Id("Its id")
    name = Word("What it is called")
    parent_id = Id("The unit that it is in; null at the top")


class PostView(Schema):
    """A jabatan, with whoever holds it today."""

    id = Id("Its id")
    title = Word("Its title", like="Guru Ahli Pertama")
    unit_id = Id("Its unit")
    unit = Word("What the unit is called")
    level = Word("Its level")
    field = Word("Its field of work")
    holder_id = Id("Who holds it today; null where it is vacant")
    holder = Word("Their name")
    held_as = Word("definitive, plt or plh", like="definitive")


class PeopleFilter(Paged):
    """Which people are wanted: by part of the name, by the first digits of the NIP (for HR), by the
    unit in which they hold a post."""

    q = forms.text("q", 100, optional=True)
    unit_id = forms.identity("unit_id", optional=True)


class PostFilter(Paged):
    """Of which unit posts are wanted."""

    unit_id = forms.identity("unit_id", optional=True)


@noun.gets("/people", page_of(PersonView), PeopleFilter())
def people(call: Call) -> Page:
    """People by name: HR all of the agency, others themselves and those in their appraisals."""
    after, most = place_of(call.query.get("cursor"), str, UUID), call.query.get("limit", SIZE)
    sought = Sought(call.query.get("q"), call.query.get("unit_id"))
    found = people_for(call.actor, sought, after=after, most=most + 1)
    return page(found, most, lambda one: (one.name, one.id))


@noun.gets("/people/<uuid:person_id>", PersonView)
def person(call: Call, person_id: UUID) -> PersonSeen:
    """One of the people whom the caller may know of."""
    return person_for(person_id, call.actor)


@noun.gets("/units", page_of(UnitView), Paged())
def units(call: Call) -> Page:
    """Units by name: HR all of the agency, others those in which they sit or take part."""
    after, most = place_of(call.query.get("cursor"), str, UUID), call.query.get("limit", SIZE)
    found = units_for(call.actor, after=after, most=most + 1)
    return page(found, most, lambda one: (one.name, one.id))


@noun.gets("/units/<uuid:unit_id>", UnitView)
def unit(call: Call, unit_id: UUID) -> UnitSeen:
    """One of the units that the caller may know of."""
    return unit_for(unit_id, call.actor)


@noun.gets("/posts", page_of(PostView), PostFilter())
def posts(call: Call) -> Page:
    """Posts by title with whoever holds them today, for HR."""
    after, most = place_of(call.query.get("cursor"), str, UUID), call.query.get("limit", SIZE)
    found = posts_for(call.actor, call.query.get("unit_id"), after=after, most=most + 1)
    return page(found, most, lambda one: (one.title, one.id))
