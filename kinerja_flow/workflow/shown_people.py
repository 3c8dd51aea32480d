"""People as a document names them: name, NIP, rank, posts and units on a day, and who stood in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.models import Person, Post, PostHolding, Substitution, Unit
from kinerja_flow.policy import DELEGABLE
from kinerja_flow.workflow.scope import Scope

#: A definitive post comes first; Plt and Plh are named after it.
_ORDER = ("definitive", "plt", "plh")


class Standing(NamedTuple):
    """That somebody stands in a relation; `post_id` is the one that the appraisal is about."""

    relation: str
    person_id: UUID
    post_id: UUID | None = None


class People:
    """The people of many cases with all that they held, in three queries."""

    def __init__(self, scope: Scope, standing: Sequence[Standing]) -> None:
        ids = {one.person_id for one in standing}
        self._persons = _persons(scope, ids)
        self._posts = _posts(scope, ids)
        self._grants = _grants(scope, ids)

    def told(self, standing: Iterable[Standing], day: date) -> list[dict[str, Any]]:
        """Each of them as JSON, as they stood on the day."""
        return [self._person(one, day) for one in standing]

    def _person(self, one: Standing, day: date) -> dict[str, Any]:
        return {
            "relation": one.relation,
            **self._persons[one.person_id],
            "posts": self._held(one, day),
            "substitutes": self._substitutes(one, day),
        }

    def _held(self, one: Standing, day: date) -> list[dict[str, str | None]]:
        held = [row for row in self._posts[one.person_id] if _is_on(row, day)]
        if one.post_id is not None:
            # Whoever has moved since is appraised for the post of then.
            held = [row for row in self._posts[one.person_id] if row.post_id == one.post_id][-1:]
        held.sort(key=lambda row: _ORDER.index(row.kind))
        return [{"kind": row.kind, "title": row.title, "unit": row.unit} for row in held]

    def _substitutes(self, one: Standing, day: date) -> list[dict[str, Any]]:
        if one.relation not in DELEGABLE:
            return []
        return [
            {
                "name": row.name,
                "nip": row.nip,
                "kind": row.kind,
                "days": [row.from_on.isoformat(), row.until_on.isoformat()],
            }
            for row in self._grants[one.person_id]
            if _is_on(row, day)
        ]


def _is_on(row: Any, day: date) -> bool:
    return bool(row.from_on <= day and (row.until_on is None or day <= row.until_on))


def _persons(scope: Scope, ids: set[UUID]) -> Mapping[UUID, dict[str, str | None]]:
    p = Person
    rows = scope.session.execute(
        select(p.id, p.name, p.nip, p.rank, p.kind).where(
            p.agency_id == scope.agency_id, p.id.in_(ids)
        )
    )
    return {
        row.id: {"id": str(row.id), "name": row.name, "nip": row.nip, "rank": row.rank}
        for row in rows
    }


def _posts(scope: Scope, ids: set[UUID]) -> Mapping[UUID, list[Any]]:
    h = PostHolding
    rows = scope.session.execute(
        select(h.person_id, h.post_id, h.kind, h.from_on, h.until_on, Post.title)
        .add_columns(Unit.name.label("unit"))
        .join(Post, (Post.agency_id == h.agency_id) & (Post.id == h.post_id))
        .join(Unit, (Unit.agency_id == Post.agency_id) & (Unit.id == Post.unit_id))
        .where(h.agency_id == scope.agency_id, h.person_id.in_(ids))
        .order_by(h.from_on, h.id)
    )
    return _grouped(rows, "person_id")


def _grants(scope: Scope, ids: set[UUID]) -> Mapping[UUID, list[Any]]:
    s, p = Substitution, Person
    rows = scope.session.execute(
        select(s.absent_id, s.kind, s.from_on, s.until_on, p.name, p.nip)
        .join(p, (p.agency_id == s.agency_id) & (p.id == s.substitute_id))
        .where(s.agency_id == scope.agency_id, s.absent_id.in_(ids), s.revoked_at.is_(None))
        .order_by(s.from_on, s.id)
    )
    return _grouped(rows, "absent_id")


def _grouped(rows: Iterable[Any], key: str) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found
