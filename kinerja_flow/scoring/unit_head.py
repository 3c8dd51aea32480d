"""The achievement of a unit as the suggestion for whoever heads it."""

from __future__ import annotations

from typing import Any

from kinerja_flow.scoring.material import UnitAchievement
from kinerja_flow.scoring.node import LEVEL, Node, Score, excused
from kinerja_flow.scoring.rule import Asked, Outcome, pending, scoring_rule, waiting
from kinerja_flow.scoring.saying import sentence
from workflows import Entries, Record, Ref


class UnitHeadParams(Record):
    of = Ref("node", required=True)
    levels = Entries(Ref("level"), keys=Ref("level"), required=True)
    scale = Ref("scale", load_default=None)


@scoring_rule(
    version=1,
    params=UnitHeadParams,
    yields=LEVEL,
    reads="unit",
    needs={"of": LEVEL},
    levels=("levels",),
)
def unit_head_level(asked: Asked) -> Outcome:
    """For a unit's head the level in `levels` for the unit's predikat; for others that of `of`.

    A unit is headed by whoever holds the post at the top of its reporting lines, on the last day of
    the period or, while that runs, today. Until somebody has set the unit's predikat its head has
    no level here. As a suggestion it is named by `judgement`, and decides nothing. `levels` names
    every level of the units' scale once, `scale` the scale that it leads to. SE MenPANRB 3/2023:
    the rating of a unit head's hasil kerja is the unit's achievement.

    `{unit_head_level: {of: saran, levels: {istimewa: di_atas, baik: sesuai}, scale: ekspektasi}}`
    """
    part, unit = asked.level(asked.params["of"]), asked.material.unit
    if unit is None or not unit.is_head:
        if part.value is None:
            return waiting(part)
        said = sentence("not_unit_head", of=part.label, value=part.shown)
        return Outcome(LEVEL, part.value, said, _inputs(unit), (part,), part.missing, part.shown)
    return _of_head(asked, part, unit)


def headed(score: Score) -> list[tuple[str, int | None]]:
    """The units whose predikat a score of their head is made from, and the number of that predikat;
    None where there was none yet."""
    steps = (node for node in score.nodes.values() if node.rule == unit_head_level.name)
    found = (step.inputs for step in steps if step.inputs.get("is_head"))
    return [(inputs["unit"], inputs["unit_number"]) for inputs in found]


def _of_head(asked: Asked, part: Node, unit: UnitAchievement) -> Outcome:
    inputs = _inputs(unit)
    if unit.level is None:
        return pending(LEVEL, missing=(asked.lack("unit_level"),), inputs=inputs)
    found = asked.params["levels"][unit.level]
    label = asked.material.level(found, asked.params["scale"])
    words = {"unit": unit.label or unit.level, "value": label}
    said = sentence("unit_head", **words, of=part.label, other=part.shown)
    return Outcome(LEVEL, found, said, inputs, (part,), excused((part,)), label)


def _inputs(unit: UnitAchievement | None) -> dict[str, Any]:
    if unit is None:
        return {"is_head": False}
    of_unit = {"unit": unit.id, "unit_level": unit.level, "unit_number": unit.number}
    return {"is_head": unit.is_head, **(of_unit if unit.is_head else {})}
