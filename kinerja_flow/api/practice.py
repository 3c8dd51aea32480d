"""Practice: an appraisal that counts for nothing, with personas in all parts but one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.api.cases import ACT, Actions, ActionsView, told
from kinerja_flow.api.entries import Added, NewView
from kinerja_flow.api.fields import Id, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import practice
from kinerja_flow.services.case_list import one_case
from kinerja_flow.services.cases import Act, Outcome, act, offers

noun = Noun(
    "practice", "The real engine, for oneself alone. Everything else goes by the case's id."
)


class PersonaView(Schema):
    """A persona, and the part that it plays."""

    part = Word("The part", like="assessor")
    person_id = Id("Its id")
    name = Word("Its name")


class CurrentView(Schema):
    """The caller's newest practice case."""

    id = Id("The case; null where none was begun")


@noun.gets("/cycles/<uuid:cycle_id>/practice", CurrentView)
def current(call: Call, cycle_id: UUID) -> Mapping[str, Any]:
    """The caller's newest practice case of a cycle."""
    return {"id": practice.current(cycle_id, call.actor)}


@noun.adds("/cycles/<uuid:cycle_id>/practice", None, NewView)
def start(call: Call, cycle_id: UUID) -> Added:
    """Begin a practice appraisal of a cycle, or begin again from zero."""
    return Added(practice.start(cycle_id, call.actor))


@noun.gets("/practice/<uuid:case_id>/personas", page_of(PersonaView))
def personas(call: Call, case_id: UUID) -> Page:
    """Those whom the caller may act as in the case, or name as peers."""
    return Page(practice.personas(case_id, call.actor))


@noun.does("/practice/<uuid:case_id>/skip")
def skip(call: Call, case_id: UUID) -> None:
    """Let time pass in a practice case."""
    practice.skip(case_id, call.actor)


AS = "/practice/<uuid:case_id>/personas/<uuid:person_id>/actions"


@noun.gets(AS, ActionsView)
def actions(call: Call, case_id: UUID, person_id: UUID) -> Actions:
    """What a persona may do with the case now."""
    persona = practice.actor_as(case_id, call.actor, person_id)
    seen = one_case(case_id, persona)
    return Actions(seen.version, [told(offer) for offer in offers(case_id, persona)])


@noun.operation("POST", f"{AS}/<name>", ACT)
def take(call: Call, case_id: UUID, person_id: UUID, name: str) -> Outcome:
    """Take an action on the case as a persona."""
    persona = practice.actor_as(case_id, call.actor, person_id)
    return act(case_id, persona, Act(name, call.body, call.version, call.key))
