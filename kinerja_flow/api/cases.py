"""Cases: where each stands, what may be done with it, and the one way to move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import INCLUDE, Schema, fields

from kinerja_flow.api.fields import Count, Day, Id, Instant, Said, Truth, Word
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, place_of
from kinerja_flow.api.problems import BlockerView
from kinerja_flow.api.shapes import inputs_of
from kinerja_flow.api.states import CaseStateView
from kinerja_flow.language import language
from kinerja_flow.services import forms
from kinerja_flow.services.case_list import CaseSeen, Filter, cases_for, one_case
from kinerja_flow.services.cases import Act, Outcome, act, offers
from kinerja_flow.workflow import Offer
from workflows.definition.words import PHASES

noun = Noun("cases", "Appraisals and what hangs on them: checkpoints, objections, follow-ups.")


class CaseView(CaseStateView):
    """Where a case stands."""

    id = Id("Its id")
    cycle_id = Id("The cycle that it is part of")
    parent_id = Id("The case that it hangs on; null for an appraisal")
    subject_id = Id("Whom it is about")
    subject = Word("Name of whom it is about")
    unit_id = Id("Their unit when it was opened")
    from_on = Day("First day of its period", like="2026-01-01")
    until_on = Day("Last day of its period", like="2026-12-31")
    version = Count("Its version: send it as If-Match", like=7)
    due_on = Day("Last day of the term of its state; null where there is none")
    closed_at = Instant("When it came to its end; null before")
    relations = fields.List(
        Word("A relation"), metadata={"description": "In which relations the caller stands to it"}
    )


class ActionView(Schema):
    """Something that the caller may do with a case, and what is still in the way."""

    name = Word("Name of the action", like="submit_plan")
    label = Said("What it is called", like="Ajukan rencana")
    capacity = Word("The relation in which the caller would do it", like="employee")
    is_ready = Truth("Whether nothing is in the way")
    blockers = fields.List(
        fields.Nested(BlockerView), metadata={"description": "Everything that is in the way"}
    )
    inputs = fields.Dict(metadata={"description": "JSON Schema of the body, with labels as titles"})


@dataclass(frozen=True, slots=True)
class Actions:
    """What the caller may do with the case of this version."""

    version: int
    items: Sequence[Mapping[str, Any]]


class ActionsView(Schema):
    """What the caller may do with a case now."""

    version = Count("The version of the case: send it as If-Match", like=7)
    items = fields.List(fields.Nested(ActionView), metadata={"description": "The actions"})


class OutcomeView(Schema):
    """What an act came to."""

    case_id = Id("The case")
    action = Word("What was done", like="submit_plan")
    state = Word("The state that the case has now", like="plan_review")
    version = Count("The version that it has now", like=8)


class CaseFilter(Paged):
    """Which cases are wanted."""

    cycle_id = forms.identity("cycle_id", optional=True)
    subject_id = forms.identity("subject_id", optional=True)
    unit_id = forms.identity("unit_id", optional=True)
    parent_id = forms.identity("parent_id", optional=True)
    kind = forms.text("kind", 40, optional=True)
    phase = forms.choice("phase", PHASES, optional=True)
    state = forms.text("state", 40, optional=True)
    is_open = forms.choice("is_open", ("true", "false"), optional=True)


class Inputs(forms.Form):
    """What the action takes: see `inputs` of the case's actions."""

    class Meta:
        unknown = INCLUDE


@noun.gets("/cases", page_of(CaseView), CaseFilter())
def listed(call: Call) -> Page:
    """The caller's own cases and those in which they take part; for HR all of the agency."""
    asked = dict(call.query)
    after = place_of(asked.pop("cursor", None), UUID)
    most = asked.pop("limit", SIZE)
    is_open = asked.pop("is_open", None)
    wanted = Filter(asked, None if is_open is None else is_open == "true")
    found = cases_for(call.actor, wanted, after=after[0] if after else None, most=most + 1)
    return page(found, most, lambda one: (one.id,))


@noun.gets("/cases/<uuid:case_id>", CaseView)
def one(call: Call, case_id: UUID) -> CaseSeen:
    """One case, for whoever takes part in it."""
    return one_case(case_id, call.actor)


@noun.gets("/cases/<uuid:case_id>/actions", ActionsView)
def actions(call: Call, case_id: UUID) -> Actions:
    """What the caller may do with the case now, what is in the way, and who can lift it."""
    seen = one_case(case_id, call.actor)
    return Actions(seen.version, [told(offer) for offer in offers(case_id, call.actor)])


def told(offer: Offer) -> dict[str, Any]:
    return {
        "name": offer.action.name,
        "label": offer.action.label,
        "capacity": offer.capacity,
        "is_ready": not offer.blockers,
        "blockers": [blocker.as_json(language()) for blocker in offer.blockers],
        "inputs": inputs_of(offer.action, language()),
    }


ACT = Contract(OutcomeView, Inputs(), versioned=True, keyed="verb")


@noun.operation("POST", "/cases/<uuid:case_id>/actions/<name>", ACT)
def take(call: Call, case_id: UUID, name: str) -> Outcome:
    """Take an action on the case. The body holds its inputs by name."""
    return act(case_id, call.actor, Act(name, call.body, call.version, call.key))
