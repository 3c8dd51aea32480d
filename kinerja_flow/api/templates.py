"""Templates: the agency's versions, those that ship, what is wrong with one, and its rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.entries import NewView
from kinerja_flow.api.fields import Count, Id, Instant, Said, Truth, Word, several
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, place_of
from kinerja_flow.language import language
from kinerja_flow.services import forms
from kinerja_flow.services.rights import MachineRights, Right, rights_of
from kinerja_flow.services.template_list import (
    FORM,
    Version,
    checked,
    publish_by,
    source_of,
    versions_for,
)
from kinerja_flow.services.templates import read_template, shipped_keys, shipped_source
from kinerja_flow.workflow import relation_label
from workflows.definition import Definition, Label

noun = Noun("templates", "What an appraisal is: data, checked, published, and never changed.")


class VersionView(Schema):
    """A published version of a template."""

    id = Id("Its id")
    key = Word("Key of the template", like="nasional")
    number = Count("Number of the version", like=1)
    title = Said("What it is called")
    digest = Word("SHA-256 of its definition")
    published_at = Instant("When it was published")
    published_by_id = Id("By whom", attribute="published_by")


class SourceView(VersionView):
    """A version with the text that HR wrote."""

    source = Word("Its YAML, as it was published")


class ShippedView(Schema):
    """A template that ships with the product."""

    key = Word("Its key", like="nasional")
    title = Said("What it is called")
    digest = Word("SHA-256 of its definition")


class ShippedSourceView(ShippedView):
    """A shipped template with its text."""

    source = Word("Its YAML")


class FaultView(Schema):
    """Something that is wrong with a template."""

    code = Word("Stable code of the rule", like="state_unreachable")
    place = Word("Where in the template", like="machines.appraisal.states.told")
    line = Count("Line of the text, from 1; 0 where unknown", like=12)
    column = Count("Column, from 1; 0 where unknown", like=7)
    message = Word("What is wrong, and what to do, in the language of the answer")


class CheckView(Schema):
    """What the checker says of a template."""

    is_sound = Truth("Whether nothing is wrong")
    digest = Word("SHA-256 of its definition; null where something is wrong")
    problems = several(fields.Nested(FaultView), "Everything that is wrong, together")


class WhoView(Schema):
    """Who may do something, and from which states."""

    relation = Word("The relation", like="assessor")
    label = Said("What it is called")
    states = several(Word("A state"), "From which states they may")
    substitute = Truth("Whether a substitute may for them; null where nobody stands in")


class RightView(Schema):
    """Something that may be done: an action, or writing in a book."""

    name = Word("Its name", like="submit_plan")
    who = several(fields.Nested(WhoView), "Who may")
    apart = several(Word("An act"), "Never whoever did one of these before, nor for whom it was")


class MachineView(Schema):
    """The rights in one machine."""

    kind = Word("The kind of case", like="appraisal")
    label = Said("What it is called")
    actions = several(fields.Nested(RightView), "Its actions")
    books = several(fields.Nested(RightView), "Its books")


class RightsView(Schema):
    """Who may do what by a template, as the engine itself answers."""

    machines = several(fields.Nested(MachineView), "By kind of case")


class VersionFilter(Paged):
    """Of which template versions are wanted."""

    key = forms.text("key", 40, optional=True)


@noun.gets("/templates", page_of(VersionView), VersionFilter())
def versions(call: Call) -> Page:
    """The versions that the agency published, newest first."""
    after, most = place_of(call.query.get("cursor"), UUID), call.query.get("limit", SIZE)
    last = after[0] if after else None
    found = versions_for(call.actor, call.query.get("key"), after=last, most=most + 1)
    return page(found, most, lambda one: (one.id,))


@noun.adds("/templates", FORM, NewView)
def published(call: Call) -> Mapping[str, Any]:
    """Publish a template as the next version of its key, if it is sound; by HR."""
    return {"id": publish_by(call.actor, call.body)}


@noun.operation("POST", "/templates/check", Contract(CheckView, FORM))
def check(call: Call) -> Mapping[str, Any]:
    """Every problem of a template, each at its place; nothing is kept. By HR."""
    found = checked(call.actor, call.body)
    told = language()
    problems = [
        {
            "code": one.code,
            "place": one.place,
            "line": one.line,
            "column": one.column,
            "message": one.say(told),
        }
        for one in found.problems
    ]
    return {"is_sound": found.is_sound, "digest": found.digest, "problems": problems}


@noun.gets("/templates/<uuid:template_id>", SourceView)
def version(call: Call, template_id: UUID) -> Mapping[str, Any]:
    """A version with its source."""
    found, source = source_of(template_id, call.actor)
    return {
        **{name: getattr(found, name) for name in Version.__dataclass_fields__},
        "source": source,
    }


@noun.gets("/templates/<uuid:template_id>/rights", RightsView)
def rights(call: Call, template_id: UUID) -> Mapping[str, Any]:
    """Who may do what, from where, and whether through a substitute."""
    _, source = source_of(template_id, call.actor)
    return _rights(read_template(source))


@noun.gets("/templates/shipped", page_of(ShippedView))
def shipped(call: Call) -> Page:
    """The templates that ship with the product."""
    return Page([_shipped(key) for key in shipped_keys()])


@noun.gets("/templates/shipped/<key>", ShippedSourceView)
def shipped_one(call: Call, key: str) -> Mapping[str, Any]:
    """A shipped template with its source."""
    return {**_shipped(key), "source": shipped_source(key)}


@noun.gets("/templates/shipped/<key>/rights", RightsView)
def shipped_rights(call: Call, key: str) -> Mapping[str, Any]:
    """Who may do what by a shipped template."""
    return _rights(read_template(shipped_source(key)))


def _shipped(key: str) -> dict[str, Any]:
    definition = read_template(shipped_source(key))
    return {"key": key, "title": definition.title, "digest": definition.digest}


def _rights(definition: Definition) -> dict[str, Any]:
    return {"machines": [_machine(definition, found) for found in rights_of(definition)]}


def _machine(definition: Definition, found: MachineRights) -> dict[str, Any]:
    def told(right: Right) -> dict[str, Any]:
        return {"name": right.name, "who": list(_who(definition, right)), "apart": right.apart}

    named: dict[str, str | Label | None] = {"kind": found.machine.name}
    named["label"] = found.machine.label
    return {
        **named,
        "actions": list(map(told, found.actions)),
        "books": list(map(told, found.books)),
    }


def _who(definition: Definition, right: Right) -> Iterator[dict[str, Any]]:
    for relation, states in right.who.items():
        ways = right.ways.get(relation)
        may = None if ways is None else not ways["substitute"]
        label = relation_label(definition, relation)
        yield {"relation": relation, "label": label, "states": states, "substitute": may}
