"""A score as JSON, exact and always the same bytes, and the digest of these."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from hashlib import sha256
from typing import Any

from kinerja_flow.scoring.figures import exact
from kinerja_flow.scoring.node import NUMBER, Missing, Node, Score, Value
from workflows.definition import Label

#: The form of the JSON below; raised when the form changes.
FORM = 1


def to_json(score: Score) -> dict[str, Any]:
    """The nodes in their order. A part that is itself a step is written as a reference to it."""
    return {"form": FORM, "nodes": [_node(node, score.nodes) for node in score.nodes.values()]}


def from_json(written: Mapping[str, Any]) -> Score:
    """The score that `to_json` wrote. ValueError for another form."""
    if written["form"] != FORM:
        raise ValueError(f"a score of form {written['form']}; this version reads {FORM}")
    nodes: dict[str, Node] = {}
    for row in written["nodes"]:
        nodes[row["name"]] = _read_node(row, nodes)
    return Score(nodes)


def canonical(score: Score) -> bytes:
    """The score as bytes: UTF-8 JSON with sorted keys and no spaces."""
    text = json.dumps(to_json(score), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(score: Score) -> str:
    """The SHA-256 of the canonical bytes, in hex."""
    return sha256(canonical(score)).hexdigest()


def _node(node: Node, steps: Mapping[str, Node]) -> dict[str, Any]:
    return {
        "name": node.name,
        "label": asdict(node.label),
        "rule": node.rule,
        "version": node.version,
        "kind": node.kind,
        "value": exact(node.value) if isinstance(node.value, Fraction) else node.value,
        "shown": asdict(node.shown),
        "inputs": dict(node.inputs),
        "sentence": asdict(node.sentence),
        "parts": [_part(part, steps) for part in node.parts],
        "missing": [asdict(missing) for missing in node.missing],
    }


def _part(part: Node, steps: Mapping[str, Node]) -> dict[str, Any]:
    """A step is written once, however many nodes are made from it."""
    return {"step": part.name} if part.name in steps else _node(part, steps)


def _read_node(row: Mapping[str, Any], steps: Mapping[str, Node]) -> Node:
    return Node(
        name=row["name"],
        label=Label(**row["label"]),
        rule=row["rule"],
        version=row["version"],
        kind=row["kind"],
        value=_read_value(row["kind"], row["value"]),
        shown=Label(**row["shown"]),
        inputs=row["inputs"],
        sentence=Label(**row["sentence"]),
        parts=tuple(_read_part(part, steps) for part in row["parts"]),
        missing=tuple(_read_missing(missing) for missing in row["missing"]),
    )


def _read_part(row: Mapping[str, Any], steps: Mapping[str, Node]) -> Node:
    return steps[row["step"]] if "step" in row else _read_node(row, steps)


def _read_missing(row: Mapping[str, Any]) -> Missing:
    return Missing(**{**row, "sentence": Label(**row["sentence"])})


def _read_value(kind: str, text: str | None) -> Value | None:
    return Fraction(text) if text is not None and kind == NUMBER else text
