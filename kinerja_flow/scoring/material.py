"""What scoring may see of a case: plain frozen values, without a session and without raters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from workflows.definition import Label, Scale

#: What a person may have chosen: a level of a scale, a number, or yes and no.
Chosen: TypeAlias = Fraction | str | bool
#: The kinds of input that state a number or a level.
VALUED = ("rating", "choice", "integer", "number")


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator of a plan item; a range target runs from `target` to `upper`."""

    id: str
    title: str
    aspect: str = ""
    polarity: str = "higher"
    target: Fraction | None = None
    upper: Fraction | None = None
    baseline: Fraction | None = None
    realisation: Fraction | None = None
    objective: bool = True


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One work result (RHK) of the plan with its indicators; the weights of a plan are relative."""

    id: str
    title: str
    section: str = "utama"
    weight: Fraction | None = None
    indicators: tuple[IndicatorRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Released answers to one criterion that are alike: `count` of them. They have no rater.

    Several raters are several answers; citizens', by the thousand, come as counts by level.
    """

    instrument: str
    relation: str
    criterion: str
    value: Fraction
    count: int = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person chose with an action of the case; `reason` is the SHA-256 of the reason."""

    value: Chosen
    action: str
    seq: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ChildResult:
    """The result of a closed child case, such as a quarter's checkpoint."""

    kind: str
    starts_on: date
    ends_on: date
    value: Fraction | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """All that a score is made from.

    `criteria` names the criteria of each instrument that apply to this person, `rosters` how many
    were invited by relation, `statements` the latest statement of each field. `minimums` is the
    least count of each anonymous relation: no template can go below it. `labels` are the texts of
    the template by "relation:peer", "criterion:collaboration.conflict", "action:rate".
    """

    plan: tuple[PlanRow, ...] = ()
    answers: tuple[Answer, ...] = ()
    scales: Mapping[str, Scale] = field(default_factory=dict)
    criteria: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rosters: Mapping[str, int] = field(default_factory=dict)
    minimums: Mapping[str, int] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)
    children: tuple[ChildResult, ...] = ()
    labels: Mapping[str, Label] = field(default_factory=dict)

    def label(self, kind: str, name: str) -> Label:
        """The template's text for a name, else the name itself in readable form."""
        plain = name.rpartition(".")[2].replace("_", " ")
        return self.labels.get(f"{kind}:{name}", Label(plain, plain))

    def level(self, key: str, scale: str | None = None) -> Label:
        """The text of a level: of the named scale, else of the first scale that has the level."""
        names = [scale] if scale and scale in self.scales else sorted(self.scales)
        texts = (dict(self.scales[name].levels).get(key) for name in names)
        return next((text for text in texts if text), Label(key, key))
