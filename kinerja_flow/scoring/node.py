"""A score as a tree of nodes, each of which says how its value came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeAlias

from workflows.definition import Label

#: A number, or the key of a level.
Value: TypeAlias = Fraction | str

NUMBER = "number"
LEVEL = "level"


@dataclass(frozen=True, slots=True)
class Missing:
    """What a node lacks: `code` says what kind of thing, `node` where, `subject` which one.

    A required one leaves the node without a value; an optional one was left out of account.
    """

    node: str
    code: str
    subject: str
    required: bool
    sentence: Label


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a score. `shown` is the value as people read it; `inputs` holds JSON values,
    numbers as exact texts ("191/2"). Without a value, `missing` names something required."""

    name: str
    label: Label
    rule: str
    version: int
    kind: str
    value: Value | None
    shown: Label
    inputs: Mapping[str, Any]
    sentence: Label
    parts: tuple[Node, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def number(self) -> Fraction | None:
        return self.value if isinstance(self.value, Fraction) else None

    @property
    def level(self) -> str | None:
        return self.value if isinstance(self.value, str) else None

    @property
    def lacks(self) -> tuple[Missing, ...]:
        """What is required and missing, here or below."""
        return tuple(missing for missing in self.missing if missing.required)


@dataclass(frozen=True, slots=True)
class Score:
    """The nodes of a template's scoring steps, by name and in their order."""

    nodes: Mapping[str, Node] = field(default_factory=dict)

    @property
    def tree(self) -> Node | None:
        """The last step, with its parts; None only for a template without scoring."""
        return self._last(NUMBER, LEVEL)

    @property
    def value(self) -> Fraction | None:
        """The value of the last numeric node; None while that is pending."""
        node = self._last(NUMBER)
        return node.number if node else None

    @property
    def level(self) -> str | None:
        """The key of the last level; None while that is pending."""
        node = self._last(LEVEL)
        return node.level if node else None

    @property
    def pending(self) -> tuple[Missing, ...]:
        """What is required and missing in the nodes that no other node is made from."""
        makers = (inner for node in self.nodes.values() for inner in (node, *node.parts))
        used = {part.name for maker in makers for part in maker.parts}
        ends = (node for name, node in self.nodes.items() if name not in used)
        return distinct(missing for node in ends for missing in node.lacks)

    def _last(self, *kinds: str) -> Node | None:
        found = [node for node in self.nodes.values() if node.kind in kinds]
        return found[-1] if found else None


def distinct(missing: Iterable[Missing]) -> tuple[Missing, ...]:
    """Each thing once, in order; what is required somewhere is required."""
    found: dict[tuple[str, str, str], Missing] = {}
    for one in missing:
        key = (one.node, one.code, one.subject)
        if key not in found or one.required:
            found[key] = one
    return tuple(found.values())


def inherited(parts: Iterable[Node]) -> tuple[Missing, ...]:
    """What the parts lack, as the node above them lacks it."""
    return distinct(missing for part in parts for missing in part.missing)


def excused(parts: Iterable[Node]) -> tuple[Missing, ...]:
    """What the parts lack, where the node above them can do without."""
    return tuple(replace(missing, required=False) for missing in inherited(parts))
