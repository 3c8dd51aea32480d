"""What somebody attained of a competency against what a post requires of it: fit, gap, strength."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kinerja_flow.scoring.figures import HUNDRED, ZERO, exact
from kinerja_flow.scoring.node import Node, Score
from workflows.definition import Label


@dataclass(frozen=True, slots=True)
class Competency:
    """A criterion of an instrument, with the exact level that somebody attained on its scale (None:
    nobody was asked, or too few) and the one that their post requires (None: it requires none)."""

    instrument: str
    criterion: str
    label: Label
    attained: Fraction | None
    required: Fraction | None

    @property
    def gap(self) -> Fraction | None:
        """By how much the attained level stays below the required one; 0 where it does not."""
        return self._over(self.required, self.attained)

    @property
    def strength(self) -> Fraction | None:
        """By how much the attained level exceeds the required one; 0 where it does not."""
        return self._over(self.attained, self.required)

    @property
    def fit(self) -> Fraction | None:
        """100 × attained / required, at most 100; 100 where the lowest level, zero, is required."""
        if self.attained is None or self.required is None:
            return None
        return HUNDRED * min(Fraction(1), self.attained / self.required if self.required else 1)

    @property
    def inputs(self) -> dict[str, Any]:
        """The same as JSON values, as a node of an explanation keeps it."""
        of = {"instrument": self.instrument, "criterion": self.criterion}
        numbers = ("attained", "required", "gap", "strength")
        said = ((name, getattr(self, name)) for name in numbers)
        return {**of, **{name: None if value is None else exact(value) for name, value in said}}

    def _over(self, one: Fraction | None, other: Fraction | None) -> Fraction | None:
        return None if one is None or other is None else max(ZERO, one - other)


def competencies_of(node: Node) -> Iterator[Competency]:
    """What a node says of each competency; nothing where it is no comparison with a standard."""
    for part in node.parts:
        if "attained" in part.inputs:
            of = (part.inputs["instrument"], part.inputs["criterion"], part.label)
            numbers = (part.inputs[name] for name in ("attained", "required"))
            yield Competency(*of, *(None if one is None else Fraction(one) for one in numbers))


def competencies_in(score: Score) -> tuple[Competency, ...]:
    """What a score says of each competency, in its order; of several steps over one instrument
    the last one says it."""
    said = (one for node in score.nodes.values() for one in competencies_of(node))
    return tuple({(one.instrument, one.criterion): one for one in said}.values())
