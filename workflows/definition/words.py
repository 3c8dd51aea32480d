"""The words that every part of a template is said in: labels, terms, calls; and closed lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: What a state means to code, which never asks for a state by name (`design.md`, section 4).
PHASES = ("planning", "running", "assessing", "delivered", "examining", "closed")

#: The books of a case that a state may open for writing, each kept by a service of its own.
BOOKS = (
    *("plan", "plan_links", "action_plan", "activity", "progress"),
    *("evidence", "feedback", "observation", "contradiction", "exhibits"),
    *("steps", "step_outcomes"),
)

#: Who may be named for a relation, by where they stand to the employee on the day of the act.
POOLS = ("agency", "unit", "colleagues", "subordinates", "other_units", "superiors")

#: What becomes of a percentage that is no whole number of people.
ROUNDINGS = ("half_up", "up", "down")

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
    state, the latest delivery of the result, its receipt, or the last day of the case's own
    period (the entry, where that is later). It begins the day after and ends with its last day.
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
