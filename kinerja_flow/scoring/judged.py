"""An indicator that cannot be measured objectively: judged by a person, openly, with a reason."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kinerja_flow.scoring.figures import ZERO, clamp, exact
from kinerja_flow.scoring.material import IndicatorRow, Statement
from kinerja_flow.scoring.node import NUMBER
from kinerja_flow.scoring.rule import Asked, Outcome, pending
from kinerja_flow.scoring.saying import sentence, sentences
from workflows.definition import Label


def judged(asked: Asked, row: IndicatorRow) -> Outcome | None:
    """What was judged of the indicator; pending until it was. None for one that is measured, and
    where the template names no fields (`judged`) in which its judged indicators are judged.

    What the employee reported of it stands beside the judgement, and never counts instead.
    """
    fields = asked.params["judged"]
    if row.objective or not fields:
        return None
    field = fields.get(row.key)
    said = asked.material.statements.get(field) if field else None
    stated: dict[str, Any] = {"aspect": row.aspect, "objective": False, "field": field}
    percent = None if said is None else _percent(asked, said)
    if said is None or percent is None:
        required = asked.params["required"]
        missing = asked.lack("open_judgement", row.id, required, indicator=row.title)
        return pending(NUMBER, missing=(missing,), inputs=stated)
    value = clamp(percent, ZERO, asked.params["cap"])
    stated |= {"percent": exact(percent), "action": said.action}
    return Outcome(NUMBER, value, _told(asked, row, said, value), stated)


def _percent(asked: Asked, said: Statement) -> Fraction | None:
    """A number is a percentage; a level counts what the template says, else nothing yet."""
    if isinstance(said.value, Fraction):
        return said.value
    levels: dict[str, Fraction] = asked.params["judged_levels"]
    return levels.get(str(said.value))


def _told(asked: Asked, row: IndicatorRow, said: Statement, value: Fraction) -> Label:
    is_level = not isinstance(said.value, Fraction)
    code, level = ("open_judgement_level", str(said.value)) if is_level else ("open_judgement", "")
    first = sentence(code, level=asked.material.level(level), value=value)
    own = row.realisation
    beside = None if own is None else sentence("open_judgement_beside", value=own)
    return sentences(first, beside)
