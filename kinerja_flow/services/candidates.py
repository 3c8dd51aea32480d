"""Whom somebody may name for a relation today: the pick-list behind every nomination."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.errors import Forbidden, NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Person, Post, Unit
from kinerja_flow.policy import Actor
from kinerja_flow.rules.pools import may_be_named
from kinerja_flow.services import books
from kinerja_flow.workflow import Chart, always, named

_NEEDS = always("people", "eligible", "pools", "writers")

#: The effects by which people come to stand in a relation.
_NAMING = frozenset({"nominate", "confirm", "appoint", "join", "replace_part"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be named, with the post that they hold today, if any, and its unit."""

    person_id: UUID
    name: str
    post: str | None
    unit: str | None


def candidates(case_id: UUID, actor: Actor, relation: str) -> list[Candidate]:
    """Whoever may be named for a relation of the case today, by name.

    For those whom the template lets name or confirm somebody, and for HR; never on somebody's own
    case but by its employee. It says nothing of who stands in the relation already. Raises
    NotFound (case, relation) or Forbidden. A number of queries that does not grow with the people.
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor, needs=_NEEDS)
        if not isinstance(relation, str) or relation not in facts.definition.relations:
            raise NotFound.of("no_such_relation", "relation", relation=str(relation)[:40])
        by = tuple(dict.fromkeys((*_who_names(facts, relation), "hr")))
        if not policy.standing(facts, actor).keys() & set(by):
            raise Forbidden(named(facts, [policy.not_yours(facts, actor, by, "relation")]))
        return _listed(session, facts, relation)


def _who_names(facts: Facts, relation: str) -> Iterator[str]:
    use = facts.definition.relations[relation]
    yield from (name for name in (use.nominated_by, use.confirmed_by) if name)
    for action in facts.machine.actions.values():
        if any(c.name in _NAMING and c.params["relation"] == relation for c in action.does):
            yield from action.by


def _listed(session: Session, facts: Facts, relation: str) -> list[Candidate]:
    agency_id, today = facts.case.agency_id, facts.calendar.day_of(facts.now)
    fit, held = may_be_named(facts, relation), Chart(session, agency_id, today).posts
    posts: dict[UUID | None, tuple[str, str]] = {
        row.id: (row.title, row.name) for row in session.execute(_posts(agency_id))
    }
    people = select(Person.id, Person.name).where(Person.agency_id == agency_id)
    return [
        Candidate(row.id, row.name, *posts.get(held.get(row.id), (None, None)))
        for row in session.execute(people.order_by(Person.name, Person.id))
        if row.id in fit
    ]


def _posts(agency_id: int) -> Select[UUID, str, str]:
    """Every post of the agency with its unit."""
    unit = (Unit.agency_id == Post.agency_id) & (Unit.id == Post.unit_id)
    held = select(Post.id, Post.title, Unit.name).join(Unit, unit)
    return held.where(Post.agency_id == agency_id)
