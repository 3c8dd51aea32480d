"""The scoring rules that a template may name. A new rule is a module and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kinerja_flow.scoring.answers_mean import answers_mean
from kinerja_flow.scoring.bands import bands
from kinerja_flow.scoring.checkpoints import checkpoints
from kinerja_flow.scoring.competency_fit import competency_fit
from kinerja_flow.scoring.conditions import requires_condition, veto
from kinerja_flow.scoring.credit import credit
from kinerja_flow.scoring.matrix import matrix
from kinerja_flow.scoring.numbers import scale_map, weighted_sum
from kinerja_flow.scoring.people import judgement, override
from kinerja_flow.scoring.plan_achievement import plan_achievement
from kinerja_flow.scoring.rule import ScoringRule
from kinerja_flow.scoring.segments import segments
from kinerja_flow.scoring.unit_head import unit_head_level
from workflows import Word

RULES: tuple[ScoringRule, ...] = (
    plan_achievement,
    answers_mean,
    competency_fit,
    checkpoints,
    scale_map,
    weighted_sum,
    bands,
    matrix,
    judgement,
    override,
    requires_condition,
    veto,
    segments,
    unit_head_level,
    credit,
)

#: What rules of RULES computed before their version was raised, for results that rest on them.
EARLIER: tuple[ScoringRule, ...] = ()

SCORING: Mapping[str, ScoringRule] = MappingProxyType({rule.name: rule for rule in RULES})


def rule_of(name: str, version: int | None = None) -> ScoringRule:
    """A rule by name, in the version of today or in that one. LookupError where there is none."""
    if version is None or version == SCORING[name].version:
        return SCORING[name]
    for rule in EARLIER:
        if (rule.name, rule.version) == (name, version):
            return rule
    raise LookupError(f"no version {version} of the scoring rule {name!r}")


def vocabulary() -> dict[str, Word]:
    """The rules as the words that the checker of templates is handed."""
    return {rule.name: rule.word for rule in RULES}
