"""The requirements and conditions that templates may name, as sentences that are true."""

from kinerja_flow.rules import outcomes, people, planning
from kinerja_flow.rules.registry import RULES, Ask, Rule, holds, unmet

__all__ = ["RULES", "Ask", "Rule", "holds", "outcomes", "people", "planning", "unmet"]
