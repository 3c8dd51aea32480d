"""What somebody stated in an input of a template, in words: levels and choices by their labels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from babel.dates import format_date

from kinerja_flow.scoring import written
from kinerja_flow.scoring.figures import listed
from workflows.definition import LANGUAGES, Definition, Input, Label

_YES, _NO = Label("ya", "yes"), Label("tidak", "no")
_GONE = Label("(teks dihapus)", "(text removed)")


def labels(definition: Definition) -> Mapping[str, Label]:
    """What each input of the template is called."""
    return {name: one.label for name, one in _inputs(definition).items()}


def told(definition: Definition, field: str, value: str | None, text: str | None) -> Label:
    """A stated value or text as people read it."""
    if value is None:
        return Label(text, text) if text is not None else _GONE
    spec = _inputs(definition)[field]
    say = _SAYING.get(spec.kind)
    return say(spec, value) if say else Label(value, value)


def _inputs(definition: Definition) -> Mapping[str, Input]:
    """Each input by its name, as the first action that takes it has it."""
    found: dict[str, Input] = {}
    for machine in definition.machines.values():
        for action in machine.actions.values():
            for name, spec in action.takes.items():
                found.setdefault(name, spec)
    return found


def _level(spec: Input, value: str) -> Label:
    return dict(spec.options["levels"]).get(value) or Label(value, value)


def _choice(spec: Input, value: str) -> Label:
    return dict(spec.options["options"]).get(value) or Label(value, value)


def _trainings(spec: Input, value: str) -> Label:
    return listed([_choice(spec, key) for key in value.split(", ")])


def _number(_spec: Input, value: str) -> Label:
    return written(Fraction(value))


def _flag(_spec: Input, value: str) -> Label:
    return _YES if value == "true" else _NO


def _day(_spec: Input, value: str) -> Label:
    day = date.fromisoformat(value)
    return Label(*(format_date(day, "d MMMM y", locale=of) for of in LANGUAGES))


_SAYING: Mapping[str, Any] = {
    "rating": _level,
    "choice": _choice,
    "trainings": _trainings,
    "number": _number,
    "integer": _number,
    "boolean": _flag,
    "date": _day,
}
