"""What a template says, as frozen values: the one shape that checker, compiler and engine share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.measured import Measured

#: What a state means to code, which never asks for a state by name (`design.md`, section 4).
PHASES = ("planning", "running", "assessing", "delivered", "examining", "closed")

#: The books of a case that a state may open for writing, each kept by a service of its own.
BOOKS = (
    *("plan", "plan_links", "action_plan", "activity", "progress"),
    *("evidence", "feedback", "observation", "contradiction"),
)

#: Who may be named for a relation, by where they stand to the employee on the day of the act.
POOLS = ("agency", "unit", "colleagues", "subordinates", "other_units", "superiors")

#: Why somebody may be away for long: leave, leave without pay, sickness, study (PP 11/2017).
ABSENCES = ("cuti", "cuti_luar_tanggungan", "sakit", "tugas_belajar")

LANGUAGES = ("id", "en")


@dataclass(frozen=True, slots=True)
class Label:
    """A text in Indonesian and English; a missing English text falls back to the Indonesian."""

    id: str
    en: str

    def __call__(self, language: str) -> str:
        return self.en if language == "en" else self.id


@dataclass(frozen=True, slots=True)
class Term:
    """A stretch of time: calendar days, working days, or the end of one of the cycle's windows.

    Exactly one of the first three is set. `start` says what it runs from: the entry into the
    state, the receipt of the result, or the last day of the case's own period (the entry, where
    that is later). It begins the day after and ends with its last day.
    """

    days: int | None = None
    working_days: int | None = None
    window: str | None = None
    start: str = "entry"


@dataclass(frozen=True, slots=True)
class Call:
    """A word from a closed registry (a rule, an effect, a scoring rule) with checked parameters."""

    name: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """Who hears of a due date: `kind` is remind or escalate; `shift` days before (-) or after (+).

    An empty `to` means, for a reminder, whoever may act in the state.
    """

    kind: str
    to: tuple[str, ...] = ()
    shift: int = 0


@dataclass(frozen=True, slots=True)
class State:
    name: str
    phase: str
    label: Label
    opens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    collects: tuple[str, ...] = ()
    within: str | None = None
    due: Term | None = None
    on_due: tuple[Notice, ...] = ()
    final: bool = False

    @property
    def deadline(self) -> Term | None:
        """The term that `due` states, else the end of the window that the state lies within."""
        return self.due or (Term(window=self.within) if self.within else None)


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of an action; `when` is None for the last, the else."""

    state: str
    when: Call | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """One typed input of an action. `kind` is one of workflows.inputs.KINDS, with its options."""

    name: str
    kind: str
    label: Label
    optional: bool = False
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Action:
    """What may be done. No branch means that the case stays in its state (the act is recorded)."""

    name: str
    label: Label
    sources: tuple[str, ...]
    branches: tuple[Branch, ...]
    by: tuple[str, ...]
    takes: Mapping[str, Input] = field(default_factory=dict, hash=False)
    requires: tuple[Call, ...] = ()
    does: tuple[Call, ...] = ()
    notify: tuple[str, ...] = ()
    distinct_from: tuple[str, ...] = ()
    after: Term | None = None
    revision: bool = False

    def targets(self, source: str) -> tuple[str, ...]:
        """The states in which a case that stands in `source` may find itself after the act."""
        return tuple(dict.fromkeys(branch.state for branch in self.branches)) or (source,)


@dataclass(frozen=True, slots=True)
class Machine:
    """The course of one kind of case; `parent` is the kind of case it hangs on, if any."""

    name: str
    label: Label
    initial: str
    states: Mapping[str, State]
    actions: Mapping[str, Action]
    parent: str | None = None

    def actions_from(self, state: str) -> tuple[Action, ...]:
        return tuple(a for a in self.actions.values() if state in a.sources)


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
class Criterion:
    """A question of an instrument; `applies_to` narrows it by field, post, rank (all must fit)."""

    key: str
    label: Label
    guide: Label | None = None
    applies_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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
    """An entry of the catalogue that a plan may be drawn from; `measured` by outside systems."""

    key: str
    label: Label
    aspect: str
    unit: str
    polarity: str = "higher"
    objective: bool = True
    measured: Measured | None = None
    applies_to: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the score: a scoring rule by name, with its parameters."""

    node: str
    label: Label
    call: Call


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a result opens when the condition holds: a case of `machine`, for `owner`, by `due`."""

    key: str
    label: Label
    machine: str
    when: Call
    owner: str
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


@dataclass(frozen=True, slots=True)
class Setting:
    """A rule left to the agency: its default, how sure it is (sure, one, open), and its source."""

    key: str
    label: Label
    default: Any
    mark: str
    source: str


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
    follow_up: tuple[FollowUp, ...]
    settings: Mapping[str, Setting]
    briefing: Briefing | None
    canonical: bytes = field(repr=False)
    digest: str

    @property
    def root(self) -> Machine:
        """The machine of the cases that a launch opens: the first one without a parent."""
        return next(machine for machine in self.machines.values() if machine.parent is None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Definition) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)
