"""What a briefing says: the template's words, and what its windows and scoring steps say anyway."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kinerja_flow.facts import Window, windows_of
from kinerja_flow.models import Cycle
from kinerja_flow.workflow import relation_label, sha256_of
from workflows.definition import Briefing, Definition, Label, Stage, Step


@dataclass(frozen=True, slots=True)
class StageShown:
    """What happens, and from which day to which in the agency's calendar, if it has a window."""

    label: Label
    text: Label | None
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class ScoreShown:
    """A step of the score and the parts that it is made of, each with its percent (or equal)."""

    label: Label
    parts: tuple[tuple[Label, Fraction | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a cycle's briefing, for everybody and for each role."""

    purpose: Label
    stages: tuple[StageShown, ...]
    scores: Label | tuple[ScoreShown, ...]
    definition: Definition

    def of_role(self, role: str) -> tuple[Label, Label | None]:
        """What the role is called, and what is asked of it, if the template says so."""
        briefing = self.definition.briefing
        asked = briefing.roles.get(role) if briefing else None
        return relation_label(self.definition, role), asked

    def digest(self, role: str) -> str:
        """SHA-256 of all that somebody in the role is shown, in both languages."""
        return sha256_of([_plain(p) for p in (self.purpose, self.stages, self.scores)]
                         + [_plain(self.of_role(role))])  # fmt: skip


def text_of(cycle: Cycle, definition: Definition) -> Text | None:
    """What the cycle's template tells those who take part; None where it tells nothing."""
    briefing = definition.briefing
    if briefing is None:
        return None
    spans = windows_of(cycle.windows, None)
    stages = briefing.stages or _windows(definition)
    shown = tuple(_stage(stage, spans.get(stage.window or "")) for stage in stages)
    return Text(briefing.purpose, shown, _scores(definition, briefing), definition)


def _windows(definition: Definition) -> Iterable[Stage]:
    return [Stage(label, name) for name, label in definition.window_labels.items()]


def _stage(stage: Stage, span: Window | None) -> StageShown:
    days = (span.opens_on, span.closes_on) if span else (None, None)
    return StageShown(stage.label, stage.text, *days)


def _scores(definition: Definition, briefing: Briefing) -> Label | tuple[ScoreShown, ...]:
    if briefing.scores is not None:
        return briefing.scores
    return tuple(_score(definition, step) for step in definition.scoring)


def _score(definition: Definition, step: Step) -> ScoreShown:
    """The step with what it weighs: earlier steps, or the relations whose answers it takes."""
    labels = {other.node: other.label for other in definition.scoring}
    weighed: dict[str, Fraction] = next(
        (v for v in step.call.params.values() if _is_weights(v)), {}
    )
    equal = len(set(weighed.values())) == 1 and sum(weighed.values()) != 100
    parts = tuple(
        (labels.get(name) or relation_label(definition, name), None if equal else weight)
        for name, weight in weighed.items()
    )
    return ScoreShown(step.label, parts)


def _is_weights(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(
        isinstance(weight, Fraction) for weight in value.values()
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """Whatever is shown, as JSON: labels in both languages, days and numbers as texts."""
    if isinstance(value, Label):
        return [value.id, value.en]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, StageShown | ScoreShown):
        return [_plain(getattr(value, name)) for name in value.__dataclass_fields__]
    return None if value is None else str(value)
