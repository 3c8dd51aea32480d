"""What rules over answers share: whose count, from how many on, and the mean over the raters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from marshmallow import validates_schema

from kinerja_flow.scoring.figures import exact, mean_of, trimmed
from kinerja_flow.scoring.node import NUMBER
from kinerja_flow.scoring.rule import Asked, Outcome, pending
from kinerja_flow.scoring.saying import mean_said, sentence, sentences
from kinerja_flow.scoring.shares import Shares, refuse_strangers
from workflows import Entries, Flag, Listed, Record, Ref, Whole
from workflows.definition import Label

#: From this many values on, trimming drops the highest and the lowest.
TRIM_FROM = 5


class AnswersParams(Record):
    """Which answers count: to an instrument, from relations by their shares."""

    instrument = Ref("instrument", required=True)
    shares = Shares("relation", data_key="from", attribute="from", required=True)
    minimum = Entries(Whole(least=1), keys=Ref("relation"), load_default=dict)
    required = Listed(Ref("relation"), unique="", load_default=None)
    trim = Flag(load_default=False)

    @validates_schema
    def name_their_own(self, data: Mapping[str, Any], **_: object) -> None:
        refuse_strangers("minimum", data["minimum"], data["from"])
        refuse_strangers("required", data["required"] or (), data["from"])


def criteria_of(asked: Asked) -> tuple[str, ...]:
    """The criteria of the instrument that apply to the person."""
    return asked.material.criteria.get(asked.params["instrument"], ())


def minimum_of(asked: Asked, relation: str) -> int:
    """From how many answers on a criterion counts; no template goes below what is promised."""
    stated: int = asked.params["minimum"].get(relation, 1)
    return max(stated, asked.material.minimums.get(relation, 1), 1)


def is_required(asked: Asked, relation: str) -> bool:
    required = asked.params["required"]
    if required is None:
        return relation not in asked.params["minimum"]
    return relation in required


def settings(asked: Asked) -> dict[str, Any]:
    """The parameters, as the node keeps them among its inputs."""
    params = asked.params
    shares = {relation: exact(weight) for relation, weight in params["from"].items()}
    kept = {name: params[name] for name in ("instrument", "minimum", "required", "trim")}
    return {**kept, "from": shares}


def criterion_label(asked: Asked, criterion: str) -> Label:
    return asked.material.label("criterion", f"{asked.params['instrument']}.{criterion}")


def raters_mean(asked: Asked, relation: str, criterion: str) -> Outcome:
    """The mean of one relation's answers to a criterion; too few appear nowhere."""
    counts, least = _counts(asked, relation, criterion), minimum_of(asked, relation)
    if sum(counts.values()) >= least:
        return _over_raters(asked, counts)
    label = criterion_label(asked, criterion)
    missing = asked.lack("criterion", f"{relation}.{criterion}", criterion=label, least=least)
    return pending(NUMBER, missing=(missing,), inputs={"minimum": least})


def _over_raters(asked: Asked, counts: Mapping[Fraction, int]) -> Outcome:
    """The mean over the raters; of their answers only the count and the mean are kept."""
    counted = trimmed(counts, TRIM_FROM) if asked.params["trim"] else counts
    given, kept = sum(counts.values()), sum(counted.values())
    value = mean_of(counted)
    said = mean_said("raters_mean", kept, value=value)
    trim = sentence("trimmed", count=given) if kept < given else None
    return Outcome(
        NUMBER, value, sentences(said, trim), {"answers": given, "dropped": given - kept}
    )


def _counts(asked: Asked, relation: str, criterion: str) -> Counter[Fraction]:
    """How often each value was given: 10,000 citizens are as quickly reckoned with as four."""
    wanted = (asked.params["instrument"], relation, criterion)
    counts: Counter[Fraction] = Counter()
    for a in asked.material.answers:
        if (a.instrument, a.relation, a.criterion) == wanted:
            counts[a.value] += a.count
    return counts
