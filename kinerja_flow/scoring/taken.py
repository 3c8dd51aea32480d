"""Which indicators of a plan a scoring step takes: by name, all but some, or the judged ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kinerja_flow.scoring.material import IndicatorRow, PlanRow
from kinerja_flow.scoring.objectivity import narrowed


def is_narrow(params: Mapping[str, Any]) -> bool:
    """Whether indicators are taken by name: what is said of the whole plan stands elsewhere."""
    return bool(params["indicators"] or params["without"])


def taken_of(rows: list[PlanRow], params: Mapping[str, Any]) -> list[PlanRow]:
    """The work results with what the step takes of them; as they are where it takes all."""
    if not (is_narrow(params) or params["only_judged"]):
        return rows
    return narrowed(rows, lambda one: _fits(one, params))


def _fits(one: IndicatorRow, params: Mapping[str, Any]) -> bool:
    if params["only_judged"] and one.objective:
        return False
    only = params["indicators"]
    return (not only or one.key in only) and one.key not in params["without"]
