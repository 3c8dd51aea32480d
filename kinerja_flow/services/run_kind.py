"""What a kind of bulk run is: what it takes, what it is about, and how some rows of it are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kinerja_flow.errors import INPUTS, Blocker, Invalid, Problem
from kinerja_flow.policy import Actor
from kinerja_flow.services.forms import Form

#: A run has so many rows at most.
MOST_ROWS = 50_000
Values = Mapping[str, Any]
#: Why rows were refused, by their numbers; all others are done.
Refusals = Mapping[int, Sequence[Blocker]]


@dataclass(frozen=True, slots=True)
class About:
    """What a row is about: a case or a person by its id, or the cells of a line of a file."""

    id: UUID | None = None
    cells: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is to be done, by its number in the run."""

    ordinal: int
    id: UUID | None
    cells: Mapping[str, Any] | None
    attempt: int

    @property
    def told(self) -> Mapping[str, Any] | None:
        """The cells as they came, without what was noted beside them."""
        return None if self.cells is None else self.cells["row"]


@dataclass(frozen=True, slots=True)
class Job:
    """On whose behalf rows of which run are done, and with what."""

    actor: Actor
    run_id: UUID
    values: Values

    @property
    def agency_id(self) -> int:
        assert self.actor.agency_id is not None, "an actor acts for an agency"
        return self.actor.agency_id


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of run. `choose` says what it is about, of what the `form` takes; `take` does some
    rows in the caller's transaction, with a number of queries that does not grow with them. A
    Problem that `take` raises is that of each of the rows. `by_officers`: for HR alone. `chunk`: as
    many rows are done in one transaction.
    """

    form: Form
    choose: Callable[[Session, Actor, Values], Iterable[About]]
    take: Callable[[Session, Job, Sequence[Line]], Refusals]
    by_officers: bool = True
    chunk: int = 500


def named(ids: Iterable[UUID]) -> list[About]:
    """What somebody names, each once, in the order in which they named it."""
    return [About(one) for one in dict.fromkeys(ids)]


def missing(field: str) -> Problem:
    """That a field has to be given where another is not."""
    return Invalid([Blocker("required", field, (), {}, INPUTS)])
