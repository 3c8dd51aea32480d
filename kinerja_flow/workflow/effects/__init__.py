"""What an action may cause: pure functions over a draft, named in templates."""

from kinerja_flow.workflow.effects import (
    answers,
    cases,
    credits,
    follow_ups,
    objections,
    panels,
    people,
    periods,
    results,
)
from kinerja_flow.workflow.effects.registry import EFFECTS, Effect, required_by

__all__ = [
    "EFFECTS",
    "Effect",
    "answers",
    "cases",
    "credits",
    "follow_ups",
    "objections",
    "panels",
    "people",
    "periods",
    "required_by",
    "results",
]
