"""What scoring may see of a case: plain frozen values, without a session and without raters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from kinerja_flow.scoring.node import Score
from kinerja_flow.scoring.sources import Sources
from kinerja_flow.scoring.spans import Span
from workflows.definition import Label, Scale

#: What a person may have chosen: a level of a scale, a number, or yes and no.
Chosen: TypeAlias = Fraction | str | bool
#: The kinds of input that state a number or a level.
VALUED = ("rating", "choice", "integer", "number")


def number_of(scale: Scale, level: str) -> Fraction:
    """A level as a number: itself if it is one, else its place in the scale, from 1."""
    if all(key.lstrip("-").isdigit() for key in scale.keys):
        return Fraction(level)
    return Fraction(scale.keys.index(level) + 1)


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator of a plan item; a range target runs from `target` to `upper`.

    `key` names its entry of the catalogue. Where that is measured, `sources` holds what each source
    says, and `realisation` is the figure that counts.
    """

    id: str
    title: str
    aspect: str = ""
    polarity: str = "higher"
    target: Fraction | None = None
    upper: Fraction | None = None
    baseline: Fraction | None = None
    realisation: Fraction | None = None
    objective: bool = True
    key: str | None = None
    sources: Sources | None = None


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
class Required:
    """The level of a scale that the person's post requires of a criterion, and what it counts."""

    level: str
    scale: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person chose with an action of the case; `reason` is the SHA-256 of the reason."""

    value: Chosen
    action: str
    seq: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A child case with its period, such as a quarter's, and what was said in it alone."""

    id: str
    kind: str
    span: Span
    is_closed: bool = False
    statements: Mapping[str, Statement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the person's year with a case of its own: they moved to another post.

    `score` is what its newest delivered result, the `number`th, came to; None without one, and
    for the case itself (`is_own`), whose score is in the making.
    """

    id: str
    span: Span
    is_own: bool = False
    number: int | None = None
    score: Score | None = None


@dataclass(frozen=True, slots=True)
class UnitAchievement:
    """The employee's unit: whether they head it, and its newest predikat, the `number`th.

    `label` is that level as people read it; both are None while nobody has set one.
    """

    id: str
    is_head: bool
    level: str | None = None
    number: int | None = None
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """All that a score is made from.

    `criteria` names the criteria of each instrument that apply to this person, `rosters` how many
    were invited by relation, `standards` what the person's post requires of a criterion of an
    instrument (where it requires something), `statements` the latest statement of each field.
    `minimums` is the least count of each anonymous relation: no template can go below it.
    `segments` are all of the person's in the cycle, `absences` the person's by kind, from day to
    day. `labels` are the texts of the template by "relation:peer",
    "criterion:collaboration.conflict", "action:rate". `unit` is the employee's, `period` the case's
    own, `post_level` the jenjang of the post.
    """

    plan: tuple[PlanRow, ...] = ()
    answers: tuple[Answer, ...] = ()
    scales: Mapping[str, Scale] = field(default_factory=dict)
    criteria: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    standards: Mapping[str, Mapping[str, Required]] = field(default_factory=dict)
    rosters: Mapping[str, int] = field(default_factory=dict)
    minimums: Mapping[str, int] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)
    checkpoints: tuple[Checkpoint, ...] = ()
    segments: tuple[Segment, ...] = ()
    absences: tuple[tuple[str, Span], ...] = ()
    labels: Mapping[str, Label] = field(default_factory=dict)
    unit: UnitAchievement | None = None
    period: Span | None = None
    post_level: str | None = None

    def label(self, kind: str, name: str) -> Label:
        """The template's text for a name, else the name itself in readable form."""
        plain = name.rpartition(".")[2].replace("_", " ")
        return self.labels.get(f"{kind}:{name}", Label(plain, plain))

    def level(self, key: str, scale: str | None = None) -> Label:
        """The text of a level: of the named scale, else of the first scale that has the level."""
        names = [scale] if scale and scale in self.scales else sorted(self.scales)
        texts = (dict(self.scales[name].levels).get(key) for name in names)
        return next((text for text in texts if text), Label(key, key))
