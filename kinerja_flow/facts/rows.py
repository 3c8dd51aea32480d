"""The rows of facts: one value of a case, of somebody's part in it, of a result, and so on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from workflows.vocabulary import EXAMINER


class CaseFacts(NamedTuple):
    """The case's own row, as it stands under the lock."""

    agency_id: int
    year: int
    id: UUID
    cycle_id: UUID
    kind: str
    parent_id: UUID | None
    subject_id: UUID
    post_id: UUID | None
    unit_id: UUID | None
    from_on: date
    until_on: date
    profile: Mapping[str, Any]
    digest: str
    windows: Mapping[str, Any] | None
    state: str
    version: int
    entered_at: datetime
    delivered_at: datetime | None
    received_at: datetime | None
    closed_at: datetime | None


class Window(NamedTuple):
    opens_on: date
    closes_on: date


def windows_of(cycle: Mapping[str, Any], own: Mapping[str, Any] | None) -> dict[str, Window]:
    """The cycle's windows, with the days that were moved for one case."""
    merged = {**cycle, **(own or {})}.items()
    return {name: Window(*map(date.fromisoformat, days)) for name, days in merged}


class PastAct(NamedTuple):
    """An earlier act on the case or on its parent: what four-eyes rules look back on."""

    kind: str
    action: str
    actor_id: UUID | None
    seq: int
    at: datetime
    on_behalf_of: UUID | None = None


class PlanRowFacts(NamedTuple):
    id: UUID
    weight: Fraction | None
    is_linked: bool
    indicators: int
    indicators_without_target: int
    steps: int
    evidence: int


class ResultFacts(NamedTuple):
    number: int
    level: str | None
    value: Fraction | None
    digest: str
    decided_by: UUID | None
    decided_for: UUID | None = None


class ObjectionFacts(NamedTuple):
    """An objection to a result of the appraisal, and what became of it.

    `outcome` is "stands" or "changed" where it was decided, "accepted" where the employee accepted
    the assessor's own correction, None while it is open and where it was withdrawn. `replaced_by`
    is the number of the result that took the contested one's place.
    """

    case_id: UUID
    number: int
    replaced_by: int | None
    level: int
    is_open: bool
    outcome: str | None
    decided_by: UUID | None
    decided_for: UUID | None
    decided_at: datetime | None


class SheetFacts(NamedTuple):
    instrument: str
    relation: str
    rater_id: UUID
    answers: Mapping[str, Any]
    written_by: UUID | None = None


class FollowUpFacts(NamedTuple):
    """What a result of the appraisal has opened: its case, and how it came to it.

    `number` is the result that opened it, `superseded_by` the later one that no longer would have;
    `after_id` the case that asked for it by its key (None: the result itself did).
    """

    case_id: UUID
    key: str
    kind: str
    state: str
    number: int
    is_closed: bool
    is_withdrawn: bool
    superseded_by: int | None
    after_id: UUID | None


class StepFacts(NamedTuple):
    """A step of an improvement plan; it is open until it is done, or dropped with a reason."""

    id: UUID
    due_on: date
    is_open: bool


class ChildFacts(NamedTuple):
    id: UUID
    kind: str
    phase: str
    is_closed: bool
    from_on: date
    until_on: date


class ActivityDay(NamedTuple):
    """A day with daily activities, and whether somebody else has given feedback on one of them."""

    day_on: date
    is_answered: bool


class Claim(NamedTuple):
    """The realisation that holds of an indicator; `last_word` is the kind of the last feedback on
    it by somebody else, None where nobody has looked at it."""

    indicator_id: UUID
    last_word: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's place in the case: proposed while `from_at` is empty.

    Of those that have ended only the parts in an assessor team and of examiners are kept: it stays
    known who judged.
    """

    id: UUID
    relation: str
    person_id: UUID
    is_active: bool
    in_parent: bool
    has_ended: bool = False


#: The relations of an assessor team (tim penilai): whoever stands in one judges the result.
TEAM = frozenset({"panel", "chair"})
#: Whose part stays known when it has ended.
REMEMBERED = TEAM | {EXAMINER}
