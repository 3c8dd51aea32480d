"""Exact arithmetic; each result is a tree that explains itself. Pure, without a session."""

from kinerja_flow.scoring.canonical import canonical, digest, from_json, to_json
from kinerja_flow.scoring.evaluation import evaluate
from kinerja_flow.scoring.material import (
    Answer,
    ChildResult,
    IndicatorRow,
    Material,
    PlanRow,
    Statement,
)
from kinerja_flow.scoring.node import Missing, Node, Score
from kinerja_flow.scoring.registry import SCORING, vocabulary
from kinerja_flow.scoring.rule import ScoringRule

__all__ = [
    "SCORING",
    "Answer",
    "ChildResult",
    "IndicatorRow",
    "Material",
    "Missing",
    "Node",
    "PlanRow",
    "Score",
    "ScoringRule",
    "Statement",
    "canonical",
    "digest",
    "evaluate",
    "from_json",
    "to_json",
    "vocabulary",
]
