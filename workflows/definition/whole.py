"""A whole template, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.definition.contents import (
    Briefing,
    Document,
    FollowUp,
    Indicator,
    Instrument,
    Relation,
    Scale,
    Setting,
    Step,
    Training,
    TrainingHours,
)
from workflows.definition.course import Machine
from workflows.definition.units import Organisation
from workflows.definition.words import Label


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """A whole template, checked. `digest` is the SHA-256 (hex) of its canonical form.

    The digest says all, so two definitions are equal when their digests are.
    """

    key: str
    title: Label
    basis: tuple[str, ...]
    windows: tuple[str, ...]
    window_labels: Mapping[str, Label]
    machines: Mapping[str, Machine]
    relations: Mapping[str, Relation]
    scales: Mapping[str, Scale]
    instruments: Mapping[str, Instrument]
    indicators: tuple[Indicator, ...]
    scoring: tuple[Step, ...]
    trainings: tuple[Training, ...]
    training_hours: Mapping[str, TrainingHours]
    follow_up: tuple[FollowUp, ...]
    settings: Mapping[str, Setting]
    briefing: Briefing | None
    document: Document
    canonical: bytes = field(repr=False)
    digest: str
    organisation: Organisation | None = None

    @property
    def root(self) -> Machine:
        """The machine of the cases that a launch opens: the first one without a parent."""
        return next(machine for machine in self.machines.values() if machine.parent is None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Definition) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)
