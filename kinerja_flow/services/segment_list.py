"""The segments of somebody's year side by side, as far as the reader has a part in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.db import transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts, ResultFacts
from kinerja_flow.models import Case, Person, Post, Unit
from kinerja_flow.policy import Actor, may_read_result, relations
from kinerja_flow.services.reading_log import note_of_case
from kinerja_flow.services.states import InState, state_told
from kinerja_flow.workflow import always, load_many, newest_delivered, provisional

_NEEDS = always("people", "results")


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow(InState):
    """One segment: its period, post and unit, its assessor by name, and how far it has come.

    `level` and `value` are of the newest result that the reader may see: what was delivered, and
    before that only those who make it. `is_last` tells whose result is the year's, `is_provisional`
    whether an objection to it, or to one that it is made from, is under way.
    """

    case_id: UUID
    from_on: date
    until_on: date
    post: str | None
    unit: str | None
    assessor: str | None
    level: str | None
    value: Fraction | None
    is_last: bool
    is_provisional: bool


def segments_of(actor: Actor, person_id: UUID, cycle_id: UUID) -> list[SegmentRow]:
    """The segments of a person in a cycle, in order, in a number of queries that does not grow.

    The employee and HR see all of them, whoever has another part sees those in which they have it;
    anybody else is told that none is there (NotFound).
    """
    assert actor.agency_id is not None, "an actor acts for an agency"
    with transaction() as session:
        roots = select(Case.id).where(
            Case.agency_id == actor.agency_id,
            Case.cycle_id == cycle_id,
            Case.subject_id == person_id,
            Case.parent_id.is_(None),
        )
        ids = list(session.scalars(roots))
        found = load_many(session, actor.agency_id, ids, _NEEDS)
        found.sort(key=lambda facts: facts.case.from_on)
        seen = [facts for facts in found if relations(facts, actor)]
        if not seen:
            raise NotFound.of("no_such_case", "case")
        return _rows(session, actor, seen, found[-1])


def _rows(session: Session, actor: Actor, seen: Sequence[Facts], last: Facts) -> list[SegmentRow]:
    case = last.case
    told = newest_delivered(session, case.agency_id, case.year, [f.case.id for f in seen])
    open_ = provisional(session, case.agency_id, [f.case.id for f in seen])
    names, places = _names(session, seen), _places(session, seen)
    rows = []
    for facts in seen:
        result = _readable(facts, actor, told.get(facts.case.id, 0))
        if result is not None:
            note_of_case(session, facts, actor, [result.number], "segments")
        post, unit = places.get(facts.case.post_id, (None, None))
        rows.append(
            SegmentRow(
                **state_told(facts.state),
                case_id=facts.case.id,
                from_on=facts.case.from_on,
                until_on=facts.case.until_on,
                post=post,
                unit=unit,
                assessor=names.get(_assessor(facts)),
                level=result.level if result else None,
                value=result.value if result else None,
                is_last=facts is last,
                is_provisional=facts.case.id in open_,
            )
        )
    return rows


def _readable(facts: Facts, actor: Actor, delivered: int) -> ResultFacts | None:
    """The newest result that the actor may see."""
    may = (r for r in reversed(facts.results) if may_read_result(facts, actor, r, delivered))
    return next(may, None)


def _assessor(facts: Facts) -> UUID | None:
    return min(facts.people.get("assessor", frozenset()), default=None)


def _names(session: Session, seen: Sequence[Facts]) -> Mapping[Any, str]:
    people = {_assessor(facts) for facts in seen}
    here = (Person.agency_id == seen[0].case.agency_id, Person.id.in_(people - {None}))
    return {
        row.id: row.name for row in session.execute(select(Person.id, Person.name).where(*here))
    }


def _places(session: Session, seen: Sequence[Facts]) -> Mapping[Any, tuple[str, str]]:
    """Title and unit of each post."""
    posts = {facts.case.post_id for facts in seen}
    here = (Post.agency_id == seen[0].case.agency_id, Post.id.in_(posts - {None}))
    titled = select(Post.id, Post.title, Unit.name).join(
        Unit, (Unit.agency_id == Post.agency_id) & (Unit.id == Post.unit_id)
    )
    return {row.id: (row.title, row.name) for row in session.execute(titled.where(*here))}
