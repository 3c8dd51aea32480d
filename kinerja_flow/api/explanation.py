"""How a score explains itself, as a tree of its steps."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Said, Shown, Truth, Word, several
from kinerja_flow.scoring.figures import decimal


class Value(Shown):
    """A number without loss, as text, or the key of a level."""

    def _serialize(self, value: Fraction | str | None, *_: Any, **__: Any) -> str | None:
        return decimal(value) if isinstance(value, Fraction) else value


class MissingView(Schema):
    """Something that a step lacks."""

    node = Word("The step", like="capaian")
    code = Word("What kind of thing", like="realisation")
    subject = Word("Which one")
    required = Truth("Whether there is no value without it")
    sentence = Said("The same in a sentence")


class NodeView(Schema):
    """A step of a score, with the steps that it is made from."""

    name = Word("Name of the step, as the template has it", like="hasil")
    label = Said("What it is called", like="Hasil kerja")
    rule = Word("The rule by which it was reckoned", like="plan_achievement")
    version = Count("Version of the rule", like=1)
    kind = Word("number or level", like="number")
    value = Value("The value; null while something required is missing", like="99.73")
    shown = Said("The value as people read it", like="99,73")
    inputs = fields.Dict(metadata={"description": "What it was reckoned from, exactly"})
    sentence = Said("How it came about, in a sentence")
    parts = several(fields.Nested(lambda: NodeView()), "The steps that it is made from")
    missing = several(fields.Nested(MissingView), "What it lacks")
