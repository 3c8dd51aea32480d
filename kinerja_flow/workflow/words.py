"""The vocabulary of this installation, put together from the registries, for the checker."""

from __future__ import annotations

from functools import cache

from kinerja_flow.policy import RELATIONS
from kinerja_flow.rules import RULES
from kinerja_flow.scoring import vocabulary as scoring_words
from kinerja_flow.workflow.effects import EFFECTS
from workflows.vocabulary import Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """Every relation, rule, effect and scoring rule that a template may name."""
    return Vocabulary(
        relations=RELATIONS,
        rules={name: rule.word for name, rule in RULES.items()},
        effects={name: effect.word for name, effect in EFFECTS.items()},
        scoring=scoring_words(),
    )
