"""What a plan's entries look like: an RHK with its indicators (IKI), a link, a note."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from kinerja_flow.models.plans import (
    ASPECTS,
    NOTE_SECTIONS,
    PERSPECTIVES,
    POLARITIES,
    SECTIONS,
)
from kinerja_flow.services import forms, measures
from kinerja_flow.services.forms import Form
from workflows.faults import Fault, refuse

MOST_ITEMS = 30
MOST_INDICATORS = 10
MOST_NOTES = 50
#: The lists of which each line is about one behaviour of the template.
ABOUT_BEHAVIOUR = "expectation"


class IndicatorForm(Form):
    """An IKI: its aspect, and its target as people write it.

    An indicator that can't be measured objectively says so and may state its target in words.
    """

    id = forms.identity("id", optional=True)
    aspect = forms.choice("aspect", ASPECTS)
    title = forms.text("title")
    target = forms.text("target", 200)
    polarity = forms.choice("polarity", POLARITIES, default="higher")
    is_objective = forms.flag("is_objective", default=True)
    baseline = forms.number("baseline", places=6, **{"from": Decimal(0)})
    catalogue_key = forms.text("catalogue_key", 40, optional=True)

    @validates_schema(skip_on_field_errors=False)
    def _target_fits(self, data: Mapping[str, Any], **_: Any) -> None:
        if {"target", "polarity", "is_objective"} <= data.keys():
            try:
                _measured(data)
            except ValidationError as error:
                raise ValidationError({"target": error.messages}) from error

    @post_load
    def _with_measure(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "measure": _measured(data)}


def _measured(data: Mapping[str, Any]) -> measures.Measure | None:
    """The target as a measure that suits the polarity; None for a judged one in words."""
    if not data["is_objective"] and not measures.has_number(data["target"]):
        return None
    measure = measures.parse(data["target"])
    if data["polarity"] == "range" and measure.upper is None:
        raise refuse("range_without_end", value=data["target"])
    if data["polarity"] != "range" and measure.upper is not None:
        raise refuse("range_not_meant", value=data["target"])
    return measure


class LinkForm(Form):
    """The superior's RHK that an RHK serves: its id, or in words where there is none here."""

    superior_item_id = forms.identity("superior_item_id", optional=True)
    superior_text = forms.text("superior_text", optional=True)

    @validates_schema
    def _linked_once(self, data: Mapping[str, Any], **_: Any) -> None:
        if {"superior_item_id", "superior_text"} <= data.keys():
            raise ValidationError({"superior_text": [Fault("linked_twice")]})


class ItemForm(LinkForm):
    """An RHK. With the `id` of one it replaces that one, and keeps indicators named by `id`."""

    id = forms.identity("id", optional=True)
    section = forms.choice("section", SECTIONS, default="utama")
    title = forms.text("title")
    perspective = forms.choice("perspective", PERSPECTIVES, optional=True)
    weight = forms.number("weight", places=2, **{"from": Decimal("0.01"), "to": Decimal(100)})
    indicators = forms.Rows(
        fields.Nested(IndicatorForm), required=True, least=1, most=MOST_INDICATORS
    )


class OnlyLinkForm(LinkForm):
    """A link made later: it names one or the other."""

    @validates_schema
    def _linked(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data:
            raise ValidationError({"superior_item_id": [Fault("required")]})


class NoteForm(Form):
    """A line of one of the plan's lists; an expectation names the behaviour that it is about."""

    id = forms.identity("id", optional=True)
    section = forms.choice("section", NOTE_SECTIONS)
    about = forms.text("about", 40, optional=True)
    text = forms.text("text")

    @validates_schema
    def _about_a_behaviour(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["section"] == ABOUT_BEHAVIOUR and "about" not in data:
            raise ValidationError({"about": [Fault("required")]})
        if data["section"] != ABOUT_BEHAVIOUR and "about" in data:
            raise ValidationError({"about": [Fault("about_nothing")]})


ITEM, LINK, NOTE = ItemForm(), OnlyLinkForm(), NoteForm()
