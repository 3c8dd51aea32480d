"""Units and posts of the agency: where people sit, and who holds what today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.models import COUNTED, Case, Participant, Person, Post, PostHolding, Unit
from kinerja_flow.policy import READERS, Actor, only_readers
from kinerja_flow.services.unit_people import today_of

MOST = 100
#: Where the page before ended: the name and id of its last one.
Cursor = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """A unit kerja, inside another or at the top."""

    id: UUID
    name: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class PostSeen:
    """A jabatan, with whoever holds it today: definitively, or else as Plt or Plh."""

    id: UUID
    title: str
    unit_id: UUID
    unit: str
    level: str | None
    field: str | None
    holder_id: UUID | None
    holder: str | None
    held_as: str | None


def units_for(actor: Actor, *, after: Cursor | None = None, most: int = MOST) -> list[UnitSeen]:
    """The units that the actor may know of, by name: HR all of the agency, others those in which
    they hold a post today and those of the appraisals in which they take part. Two queries."""
    with reading() as session:
        today = today_of(session, _agency(actor))
        found = select(Unit.id, Unit.name, Unit.parent_id).where(*_known(actor, today))
        if after is not None:
            found = found.where(tuple_(Unit.name, Unit.id) > tuple_(*after))
        page = found.order_by(Unit.name, Unit.id).limit(max(1, min(most, MOST + 1)))
        return [UnitSeen(*row) for row in session.execute(page)]


def unit_for(unit_id: UUID, actor: Actor) -> UnitSeen:
    """One of the units that the actor may know of; to others there is none (NotFound)."""
    with reading() as session:
        known = _known(actor, today_of(session, _agency(actor)))
        found = select(Unit.id, Unit.name, Unit.parent_id).where(*known, Unit.id == unit_id)
        row = session.execute(found).one_or_none()
        if row is None:
            raise NotFound.of("no_such_unit", "unit")
        return UnitSeen(*row)


def _agency(actor: Actor) -> int:
    assert actor.agency_id is not None, "an actor acts for an agency"
    return actor.agency_id


def _known(actor: Actor, today: date) -> tuple[ColumnElement[bool], ...]:
    here = Unit.agency_id == actor.agency_id
    if actor.roles & READERS:
        return (here,)
    c, p, h = Case, Participant, PostHolding
    of_case = and_(p.agency_id == c.agency_id, p.year == c.year, p.case_id == c.id)
    real = (c.agency_id == actor.agency_id, c.cycle_id.in_(COUNTED))
    mine = (p.person_id == actor.person_id, p.from_at.is_not(None), p.until_at.is_(None))
    taking = select(c.unit_id).join(p, of_case).where(*real, *mine)
    own = select(c.unit_id).where(*real, c.subject_id == actor.person_id)
    of_post = and_(Post.agency_id == h.agency_id, Post.id == h.post_id)
    held = select(Post.unit_id).join(h, of_post).where(h.agency_id == actor.agency_id, *_now(today))
    held = held.where(h.person_id == actor.person_id)
    return (here, or_(*(Unit.id.in_(one) for one in (taking, own, held))))


def _now(today: date) -> tuple[ColumnElement[bool], ...]:
    h = PostHolding
    return h.from_on <= today, or_(h.until_on.is_(None), h.until_on >= today)


def posts_for(
    actor: Actor, unit_id: UUID | None = None, *, after: Cursor | None = None, most: int = MOST
) -> list[PostSeen]:
    """The posts of the agency, or of one unit, by title, for HR. Three queries."""
    only_readers(actor, "post")
    with reading() as session:
        today = today_of(session, _agency(actor))
        of_unit = and_(Unit.agency_id == Post.agency_id, Unit.id == Post.unit_id)
        found = select(Post, Unit.name).join(Unit, of_unit)
        found = found.where(Post.agency_id == actor.agency_id)
        if unit_id is not None:
            found = found.where(Post.unit_id == unit_id)
        if after is not None:
            found = found.where(tuple_(Post.title, Post.id) > tuple_(*after))
        page = found.order_by(Post.title, Post.id).limit(max(1, min(most, MOST + 1)))
        rows = session.execute(page).all()
        h = PostHolding
        who = and_(Person.agency_id == h.agency_id, Person.id == h.person_id)
        held = select(h.post_id, h.person_id, Person.name, h.kind).join(Person, who)
        of = (h.agency_id == actor.agency_id, h.post_id.in_([post.id for post, _ in rows]))
        # The definitive holder comes last, and stands.
        holders = session.execute(held.where(*of, *_now(today)).order_by(h.kind.desc(), h.id))
        by_post = {row.post_id: row for row in holders}
        return [_post(post, unit, by_post.get(post.id)) for post, unit in rows]


def _post(post: Post, unit: str, held: Any) -> PostSeen:
    of = (post.id, post.title, post.unit_id, unit, post.level, post.field)
    return PostSeen(*of, *((held.person_id, held.name, held.kind) if held else (None,) * 3))
