"""People of the agency with what they hold today, as far as the reader may know of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.models import COUNTED, Case, Participant, Person, Post, PostHolding, Unit
from kinerja_flow.policy import READERS, Actor
from kinerja_flow.services.unit_people import today_of
from kinerja_flow.workflow import OFFICES
from workflows.vocabulary import FORMER

MOST = 100
#: Where the page before ended: the name and id of its last one.
Cursor = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Holding:
    """A post that somebody holds today."""

    post_id: UUID
    title: str
    unit_id: UUID
    unit: str
    kind: str


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """Somebody of the agency. NIP, rank and the like are for themself and for HR, else None."""

    id: UUID
    name: str
    kind: str
    nip: str | None
    rank: str | None
    employment: str | None
    left_on: date | None
    posts: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which people are wanted: by part of the name or the NIP, and by the unit of a post."""

    words: str | None = None
    unit_id: UUID | None = None


def people_for(
    actor: Actor, sought: Sought, *, after: Cursor | None = None, most: int = MOST
) -> list[PersonSeen]:
    """The people whom the actor may know of, by name, from behind `after`: HR all of the agency,
    others themselves, those whose appraisals they take part in, and who holds an office in their
    own. Nobody but HR searches by NIP. Three queries, however many there are.
    """
    with reading() as session:
        today = today_of(session, _agency(actor))
        found = select(Person).where(*_known(actor), *_sought(actor, sought, today))
        if after is not None:
            found = found.where(tuple_(Person.name, Person.id) > tuple_(*after))
        page = found.order_by(Person.name, Person.id).limit(max(1, min(most, MOST + 1)))
        return _seen(session, actor, list(session.scalars(page)), today)


def person_for(person_id: UUID, actor: Actor) -> PersonSeen:
    """One of the people whom the actor may know of; to others there is none (NotFound)."""
    with reading() as session:
        found = select(Person).where(*_known(actor), Person.id == person_id)
        row = session.scalars(found).one_or_none()
        if row is None:
            raise NotFound.of("no_such_person", "person")
        return _seen(session, actor, [row], today_of(session, _agency(actor)))[0]


def names_by_id(actor: Actor, people: Iterable[UUID]) -> Mapping[UUID, str]:
    """The names of those of the people whom the actor may know of."""
    with reading() as session:
        of = (*_known(actor), Person.id.in_(list(set(people))))
        rows = session.execute(select(Person.id, Person.name).where(*of))
        return {row.id: row.name for row in rows}


def _agency(actor: Actor) -> int:
    assert actor.agency_id is not None, "an actor acts for an agency"
    return actor.agency_id


def _known(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    here = (Person.agency_id == actor.agency_id, Person.kind != "practice")
    if actor.roles & READERS:
        return here
    c, p = Case, Participant
    of_case = and_(p.agency_id == c.agency_id, p.year == c.year, p.case_id == c.id)
    real = (c.agency_id == actor.agency_id, c.cycle_id.in_(COUNTED))
    mine = (p.person_id == actor.person_id, p.from_at.is_not(None), p.until_at.is_(None))
    rated = select(c.subject_id).join(p, of_case).where(*real, *mine)
    offices = p.relation.in_((*OFFICES, FORMER))
    over_me = select(p.person_id).join(c, of_case).where(*real, offices)
    over_me = over_me.where(c.subject_id == actor.person_id, p.from_at.is_not(None))
    whom = (Person.id == actor.person_id, Person.id.in_(rated), Person.id.in_(over_me))
    return (*here, or_(*whom))


def _sought(actor: Actor, sought: Sought, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.words is not None:
        by_name = Person.name.icontains(sought.words, autoescape=True)
        by_nip = Person.nip.startswith(sought.words, autoescape=True)
        found.append(or_(by_name, by_nip) if actor.roles & READERS else by_name)
    if sought.unit_id is not None:
        held = _holdings(today).where(Post.unit_id == sought.unit_id)
        of_agency = held.where(PostHolding.agency_id == actor.agency_id)
        found.append(Person.id.in_(of_agency.with_only_columns(PostHolding.person_id)))
    return found


def _holdings(today: date) -> Any:
    h = PostHolding
    columns = (h.person_id, h.post_id, Post.title, Post.unit_id, Unit.name, h.kind)
    of_post = and_(Post.agency_id == h.agency_id, Post.id == h.post_id)
    of_unit = and_(Unit.agency_id == Post.agency_id, Unit.id == Post.unit_id)
    lasts = (h.from_on <= today, or_(h.until_on.is_(None), h.until_on >= today))
    return select(*columns).join(Post, of_post).join(Unit, of_unit).where(*lasts)


def held_by(
    session: Session, agency_id: int, people: Iterable[UUID], today: date
) -> Mapping[UUID, list[Holding]]:
    """What each of these people holds on a day, definitive posts first."""
    h = PostHolding
    mine = (h.agency_id == agency_id, h.person_id.in_(list(people)))
    found: dict[UUID, list[Holding]] = defaultdict(list)
    for row in session.execute(_holdings(today).where(*mine).order_by(h.kind, h.from_on, h.id)):
        found[row[0]].append(Holding(*row[1:]))
    return found


def _seen(session: Session, actor: Actor, rows: list[Person], today: date) -> list[PersonSeen]:
    held = held_by(session, _agency(actor), [row.id for row in rows], today)
    return [_told(actor, row, tuple(held.get(row.id, ()))) for row in rows]


def _told(actor: Actor, row: Person, posts: tuple[Holding, ...]) -> PersonSeen:
    may = bool(actor.roles & READERS) or row.id == actor.person_id
    private = (row.nip, row.rank, row.employment, row.left_on) if may else (None,) * 4
    return PersonSeen(row.id, row.name, row.kind, *private, posts)
