"""From the steps of a template and the material of a case to its score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from kinerja_flow.scoring.material import Material
from kinerja_flow.scoring.node import Node, Score
from kinerja_flow.scoring.registry import rule_of
from kinerja_flow.scoring.rule import Asked, ScoringRule
from kinerja_flow.scoring.saying import sentence
from workflows.definition import Label, Step


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


def running_notice(day: date) -> Label:
    """What is said with a running score: as of which day it is, and that it is no result."""
    return sentence("running", day=day)


def _node(rule: ScoringRule, step: Step, nodes: Mapping[str, Node], material: Material) -> Node:
    asked = Asked(step, step.call.params, MappingProxyType(dict(nodes)), material, rule.version)
    return rule.judge(asked).node(step.node, step.label, rule.name, rule.version)


def evaluate_running(steps: Sequence[Step], material: Material) -> Score:
    """The steps that may be followed, as they stand while the score is in the making.

    What is missing so far is left out and said to be: a running value is no result, and none is
    made of it. Of a period only what was told at its close counts, of plans what was recorded or
    measured. ValueError for a step that a sound template would not let be followed.
    """
    nodes: dict[str, Node] = {}
    for step in (one for one in steps if one.follows):
        rule = rule_of(step.call.name)
        if rule.running is None:
            raise ValueError(f"{step.node}: a step by {rule.name} is not to be followed")
        call = replace(step.call, params=rule.running(step.call.params))
        nodes[step.node] = _node(rule, replace(step, call=call), nodes, material)
    return Score(MappingProxyType(nodes))
