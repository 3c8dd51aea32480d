"""What is told of why somebody may or may not do something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kinerja_flow.errors import Blocker
from kinerja_flow.services.states import CaseInState
from workflows.definition import Label

#: What is asked: whether an action may be taken, a book written in, or something read.
ACTION, BOOK, READING = ASPECTS = ("action", "book", "reading")


#: The parameters of a blocker that say what a score comes to, or what somebody chose beside it.
_FIGURES = frozenset({"level", "value", "apart", "suggested", "chosen"})


def sealed(blocker: Blocker) -> Blocker:
    """A blocker without what a result in the making comes to, which HR does not read."""
    if blocker.params.keys() & _FIGURES:
        return Blocker("why_sealed", None, blocker.lifted_by)
    return blocker


@dataclass(frozen=True, slots=True)
class Stands:
    """A relation in which the person may act: by themself, or under a grant for another."""

    relation: str
    label: Label
    grant_id: UUID | None
    absent_id: UUID | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at (`relation`, `state`, `requirements`, `reading`), with all that
    is in the way there; empty: it is as it should be."""

    name: str
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due on the case: a reminder, an escalation, or an act of the clock."""

    kind: str
    action: str | None
    due_at: datetime
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why(CaseInState):
    """The answer. `asked_later` are the rules that look at what is given with the act, and so can't
    be told before; `holders` says who stands in the relations that could lift something."""

    case_id: UUID
    person_id: UUID
    aspect: str
    name: str
    version: int
    is_allowed: bool
    stands: tuple[Stands, ...]
    checks: tuple[Check, ...]
    asked_later: tuple[str, ...]
    holders: Mapping[str, tuple[UUID, ...]]
    due_on: date | None
    deadlines: tuple[Due, ...]
