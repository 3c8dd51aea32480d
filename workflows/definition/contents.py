"""What a cycle is about: who takes part, what is asked and measured, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.definition.words import Call, Label, Term
from workflows.measured import Measured


@dataclass(frozen=True, slots=True)
class Relation:
    """How a template uses a relation: who proposes and confirms people, how many, how hidden.

    `pool` is one of POOLS: who may be named for it. `quorum` is how many of them must take part
    for what they judge together to stand. Where fewer than `min_count` of an anonymous relation
    have answered, their answers join those of the relation that it `rolls_up_to`, or are discarded.
    """

    name: str
    label: Label
    nominated_by: str | None = None
    confirmed_by: str | None = None
    min: int = 0
    max: int | None = None
    anonymous: bool = False
    min_count: int = 3
    pool: str = "agency"
    quorum: int | None = None
    rolls_up_to: str | None = None


@dataclass(frozen=True, slots=True)
class Standard:
    """The level of the instrument's scale that posts require of a criterion: those that it
    `applies_to`, or all."""

    level: str
    applies_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question of an instrument; `applies_to` narrows it to posts and people (all must fit).

    Of `standard` (standar kompetensi jabatan, PermenPANRB 38/2017) the first that fits holds.
    """

    key: str
    label: Label
    guide: Label | None = None
    applies_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    standard: tuple[Standard, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """An ordered scale. Either levels with keys, from low to high, or numbers in steps of one."""

    key: str
    label: Label
    levels: tuple[tuple[str, Label], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self.levels)


@dataclass(frozen=True, slots=True)
class Instrument:
    key: str
    label: Label
    scale: str
    answered_by: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    comments: bool = True


@dataclass(frozen=True, slots=True)
class Indicator:
    """An entry of the catalogue that a plan may be drawn from; `measured` by outside systems.

    `guide` says what counts: for one that is judged, the criteria by which.
    """

    key: str
    label: Label
    aspect: str
    unit: str
    polarity: str = "higher"
    objective: bool = True
    guide: Label | None = None
    measured: Measured | None = None
    applies_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Training:
    """An entry of the catalogue of trainings: its hours (jam pelajaran, JP), and the criteria that
    it develops, as (instrument, criterion)."""

    key: str
    label: Label
    jp: int
    develops: tuple[tuple[str, str], ...]
    applies_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class TrainingHours:
    """How many hours of training (JP) a year people of one kind of employment shall have."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the score: a scoring rule by name, with its parameters.

    `follows`: the employee may see it while it is in the making.
    """

    node: str
    label: Label
    call: Call
    follows: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a result opens when all of `when` hold: a case of `machine`, for `owner`, by `due`.

    Without a condition only another follow-up opens it, by its key.
    """

    key: str
    label: Label
    machine: str
    owner: str
    when: tuple[Call, ...] = ()
    due: Term | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """What happens when: in a window of the cycle, or at a time that its text tells."""

    label: Label
    window: str | None = None
    text: Label | None = None


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the cycle is for (`purpose`), and what it asks of each relation (`roles`).

    `stages` say what happens when (none: the windows speak for themselves), `scores` how a score
    comes about (None: the scoring steps do).
    """

    purpose: Label
    roles: Mapping[str, Label] = field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    scores: Label | None = None


_TITLE = Label("Dokumen Evaluasi Kinerja Pegawai", "Employee Performance Evaluation")


@dataclass(frozen=True, slots=True)
class Document:
    """What the document of a result shows: the people it names, in order, and who signs it.

    `organisation` is the input that states the organisation's result, `rating` the scoring node of
    the predikat (None: the last), `shows` the nodes told before it, `notes` the inputs shown as
    catatan, `behaviour` the instruments whose criteria the SKP lists as perilaku kerja.
    """

    title: Label = _TITLE
    people: tuple[str, ...] = ("employee", "assessor", "reviewer")
    signed_by: tuple[str, ...] = ("employee", "assessor")
    organisation: str | None = None
    rating: str | None = None
    shows: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    behaviour: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A rule left to the agency: its default, how sure it is (sure, one, open), and its source."""

    key: str
    label: Label
    default: Any
    mark: str
    source: str
