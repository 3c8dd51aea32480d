"""Exact arithmetic; each result is a tree that explains itself. Pure, without a session."""

from kinerja_flow.scoring.canonical import canonical, digest, from_json, to_json
from kinerja_flow.scoring.credit_steps import CreditFacts, next_threshold, reaches
from kinerja_flow.scoring.distribution import Distribution, UnitFacts, distribution
from kinerja_flow.scoring.evaluation import evaluate, evaluate_running, running_notice
from kinerja_flow.scoring.figures import written
from kinerja_flow.scoring.fit import Competency, competencies_in, competencies_of
from kinerja_flow.scoring.grounds import from_grounds, grounds_digest, to_grounds
from kinerja_flow.scoring.material import (
    Answer,
    Checkpoint,
    IndicatorRow,
    Material,
    PlanRow,
    Required,
    Segment,
    Statement,
    UnitAchievement,
    number_of,
)
from kinerja_flow.scoring.node import Missing, Node, Score
from kinerja_flow.scoring.registry import SCORING, vocabulary
from kinerja_flow.scoring.rule import ScoringRule
from kinerja_flow.scoring.segments import rests_on
from kinerja_flow.scoring.spans import PERIODS, Span
from kinerja_flow.scoring.told import Told, answers_told, indicators_told
from kinerja_flow.scoring.unit_head import headed

__all__ = [
    "PERIODS",
    "SCORING",
    "Answer",
    "Checkpoint",
    "Competency",
    "CreditFacts",
    "Distribution",
    "IndicatorRow",
    "Material",
    "Missing",
    "Node",
    "PlanRow",
    "Required",
    "Score",
    "ScoringRule",
    "Segment",
    "Span",
    "Statement",
    "Told",
    "UnitAchievement",
    "UnitFacts",
    "answers_told",
    "canonical",
    "competencies_in",
    "competencies_of",
    "digest",
    "distribution",
    "evaluate",
    "evaluate_running",
    "from_grounds",
    "from_json",
    "grounds_digest",
    "headed",
    "indicators_told",
    "next_threshold",
    "number_of",
    "reaches",
    "rests_on",
    "running_notice",
    "to_grounds",
    "to_json",
    "vocabulary",
    "written",
]
