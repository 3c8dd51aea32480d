"""The level that a number falls into, by limits that are met exactly or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from kinerja_flow.scoring.figures import exact, half_up
from kinerja_flow.scoring.node import LEVEL, NUMBER, Node, excused
from kinerja_flow.scoring.rule import (
    Asked,
    Outcome,
    not_required,
    pending,
    scoring_rule,
    valueless,
    waiting,
)
from kinerja_flow.scoring.saying import sentence, sentences, shown
from workflows import Exact, Flag, LabelField, Listed, Record, Ref, Text, Whole
from workflows.definition import Label
from workflows.faults import Fault

Band = Mapping[str, Any]


class BandParams(Record):
    level = Ref("level", validate=Text(40).deserialize, required=True)
    limit = Exact(data_key="from", attribute="from", load_default=None)
    label = LabelField(load_default=None)


class BandsParams(Record):
    of = Ref("node", required=True)
    bands = Listed(fields.Nested(BandParams), least=1, required=True)
    places = Whole(0, 6, data_key="round", attribute="round", load_default=None)
    required = Flag(load_default=True)

    @validates_schema
    def begin_apart(self, data: Mapping[str, Any], **_: object) -> None:
        limits = [band["from"] for band in data["bands"]]
        if len(set(limits)) < len(limits):
            raise ValidationError({"bands": [Fault("bands_begin_alike")]})


@scoring_rule(
    version=1, params=BandsParams, yields=LEVEL, running=not_required, needs={"of": NUMBER}
)
def bands(asked: Asked) -> Outcome:
    """The highest of `bands` whose `from` the number `of` reaches, as a level.

    A number on the limit is inside; 109.99 does not reach 110. One band may go without `from` and
    takes all that is below the others. The number is looked up exact, unless the regulation states
    its bands at fixed places: then `round` gives these places, a half goes up, and the rounding is
    a part of its own. As a suggestion it is named by `judgement`. Used for the predikat of
    PP 30/2019 (110, 90, 70, 50) and the citizens' index of PermenPANRB 14/2017 (`round: 2`;
    88.31, 76.61, 65, 25). With `required` false, a number that is missing holds nothing up: the
    level is shown as a ground that does not decide.

    `{bands: {of: nilai, bands: [{level: baik, from: 90}, {level: kurang}]}}`
    """
    part = asked.number(asked.params["of"])
    inputs = _settings(asked)
    if part.number is None:
        return _without_number(asked, part, inputs)
    looked_up = part if asked.params["round"] is None else _rounded(asked, part, part.number)
    band = _reached(asked, looked_up)
    if band is None:
        missing = asked.lack("band", asked.params["of"], value=shown(looked_up, _limits(asked)))
        return pending(LEVEL, (looked_up,), (missing,), inputs)
    label = band["label"] or asked.material.level(band["level"])
    said = _sentence(asked, looked_up, band["from"], label)
    return Outcome(LEVEL, band["level"], said, inputs, (looked_up,), part.missing, label)


def _without_number(asked: Asked, part: Node, inputs: dict[str, Any]) -> Outcome:
    if asked.params["required"]:
        return waiting(part, LEVEL, inputs)
    return valueless(LEVEL, (part,), excused((part,)), inputs)


def _rounded(asked: Asked, part: Node, number: Fraction) -> Node:
    places = asked.params["round"]
    value = half_up(number, places)
    said = sentence("rounded", of=shown(part, [value]), places=places, value=value)
    outcome = Outcome(
        NUMBER, value, said, {"places": places, "of": exact(number)}, (part,), part.missing
    )
    return asked.within("round", part.label, outcome)


def _reached(asked: Asked, node: Node) -> Band | None:
    value = node.number
    stated = [band for band in asked.params["bands"] if band["from"] is not None]
    reached = [band for band in stated if value is not None and value >= band["from"]]
    rest = [band for band in asked.params["bands"] if band["from"] is None]
    return max(reached, key=_limit) if reached else next(iter(rest), None)


def _limit(band: Band) -> Fraction:
    limit: Fraction = band["from"]
    return limit


def _sentence(asked: Asked, node: Node, limit: Fraction | None, level: Label) -> Label:
    """Which limit the number reached, and which it did not."""
    higher = [other for other in _limits(asked) if limit is None or other > limit]
    words = {"of": node.label, "value": shown(node, _limits(asked)), "level": level}
    reached = None if limit is None else sentence("band_reached", limit=limit)
    below = sentence("band_below", limit=min(higher)) if higher else None
    return sentences(sentence("band", **words), reached, below)


def _limits(asked: Asked) -> list[Fraction]:
    return [band["from"] for band in asked.params["bands"] if band["from"] is not None]


def _settings(asked: Asked) -> dict[str, Any]:
    limits = [
        {"level": band["level"], "from": None if band["from"] is None else exact(band["from"])}
        for band in asked.params["bands"]
    ]
    return {"bands": limits, "round": asked.params["round"]}
