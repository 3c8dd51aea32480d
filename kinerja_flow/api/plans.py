"""The plan (SKP) of an appraisal: its RHK with indicators and links, and the lists beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Exact, Id, Truth, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import plan_reading, plans
from kinerja_flow.services.plan_forms import LINK, ItemForm, NoteForm
from kinerja_flow.services.plan_reading import PlanSeen

noun = Noun(
    "plans", "The plan of an appraisal. Its version is that of the case: every change bumps it."
)


class IndicatorView(Schema):
    """An indicator (IKI) of an RHK."""

    id = Id("Its id: send it to keep the indicator when its RHK is replaced")
    aspect = Word("What it looks at", like="kuantitas")
    title = Word("What is measured", like="Jumlah dokumen perencanaan")
    catalogue_key = Word("Key in the template's catalogue; null where it is none of it")
    target = Word("The target as it was written", like="2 Dokumen")
    value = Exact("The target as a number; null where it is in words", like="2")
    upper = Exact("The upper end of a target that is a range; null otherwise")
    unit = Word("The unit of the target", like="Dokumen")
    polarity = Word("Which direction is better", like="higher")
    is_objective = Truth("Whether it can be measured objectively")
    baseline = Exact("What an improvement counts from; null where there is none")


class PlanItemView(Schema):
    """An RHK of the plan."""

    id = Id("Its id")
    ordinal = Count("Its place in the plan", like=1)
    section = Word("utama or tambahan", like="utama")
    title = Word("The result to reach", like="Dokumen perencanaan tersusun")
    perspective = Word("Perspective of a leader's plan; null where there is none")
    weight = Exact("Its weight in percent; null where the plan has none", like="40")
    superior_item_id = Id("The superior's RHK that it serves; null where it serves none here")
    superior_text = Word("The superior's RHK in words, where the superior keeps no plan here")
    indicators = fields.List(
        fields.Nested(IndicatorView), metadata={"description": "Its indicators, in their order"}
    )


class PlanNoteView(Schema):
    """A line of one of the plan's lists."""

    id = Id("Its id")
    section = Word("The list that it stands in", like="resources")
    about = Word("The behaviour that an expectation is about; null in the other lists")
    text = Word("What it says", like="Komputer dan akses internet")


class PlanView(Schema):
    """A plan as it stands."""

    case_id = Id("The appraisal whose plan it is")
    version = Count("Version of the case: send it as If-Match", like=7)
    items = fields.List(fields.Nested(PlanItemView), metadata={"description": "The RHK, in order"})
    notes = fields.List(fields.Nested(PlanNoteView), metadata={"description": "The lists' lines"})


class WrittenView(Schema):
    """What was written, and the plan as it stands now."""

    id = Id("The RHK, or the line, that was written")
    plan = fields.Nested(PlanView, metadata={"description": "The plan as it stands now"})


class AboveView(Schema):
    """An RHK of a superior, which an RHK of this plan may serve."""

    id = Id("Its id: send it as superior_item_id")
    person_id = Id("Whose plan it is of")
    title = Word("The result to reach", like="Mutu perencanaan daerah meningkat")


@dataclass(frozen=True, slots=True)
class Written:
    id: UUID
    plan: PlanSeen

    @property
    def version(self) -> int:
        return self.plan.version


@noun.gets("/cases/<uuid:case_id>/plan", PlanView)
def one(call: Call, case_id: UUID) -> PlanSeen:
    """The plan of an appraisal, for its employee, those who assess, and HR."""
    return plan_reading.plan_for(case_id, call.actor)


@noun.gets("/cases/<uuid:case_id>/plan/above", page_of(AboveView))
def above(call: Call, case_id: UUID) -> Page:
    """The RHK of the superiors' own plans, which an RHK of this plan may serve."""
    return Page(plan_reading.above(case_id, call.actor))


ITEM, NOTE = ItemForm(exclude=("id",)), NoteForm(exclude=("id",))


@noun.adds("/cases/<uuid:case_id>/plan/items", ITEM, WrittenView, versioned=True)
def add_item(call: Call, case_id: UUID) -> Written:
    """Add an RHK with its indicators to the plan."""
    return _put_item(call, case_id, None)


@noun.sets("/cases/<uuid:case_id>/plan/items/<uuid:item_id>", ITEM, WrittenView, versioned=True)
def put_item(call: Call, case_id: UUID, item_id: UUID) -> Written:
    """Replace an RHK. An indicator that is sent with its id keeps what was recorded of it."""
    return _put_item(call, case_id, item_id)


def _put_item(call: Call, case_id: UUID, item_id: UUID | None) -> Written:
    entry = {**call.body, "id": item_id}
    return _written(call, case_id, plans.put_item(case_id, call.actor, entry, call.version))


@noun.removes("/cases/<uuid:case_id>/plan/items/<uuid:item_id>", versioned=True)
def remove_item(call: Call, case_id: UUID, item_id: UUID) -> None:
    """Take an RHK out of the plan, unless something hangs on it."""
    plans.remove_item(case_id, call.actor, item_id, call.version)


@noun.sets(
    "/cases/<uuid:case_id>/plan/items/<uuid:item_id>/link", LINK, WrittenView, versioned=True
)
def link(call: Call, case_id: UUID, item_id: UUID) -> Written:
    """Say which RHK of the superior an RHK serves, also after the plan was approved."""
    plans.link_item(case_id, call.actor, item_id, call.body, call.version)
    return _written(call, case_id, item_id)


@noun.adds("/cases/<uuid:case_id>/plan/notes", NOTE, WrittenView, versioned=True)
def add_note(call: Call, case_id: UUID) -> Written:
    """Add a line to one of the plan's lists."""
    return _put_note(call, case_id, None)


@noun.sets("/cases/<uuid:case_id>/plan/notes/<uuid:note_id>", NOTE, WrittenView, versioned=True)
def put_note(call: Call, case_id: UUID, note_id: UUID) -> Written:
    """Replace a line of one of the plan's lists."""
    return _put_note(call, case_id, note_id)


def _put_note(call: Call, case_id: UUID, note_id: UUID | None) -> Written:
    entry: dict[str, Any] = {**call.body, "id": note_id}
    return _written(call, case_id, plans.put_note(case_id, call.actor, entry, call.version))


@noun.removes("/cases/<uuid:case_id>/plan/notes/<uuid:note_id>", versioned=True)
def remove_note(call: Call, case_id: UUID, note_id: UUID) -> None:
    """Take a line out of the plan's lists."""
    plans.remove_note(case_id, call.actor, note_id, call.version)


def _written(call: Call, case_id: UUID, written_id: UUID) -> Written:
    return Written(written_id, plan_reading.plan_for(case_id, call.actor))
