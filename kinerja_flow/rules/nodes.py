"""Rules about single nodes of the score: for branches, requirements, and what a result opens."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.rules.registry import Ask, rule
from kinerja_flow.scoring import Node
from workflows import Exact, Listed, Ref


class NodeIs(Schema):
    node = Ref("node", required=True)
    levels = Listed(Ref("level"), unique="", least=1, most=20, required=True)


class Limit(Schema):
    node = Ref("node", required=True)
    limit = Exact(required=True)


class OfNode(Schema):
    node = Ref("node", required=True)


class NodesAgree(Schema):
    nodes = Listed(Ref("node"), unique="", least=2, most=20, required=True)
    within = Exact(least=0, required=True)


@rule(
    "material",
    params=NodeIs,
    satisfied_by="The node of the score comes to such a level.",
    needs={"node": "level"},
    levels=("levels",),
)
def node_is(ask: Ask, node: str, levels: list[str]) -> Iterator[Blocker]:
    """The scoring node comes to one of these levels; one that is still pending comes to none."""
    level = _node(ask, node).level
    if level is None:
        yield _pending(node)
    elif level not in levels:
        params = {"part": node, "levels": ", ".join(levels), "level": level}
        yield Blocker("node_is", None, (), params)


@rule(
    "material",
    params=Limit,
    satisfied_by="The node of the score comes to less than the limit.",
    needs={"node": "number"},
)
def value_below(ask: Ask, node: str, limit: Fraction) -> Iterator[Blocker]:
    """The scoring node has a value, and it is below `limit`: exact, the limit itself is not."""
    value = _node(ask, node).number
    if value is None:
        yield _pending(node)
    elif value >= limit:
        params = {"part": node, "limit": float(limit), "value": float(value)}
        yield Blocker("value_below", None, (), params)


@rule(
    "material",
    params=Limit,
    satisfied_by="The node of the score reaches the limit.",
    needs={"node": "number"},
)
def value_from(ask: Ask, node: str, limit: Fraction) -> Iterator[Blocker]:
    """The scoring node has a value, and it reaches `limit`: exact, the limit itself does."""
    value = _node(ask, node).number
    if value is None:
        yield _pending(node)
    elif value < limit:
        params = {"part": node, "limit": float(limit), "value": float(value)}
        yield Blocker("value_from", None, (), params)


@rule("material", params=OfNode, satisfied_by="Supply what the step of the score still lacks.")
def node_known(ask: Ask, node: str) -> Iterator[Blocker]:
    """This step of the score has a value: nothing is missing that it is made from."""
    if _node(ask, node).value is None:
        yield Blocker("node_known", None, (), {"part": node})


@rule(
    "material",
    params=NodesAgree,
    satisfied_by="Let the numbers lie closer together.",
    needs={"nodes": "number"},
)
def nodes_agree(ask: Ask, nodes: list[str], within: Fraction) -> Iterator[Blocker]:
    """The numbers of these scoring nodes lie at most `within` of each other; a node without a
    value agrees with all others.

    For sources that are laid side by side: as the `when` of a branch it leads what differs to
    where somebody explains it.
    """
    known = {name: _node(ask, name).number for name in nodes}
    figures = {name: value for name, value in known.items() if value is not None}
    if len(figures) < 2:
        return
    low, high = min(figures, key=figures.__getitem__), max(figures, key=figures.__getitem__)
    apart = figures[high] - figures[low]
    if apart > within:
        params = {"part": f"{low}, {high}", "apart": float(apart), "within": float(within)}
        yield Blocker("nodes_agree", None, (), params)


def _node(ask: Ask, name: str) -> Node:
    return ask.facts.score().nodes[name]


def _pending(node: str) -> Blocker:
    return Blocker("node_pending", None, ("assessor",), {"part": node})
