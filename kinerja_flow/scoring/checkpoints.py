"""The ratings of a year's periods as one number: the ground on which the year is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from kinerja_flow.scoring.combination import Combination, Part
from kinerja_flow.scoring.figures import exact
from kinerja_flow.scoring.material import Checkpoint, number_of
from kinerja_flow.scoring.node import NUMBER, Node, inherited
from kinerja_flow.scoring.rule import Asked, Outcome, not_required, scoring_rule, valueless
from kinerja_flow.scoring.saying import sentence, sentences
from workflows import Chosen, Flag, Record, Ref
from workflows.definition import Label

#: What the numbers of the rated periods, in order, come to; the others are weighted means.
PICKS: Mapping[str, Callable[[list[Fraction]], Fraction]] = {
    "last": lambda values: values[-1],
    "lowest": min,
    "highest": max,
}
MONTHS = "months"
#: Every way, and the sentence that says it.
WAYS = {
    "mean": "checkpoints_mean",
    "last": "checkpoints_last",
    "lowest": "checkpoints_lowest",
    "highest": "checkpoints_highest",
    MONTHS: "checkpoints_months",
}


class CheckpointsParams(Record):
    machine = Ref("child_machine", required=True)
    field = Ref("field", takes=("rating",), required=True)
    scale = Ref("scale", required=True)
    how = Chosen(*WAYS, load_default="mean")
    required = Flag(load_default=False)


@scoring_rule(
    version=1, params=CheckpointsParams, yields=NUMBER, reads="checkpoints", running=not_required
)
def checkpoints(asked: Asked) -> Outcome:
    """The ratings given as `field` in the child cases of `machine`, each a part with its period.

    A level of `scale` counts by its place, from 1, or as the number that it is. `how` is their
    mean, the last, the lowest or the highest of them, or their mean by months (each calendar month
    counts for its days in the period over all its days). A period that was only noted is left out.
    With `required`, a period under way, or none that is rated, leaves the score pending; without
    it (the usual) what is missing holds nothing up, as a ground that does not decide.
    PermenPANRB 6/2022: periodic evaluation is a consideration of the yearly one.

    `{checkpoints: {machine: checkpoint, field: hasil_periodik, scale: ekspektasi, how: mean}}`
    """
    rows = [row for row in asked.material.checkpoints if row.kind == asked.params["machine"]]
    ordered = sorted(rows, key=lambda row: (row.span, row.id))
    parts = [Part(_period(asked, row), _weight(asked, row), optional=True) for row in ordered]
    combination = Combination(tuple(parts))
    how, inputs = asked.params["how"], {"how": asked.params["how"]}
    if not combination.counted or any(part.node.lacks for part in parts):
        return _nothing(asked, combination, inputs)
    values = [value for _, value in combination.counted]
    found = PICKS[how](values) if how in PICKS else combination.value
    assert found is not None, "the weights of periods are above zero"
    words = {} if how in PICKS else {"working": combination.working}
    code = "one_period" if len(values) == 1 else WAYS[how]
    said = sentence(code, count=len(values), value=found, **words)
    said = sentences(said, combination.left_out)
    return Outcome(NUMBER, found, said, inputs, combination.nodes, combination.missing)


def _nothing(asked: Asked, combination: Combination, inputs: Mapping[str, str]) -> Outcome:
    none_rated = asked.lack("no_checkpoint", required=asked.params["required"])
    missing = (*inherited(combination.nodes), *(() if combination.counted else (none_rated,)))
    return valueless(NUMBER, combination.nodes, missing, inputs)


def _period(asked: Asked, row: Checkpoint) -> Node:
    first, last = row.span
    label = sentence("checkpoint_label", first=first, last=last)
    inputs = {"case": row.id, "from": first.isoformat(), "until": last.isoformat()}
    inputs |= {"months": exact(row.span.months)}
    stated = row.statements.get(asked.params["field"])
    scale = asked.material.scales[asked.params["scale"]]
    outcome = _unrated(asked, row, label, inputs)
    if stated is not None and row.is_closed and str(stated.value) in scale.keys:
        level = str(stated.value)
        value = number_of(scale, level)
        said = sentence(
            "checkpoint_rated", level=asked.material.level(level, scale.key), value=value
        )
        inputs |= {"stated": level, "action": stated.action}
        outcome = Outcome(NUMBER, value, said, inputs)
    return asked.within(f"period.{row.id}", label, outcome)


def _unrated(asked: Asked, row: Checkpoint, label: Label, inputs: Mapping[str, str]) -> Outcome:
    """Without a rating: only noted, which nobody waits for, or under way."""
    code = "checkpoint_noted" if row.is_closed else "checkpoint_under_way"
    required = asked.params["required"] and not row.is_closed
    missing = asked.lack(code, row.id, required, period=label)
    return valueless(NUMBER, missing=(missing,), inputs=inputs)


def _weight(asked: Asked, row: Checkpoint) -> Fraction:
    return row.span.months if asked.params["how"] == MONTHS else Fraction(1)
