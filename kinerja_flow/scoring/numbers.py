"""Rules from numbers to a number: the linear map between scales, the weighted sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from kinerja_flow.scoring.combination import Combination, Part
from kinerja_flow.scoring.figures import exact
from kinerja_flow.scoring.node import NUMBER
from kinerja_flow.scoring.rule import Asked, Outcome, as_is, pending, scoring_rule, waiting
from kinerja_flow.scoring.saying import sentence, sentences, shown
from kinerja_flow.scoring.shares import Shares, refuse_strangers
from workflows import Exact, Listed, Record, Ref
from workflows.faults import Fault


class ScaleMapParams(Record):
    of = Ref("node", required=True)
    source = Listed(Exact(), data_key="from", attribute="from", required=True, least=2, most=2)
    target = Listed(Exact(), data_key="to", attribute="to", required=True, least=2, most=2)

    @validates_schema
    def has_two_ends(self, data: Mapping[str, Any], **_: object) -> None:
        low, high = data["from"]
        if low == high:
            raise ValidationError({"from": [Fault("ends_alike")]})


class WeightedSumParams(Record):
    of = Shares("node", required=True)
    optional = Listed(Ref("node"), unique="", load_default=list)

    @validates_schema
    def name_their_own(self, data: Mapping[str, Any], **_: object) -> None:
        refuse_strangers("optional", data["optional"], data["of"])


@scoring_rule(version=1, params=ScaleMapParams, yields=NUMBER, running=as_is, needs={"of": NUMBER})
def scale_map(asked: Asked) -> Outcome:
    """A number carried from the scale `from` to the scale `to` on a straight line.

    Both are two ends, [1, 5] to [0, 100]: the first end becomes the first, the second the second.
    Nothing is cut off or rounded. The citizens' index is [1, 4] to [25, 100] (PermenPANRB 14/2017).

    `{scale_map: {of: rerata, from: [1, 5], to: [0, 120]}}`
    """
    part = asked.number(asked.params["of"])
    (low, high), (bottom, top) = asked.params["from"], asked.params["to"]
    ends = {"from": [exact(low), exact(high)], "to": [exact(bottom), exact(top)]}
    if part.number is None:
        return waiting(part, NUMBER, ends)
    value = bottom + (part.number - low) * (top - bottom) / (high - low)
    words = {"low": low, "high": high, "bottom": bottom, "top": top}
    said = sentence("scale_map", of=shown(part), value=value, **words)
    return Outcome(NUMBER, value, said, ends, (part,), part.missing)


def _all_optional(params: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**params, "optional": list(params["of"])}


@scoring_rule(
    version=1, params=WeightedSumParams, yields=NUMBER, running=_all_optional, needs={"of": NUMBER}
)
def weighted_sum(asked: Asked) -> Outcome:
    """The weighted mean of earlier numbers `of`, as {results: 70, behaviour: 30}, or a list.

    70/30, or 60/40 where peers and subordinates are heard, is PP 30/2019 article 41. Weights count
    relative to their sum. A number that is still missing leaves the score pending; one that is
    named in `optional` is left out, and the weights of the rest count for the whole.

    `{weighted_sum: {of: {hasil: 70, perilaku: 30}}}`
    """
    optional = asked.params["optional"]
    weights = asked.params["of"]
    combination = Combination(
        tuple(Part(asked.number(name), weights[name], name in optional) for name in weights)
    )
    inputs = {"weights": {name: exact(weight) for name, weight in weights.items()}}
    nodes, value = combination.nodes, combination.value
    if value is None:
        nothing = asked.lack("nothing_counted", where=asked.step.label)
        return pending(NUMBER, nodes, () if combination.is_held_up else (nothing,), inputs)
    said = sentence("weighted_sum", working=combination.working, value=value)
    said = sentences(said, combination.left_out)
    return Outcome(NUMBER, value, said, inputs, nodes, combination.missing)
