"""The books of a case (plan, evidence, …): who may write in one now, and under which lock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.errors import Blocker, Conflict, Forbidden, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import HistoryEvent
from kinerja_flow.policy import Actor
from kinerja_flow.workflow import load_one, named
from kinerja_flow.workflow.load import Lock
from workflows.definition import Definition


def people(_definition: Definition, _kind: str, _state: str) -> frozenset[str]:
    """The facts that it takes to say who somebody is to a case."""
    return frozenset({"people"})


def facts_for(session: Session, case_id: UUID, actor: Actor, lock: Lock | None = None) -> Facts:
    """The facts of a case of the actor's agency."""
    assert actor.agency_id is not None, "an actor acts for an agency"
    return load_one(session, actor.agency_id, case_id, people, lock=lock)


def opened(session: Session, case_id: UUID, actor: Actor, book: str) -> Facts:
    """The facts of a case whose book the actor may write in; its state stays till the commit.

    Entries do not wait for each other, only for a move, and a move waits for them.
    """
    facts = facts_for(session, case_id, actor, lock="entry")
    refuse_unless_open(facts, actor, book)
    return facts


def refuse_unless_open(facts: Facts, actor: Actor, book: str) -> None:
    """Conflict where the state opens the book to nobody, Forbidden where not to this actor."""
    for blocker in policy.may_write(facts, actor, book):
        said = named(facts, [blocker])
        raise Conflict(said) if blocker.rule == "book_closed" else Forbidden(said)


def refuse_stale(facts: Facts, version: int | None) -> None:
    """Stale where the actor saw another version of the case than the present one."""
    if version is not None and version != facts.case.version:
        raise Stale.of("stale", "version", seen=version, present=facts.case.version)


def capacity(facts: Facts, actor: Actor, book: str) -> str:
    """The relation in which the actor writes in an open book: the first that the state names."""
    held = policy.standing(facts, actor)
    return next(name for name in facts.state.opens[book] if name in held)


def home_key(facts: Facts) -> dict[str, Any]:
    """The key of rows that belong to the appraisal, also when a child case has the book open."""
    case = facts.case
    return {"agency_id": case.agency_id, "year": case.year, "case_id": facts.home_id}


def of_home(facts: Facts, model: Any, *columns: Any) -> Select[Any]:
    """A query for rows of one model that belong to the appraisal."""
    owned = (getattr(model, name) == value for name, value in home_key(facts).items())
    return select(*columns or (model.__table__,)).where(*owned)


def delivered(session: Session, facts: Facts) -> int:
    """The number of the result that was delivered last; 0 before the first."""
    newest = func.max(HistoryEvent.change["delivered"].as_integer())
    return session.scalar(of_home(facts, HistoryEvent, newest)) or 0


def author(facts: Facts, actor: Actor) -> dict[str, Any]:
    """The columns that say whose entry it is and when it was made."""
    assert actor.person_id is not None, "engines write no entries"
    return {"version": 1, "author_id": actor.person_id, "noted_at": facts.now}


def outside_period(facts: Facts, name: str, day: Any) -> Iterator[Blocker]:
    """What is wrong with the day of an entry: it lies outside the period that is appraised."""
    first, last = facts.case.from_on, facts.case.until_on
    if day is not None and not first <= day <= last:
        yield Blocker("outside_period", name, (), {"day": day, "first": first, "last": last})


def not_yet(facts: Facts, name: str, day: Any) -> Iterator[Blocker]:
    """What is wrong with the day of something done: it has not come yet."""
    today = facts.calendar.day_of(facts.now)
    if day is not None and day > today:
        yield Blocker("not_yet", name, (), {"day": day, "today": today})
