"""The books of a case (plan, evidence, …): who may write in one now, and under which lock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.errors import Blocker, Conflict, Forbidden, NotFound, Problem, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import HistoryEvent
from kinerja_flow.policy import Actor
from kinerja_flow.workflow import Needs, always, load_one, named
from kinerja_flow.workflow.load import Lock

#: The facts that it takes to say who somebody is to a case.
PEOPLE = always("people")


def facts_for(
    session: Session,
    case_id: UUID,
    actor: Actor,
    lock: Lock | None = None,
    needs: Needs = PEOPLE,
) -> Facts:
    """The facts of a case of the actor's agency, with who takes part in it among what it `needs`;
    what somebody else practises in is not there (NotFound)."""
    assert actor.agency_id is not None, "an actor acts for an agency"
    facts = load_one(session, actor.agency_id, case_id, needs, lock=lock)
    if policy.is_hidden(facts, actor):
        raise NotFound.of("no_such_case", "case")
    return facts


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


def refuse_anonymous(facts: Facts, actor: Actor, refusal: Problem) -> None:
    """The refusal where the actor takes part anonymously: an entry would carry their name."""
    hidden = {use.name for use in facts.definition.relations.values() if use.anonymous}
    if policy.relations(facts, actor) & hidden:
        raise refusal


def closed(facts: Facts, book: str) -> Blocker:
    """That nothing more is written in a book, since the case has come to its end."""
    params = {"book": book, "state": facts.state.name}
    return named(facts, [Blocker("book_closed", book, (), params)])[0]


def refuse_stale(facts: Facts, version: int | None) -> None:
    """Stale where the actor saw another version of the case than the present one."""
    if version is not None and version != facts.case.version:
        raise Stale.of("stale", "version", seen=version, present=facts.case.version)


def capacity(facts: Facts, actor: Actor, book: str) -> str:
    """The relation in which the actor writes in an open book: the first that the state names."""
    held = _held(facts, actor, book)
    assert held is not None, "the book was opened to the actor before"
    return held.relation


def _held(facts: Facts, actor: Actor, book: str) -> policy.Held | None:
    return policy.first_held(policy.standing(facts, actor), facts.state.opens.get(book, ()))


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


def author(facts: Facts, actor: Actor, book: str) -> dict[str, Any]:
    """The columns that say who made an entry, when, and, where the book is open to them as
    somebody's substitute, on whose behalf."""
    assert actor.person_id is not None, "engines write no entries"
    made = {"version": 1, "author_id": actor.person_id, "noted_at": facts.now}
    held = _held(facts, actor, book)
    return {**made, **policy.on_behalf(held.grant if held else None)}


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
