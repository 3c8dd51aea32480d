"""The units of an agency on a day: who heads each, who stands above that, and who sits in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from kinerja_flow.policy import Actor, Grant
from kinerja_flow.workflow import Chart, posts_in


class Places:
    """All units by the posts held and the reporting lines of one day, in three queries."""

    def __init__(self, session: Session, agency_id: int, day: date) -> None:
        self._chart = Chart(session, agency_id, day)
        self._posts = posts_in(session, agency_id)
        self._day = day

    def head(self, unit_id: UUID) -> UUID | None:
        """Whoever holds the post at the top of the unit's lines; None where it is vacant."""
        top = self._chart.top_of(self._posts.get(unit_id, ()))
        return self._chart.holders.get(top) if top else None

    def above(self, unit_id: UUID) -> tuple[UUID, ...]:
        """Those who stand above the unit's head, nearest first, and never the head themself."""
        top, head = self._chart.top_of(self._posts.get(unit_id, ())), self.head(unit_id)
        return tuple(dict.fromkeys(p for p in self._chart.superiors(top) if p != head))

    def sits_in(self, unit_id: UUID, actor: Actor) -> bool:
        post = self._chart.posts.get(actor.person_id) if actor.person_id else None
        return post in self._posts.get(unit_id, ())

    def stands_above(self, unit_id: UUID, actor: Actor) -> bool:
        """Whether the actor, or an absent official whom they stand in for, is above the head."""
        whose = {actor.person_id, *(grant.absent_id for grant in self._in(actor))}
        return not whose.isdisjoint(self.above(unit_id))

    def one_level_up(self, unit_id: UUID, actor: Actor) -> tuple[bool, Grant | None]:
        """Whether the actor is the nearest above the head, by themself or under which grant; the
        head never is, also under a grant."""
        nearest = next(iter(self.above(unit_id)), None)
        if nearest is None or actor.person_id == self.head(unit_id):
            return False, None
        if actor.person_id == nearest:
            return True, None
        grant = next((one for one in self._in(actor) if one.absent_id == nearest), None)
        return grant is not None, grant

    def _in(self, actor: Actor) -> Iterator[Grant]:
        """The actor's grants that are in force on the day."""
        return (one for one in actor.grants if one.from_on <= self._day <= one.until_on)
