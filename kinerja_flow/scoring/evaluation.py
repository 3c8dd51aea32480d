"""From the steps of a template and the material of a case to its score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from kinerja_flow.scoring.material import Material
from kinerja_flow.scoring.node import Node, Score
from kinerja_flow.scoring.registry import rule_of
from kinerja_flow.scoring.rule import Asked, ScoringRule
from workflows.definition import Step


def evaluate(
    steps: Sequence[Step], material: Material, versions: Mapping[str, int] = MappingProxyType({})
) -> Score:
    """The score of one case: pure, exact, and the same whatever order answers came in.

    `versions` says by which version of its rule a step is computed; without it, by that of today.
    ValueError or LookupError for steps that no checked template has (a rule, its version, a node or
    a scale that does not exist); missing material is no error, it leaves the score pending.
    """
    nodes: dict[str, Node] = {}
    for step in steps:
        rule = rule_of(step.call.name, versions.get(step.node))
        nodes[step.node] = _node(rule, step, nodes, material)
    return Score(MappingProxyType(nodes))


def _node(rule: ScoringRule, step: Step, nodes: Mapping[str, Node], material: Material) -> Node:
    asked = Asked(step, step.call.params, MappingProxyType(dict(nodes)), material, rule.version)
    return rule.judge(asked).node(step.node, step.label, rule.name, rule.version)
