"""From the steps of a template and the material of a case to its score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from kinerja_flow.scoring.material import Material
from kinerja_flow.scoring.node import Node, Score
from kinerja_flow.scoring.registry import SCORING
from kinerja_flow.scoring.rule import Asked
from workflows.definition import Step


def evaluate(steps: Sequence[Step], material: Material) -> Score:
    """The score of one case: pure, exact, and the same whatever order answers came in.

    ValueError or KeyError for steps that no checked template has (a rule, a node or a scale that
    does not exist); missing material is no error, it leaves the score pending.
    """
    nodes: dict[str, Node] = {}
    for step in steps:
        nodes[step.node] = _node(step, nodes, material)
    return Score(MappingProxyType(nodes))


def _node(step: Step, nodes: Mapping[str, Node], material: Material) -> Node:
    rule = SCORING[step.call.name]
    asked = Asked(step, step.call.params, MappingProxyType(dict(nodes)), material, rule.version)
    return rule.judge(asked).node(step.node, step.label, rule.name, rule.version)
