"""What an action may cause: pure functions over a draft, named in templates."""

from kinerja_flow.workflow.effects import answers, cases, people, results
from kinerja_flow.workflow.effects.registry import EFFECTS, Effect

__all__ = ["EFFECTS", "Effect", "answers", "cases", "people", "results"]
