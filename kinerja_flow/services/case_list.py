"""Cases as those who take part see them: one, or a page of all that somebody may know of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.errors import Conflict, Forbidden, NotFound, Problem, Refused, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import Case, Cycle, Participant
from kinerja_flow.policy import DELEGABLE, Actor
from kinerja_flow.services import books
from kinerja_flow.services.states import CaseInState, case_told
from kinerja_flow.services.tasks import names_of
from kinerja_flow.workflow import load_many

MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSeen(CaseInState):
    """Where a case stands; `relations` are those in which the reader stands to it."""

    id: UUID
    cycle_id: UUID
    parent_id: UUID | None
    subject_id: UUID
    subject: str
    unit_id: UUID | None
    from_on: date
    until_on: date
    version: int
    due_on: date | None
    closed_at: datetime | None
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases are wanted: by the values of their columns, and open or closed (None: both)."""

    of: Mapping[str, Any] = field(default_factory=dict)
    is_open: bool | None = None


def one_case(case_id: UUID, actor: Actor) -> CaseSeen:
    """A case for whoever stands in a relation to it; for anybody else it is not there."""
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        if not policy.knows(facts, actor):
            raise NotFound.of("no_such_case", "case")
        return _seen(facts, actor, names_of(session, actor, [facts.case.subject_id]))


def as_told(problem: Problem, case_id: UUID, actor: Actor) -> Problem:
    """The refusal of something about a case, as its caller may hear it: whoever may not know of the
    case hears that there is none, in the words in which that is said of any."""
    if not isinstance(problem, Forbidden | NotFound | Conflict | Refused | Stale):
        return problem
    try:
        one_case(case_id, actor)
    except NotFound as absent:
        return absent
    return problem


def cases_for(
    actor: Actor, wanted: Filter, *, after: UUID | None = None, most: int = MOST
) -> list[CaseSeen]:
    """The actor's own cases and those in which they take part, for HR and auditors all of the
    agency; newest
    first, from below the case `after`. The number of queries does not grow with their number.

    A page is stable while cases come and go: ids are drawn in the order of time.
    """
    assert actor.agency_id is not None, "an actor acts for an agency"
    with reading() as session:
        found = select(Case.id).where(Case.agency_id == actor.agency_id, _may_know(actor))
        found = found.where(*_narrowed(wanted))
        if after is not None:
            found = found.where(Case.id < after)
        page = found.order_by(Case.id.desc()).limit(max(1, min(most, MOST + 1)))
        ids = session.scalars(page).all()
        loaded = load_many(session, actor.agency_id, ids, books.PEOPLE) if ids else []
        return _in_order(session, actor, loaded)


def _in_order(session: Session, actor: Actor, loaded: Iterable[Facts]) -> list[CaseSeen]:
    known = [facts for facts in loaded if policy.knows(facts, actor)]
    names = names_of(session, actor, (facts.case.subject_id for facts in known))
    seen = [_seen(facts, actor, names) for facts in known]
    return sorted(seen, key=lambda one: one.id, reverse=True)


def _may_know(actor: Actor) -> ColumnElement[bool]:
    """Real cases of the agency for HR and auditors; else one's own, and those in which one takes
    part, in one's own name or for an absent official."""
    real = select(Cycle.id).where(Cycle.agency_id == actor.agency_id, Cycle.practice_of.is_(None))
    is_real = Case.cycle_id.in_(real)
    if actor.roles & policy.READERS:
        return is_real
    p = Participant
    absent = [grant.absent_id for grant in actor.grants]
    lent = and_(p.person_id.in_(absent), p.relation.in_(DELEGABLE))
    who = or_(p.person_id == actor.person_id, lent)
    here = (p.agency_id == actor.agency_id, p.from_at.is_not(None), p.until_at.is_(None))
    parts = select(p.case_id).where(*here, who)
    mine = Case.subject_id == actor.person_id
    return and_(is_real, or_(mine, Case.id.in_(parts), Case.parent_id.in_(parts)))


def _narrowed(wanted: Filter) -> list[ColumnElement[bool]]:
    of = [getattr(Case, name) == value for name, value in wanted.of.items()]
    if wanted.is_open is None:
        return of or [true()]
    return [*of, Case.closed_at.is_(None) if wanted.is_open else Case.closed_at.is_not(None)]


def _seen(facts: Facts, actor: Actor, names: Mapping[UUID, str]) -> CaseSeen:
    case, state = facts.case, facts.state
    return CaseSeen(
        **case_told(facts.machine, facts.state),
        id=case.id,
        cycle_id=case.cycle_id,
        parent_id=case.parent_id,
        subject_id=case.subject_id,
        subject=names[case.subject_id],
        unit_id=case.unit_id,
        from_on=case.from_on,
        until_on=case.until_on,
        version=case.version,
        due_on=facts.last_day(state.deadline) if state.deadline else None,
        closed_at=case.closed_at,
        relations=tuple(sorted(policy.relations(facts, actor))),
    )
