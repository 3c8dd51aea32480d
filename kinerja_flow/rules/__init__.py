"""The requirements and conditions that templates may name, as sentences that are true."""

from kinerja_flow.rules import (
    appointing,
    competency,
    nodes,
    nominating,
    objecting,
    outcomes,
    panels,
    people,
    periods,
    planning,
    records,
    steps,
    units,
)
from kinerja_flow.rules.registry import RULES, Ask, Rule, holds, unmet

__all__ = [
    "RULES",
    "Ask",
    "Rule",
    "appointing",
    "competency",
    "holds",
    "nodes",
    "nominating",
    "objecting",
    "outcomes",
    "panels",
    "people",
    "periods",
    "planning",
    "records",
    "steps",
    "units",
    "unmet",
]
