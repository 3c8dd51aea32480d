"""The JSON Schema of what forms and actions take, from the fields that read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kinerja_flow.services import forms
from kinerja_flow.services.cycle_forms import WindowsInput
from kinerja_flow.services.template_list import MOST_SOURCE, SourceInput
from workflows.definition import Action, Input
from workflows.kinds import FIELDS, Given
from workflows.takes import MOST_TEXT

UUID = {"type": "string", "format": "uuid"}
DAY = {"type": "string", "format": "date"}
SPAN = {"type": "array", "items": DAY, "minItems": 2, "maxItems": 2}


def shape(field: Given) -> dict[str, Any]:
    """What a field takes."""
    for kind, told in _TOLD.items():
        if isinstance(field, kind):
            return _with_null(told(field.given)) if field.optional else told(field.given)
    return {}


def _with_null(said: dict[str, Any]) -> dict[str, Any]:
    """The same, but that null stands for what is left out."""
    kinds = said["type"] if isinstance(said["type"], list) else [said["type"]]
    found = {**said, "type": [*kinds, "null"]}
    return {**found, "enum": [*said["enum"], None]} if "enum" in said else found


def inputs_of(action: Action, language: str) -> dict[str, Any]:
    """What the body of an act has to be, and what its fields and their answers are called."""
    return {
        "type": "object",
        "properties": {name: _called(spec, language) for name, spec in action.takes.items()},
        "required": sorted(name for name, spec in action.takes.items() if not spec.optional),
        "additionalProperties": False,
    }


def _called(spec: Input, language: str) -> dict[str, Any]:
    said = {"title": spec.label(language), **shape(FIELDS[spec.kind](spec))}
    options = spec.options.get("options", spec.options.get("levels", ()))
    answers = [{"const": str(key), "title": label(language)} for key, label in options]
    if "enum" in said:
        return {**said, "oneOf": [*answers, {"type": "null"}] if spec.optional else answers}
    return {**said, "items": {**said["items"], "oneOf": answers}} if answers else said


def _text(given: Mapping[str, Any]) -> dict[str, Any]:
    least, most = given.get("min", 1), given.get("max", MOST_TEXT)
    return {"type": "string", "minLength": least, "maxLength": most}


def _number(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": ["number", "string"], **_limits(given)}


def _whole(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "integer", **_limits(given)}


def _limits(given: Mapping[str, Any]) -> dict[str, Any]:
    names = {"minimum": given.get("from"), "maximum": given.get("to")}
    return {name: float(value) for name, value in names.items() if value is not None}


def _choice(given: Mapping[str, Any]) -> dict[str, Any]:
    options = given.get("options", given.get("levels", ()))
    return {"type": "string", "enum": [str(key) for key, _ in options]}


def _people(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": UUID, "uniqueItems": True}


def _keys(given: Mapping[str, Any]) -> dict[str, Any]:
    keys = [key for key, _ in given.get("options", ())]
    return {"type": "array", "items": {"type": "string", "enum": keys}, "uniqueItems": True}


#: In this order: the first kind that fits tells.
_TOLD: Mapping[type[Given], Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    forms.IdInput: lambda _: UUID,
    SourceInput: lambda _: {"type": "string", "maxLength": MOST_SOURCE},
    WindowsInput: lambda _: {"type": "object", "additionalProperties": SPAN},
    forms.NamedInput: lambda _: {"type": "object", "additionalProperties": True},
    forms.TimeInput: lambda _: {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
    forms.LinkInput: lambda _: {"type": "string", "format": "uri"},
    forms.Sha256Input: lambda _: {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    FIELDS["text"]: _text,
    FIELDS["number"]: _number,
    FIELDS["integer"]: _whole,
    FIELDS["boolean"]: lambda _: {"type": "boolean"},
    FIELDS["date"]: lambda _: {"type": "string", "format": "date"},
    FIELDS["choice"]: _choice,
    FIELDS["person"]: lambda _: UUID,
    FIELDS["people"]: _people,
    FIELDS["trainings"]: _keys,
}
