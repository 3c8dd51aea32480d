"""Weighted means over nodes, some of which may be missing: the one place that renormalises."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kinerja_flow.scoring.figures import listed, weighted_mean, written
from kinerja_flow.scoring.node import Missing, Node, distinct, excused, inherited
from kinerja_flow.scoring.saying import sentence, shown
from workflows.definition import Label


@dataclass(frozen=True, slots=True)
class Part:
    """A node with its weight (any unit); an optional one may be left out of account."""

    node: Node
    weight: Fraction = Fraction(1)
    optional: bool = False

    @property
    def holds_up(self) -> bool:
        return bool(self.node.lacks) and not self.optional


@dataclass(frozen=True, slots=True)
class Combination:
    """The weighted mean of the parts that count; no value when a required part holds it up.

    Weights are relative, so what is left out renormalises the rest by itself.
    """

    parts: tuple[Part, ...]

    @property
    def counted(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """(weight, value) of each part that counts."""
        numbered = ((part.weight, part.node.number) for part in self.parts)
        return tuple((weight, number) for weight, number in numbered if number is not None)

    @property
    def is_held_up(self) -> bool:
        return any(part.holds_up for part in self.parts)

    @property
    def value(self) -> Fraction | None:
        return None if self.is_held_up else weighted_mean(self.counted)

    @property
    def missing(self) -> tuple[Missing, ...]:
        needed = [part.node for part in self.parts if not part.optional]
        spared = [part.node for part in self.parts if part.optional]
        return distinct((*inherited(needed), *excused(spared)))

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(part.node for part in self.parts)

    @property
    def left_out(self) -> Label | None:
        """A sentence on the parts that do not count, if any."""
        absent = [part.node.label for part in self.parts if part.node.value is None]
        return sentence("left_out", parts=listed(absent, ", ")) if absent else None

    @property
    def working(self) -> Label:
        """The sum as one writes it: "(70 × 95,5 + 30 × 100) / 100"."""
        terms = [_term(part) for part in self.parts if part.node.value is not None]
        total = sum((weight for weight, _ in self.counted), Fraction(0))
        return _divided(listed(terms, " + "), written(total))


def _term(part: Part) -> Label:
    value = shown(part.node)
    return value if part.weight == 1 else listed([written(part.weight), value], " × ")


def _divided(terms: Label, total: Label) -> Label:
    return Label(f"({terms.id}) / {total.id}", f"({terms.en}) / {total.en}")
