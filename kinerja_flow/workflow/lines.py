"""Who stands above whom on a day, by posts held and reporting lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from kinerja_flow.facts import CaseFacts
from kinerja_flow.models import Person, Post, PostHolding, ReportingLine
from kinerja_flow.workflow.scope import Scope

#: No chain of command is longer; a longer one is a circle in the data.
LONGEST_LINE = 12


class Chart:
    """The whole agency's posts and lines on one day, or those of some units, in two queries."""

    def __init__(
        self, session: Session, agency_id: int, day: date, units: Collection[UUID] | None = None
    ) -> None:
        h, r, p = PostHolding, ReportingLine, Person
        held = (
            select(h.person_id, h.post_id, h.kind)
            .join(p, (p.agency_id == h.agency_id) & (p.id == h.person_id))
            .where(h.agency_id == agency_id, h.from_on <= day, _lasts(h, day), _stays(day))
            .order_by(h.from_on, h.id)
        )
        lines = (
            select(r.post_id, r.superior_post_id, r.superior_id)
            .outerjoin(p, (p.agency_id == r.agency_id) & (p.id == r.superior_id))
            .where(r.agency_id == agency_id, r.from_on <= day, _lasts(r, day), _stays(day))
        )
        if units is not None:
            within = select(Post.id).where(Post.agency_id == agency_id, Post.unit_id.in_(units))
            held, lines = held.where(h.post_id.in_(within)), lines.where(r.post_id.in_(within))
        self.posts: dict[UUID, UUID] = {}
        self.holders: dict[UUID, UUID] = {}
        self.above: dict[UUID, tuple[UUID | None, UUID | None]] = {}
        # A definitive holder comes last and so stands; Plt and Plh act where there is none.
        ranking = {"plh": 0, "plt": 1, "definitive": 2}
        for person, post, kind in sorted(session.execute(held), key=lambda row: ranking[row.kind]):
            self.holders[post] = person
            if kind == "definitive" or person not in self.posts:
                self.posts[person] = post
        for post, superior_post, superior in session.execute(lines.order_by(r.from_on, r.id)):
            self.above[post] = (superior_post, superior)

    def superiors(self, post_id: UUID | None) -> Iterator[UUID]:
        """Those above a post, nearest first; a vacant post is passed over for the next above."""
        for _ in range(LONGEST_LINE):
            if post_id is None:
                return
            next_post, official = self.above.get(post_id, (None, None))
            holder = official or (self.holders.get(next_post) if next_post else None)
            if holder is not None:
                yield holder
            post_id = next_post

    def top_of(self, posts: Collection[UUID]) -> UUID | None:
        """The post at the top of a unit's `posts`: the only one that reports to none of them.

        Where several do, as posts without a line may, it is the one that others report to; None
        where that says nothing either.
        """
        above = {post: self.above.get(post, (None, None))[0] for post in posts}
        tops = [post for post, superior in above.items() if superior not in above]
        leading = [post for post in tops if post in above.values()]
        found = tops if len(tops) == 1 else leading
        return found[0] if len(found) == 1 else None

    def line(self, person_id: UUID, post_id: UUID | None = None) -> tuple[UUID, ...]:
        """The superiors of a person, nearest first, each once and never the person themself: above
        the post that they hold, or the one that is named."""
        above = self.superiors(post_id or self.posts.get(person_id))
        return tuple(dict.fromkeys(holder for holder in above if holder != person_id))


def _lasts(model: type[PostHolding] | type[ReportingLine], day: date) -> ColumnElement[bool]:
    return or_(model.until_on.is_(None), model.until_on >= day)


def _stays(day: date) -> ColumnElement[bool]:
    """Whoever has left stands above nobody, also while their post is not ended yet."""
    return or_(Person.left_on.is_(None), Person.left_on > day)


def chart_of(scope: Scope) -> Chart:
    """The chart of the agency as of today, read once for all groups that look at it."""
    if "chart" not in scope.shared:
        scope.shared["chart"] = Chart(scope.session, scope.agency_id, scope.today)
    chart: Chart = scope.shared["chart"]
    return chart


def line(scope: Scope) -> Mapping[UUID, tuple[UUID, ...]]:
    """The superiors above the employee of each case, as of today: above the post that the case is
    about where its period is over or the employee has left, else above their present one."""
    chart = chart_of(scope)
    return {
        case.id: chart.line(case.subject_id, _post(chart, case, scope.today))
        for case in scope.cases
    }


def _post(chart: Chart, case: CaseFacts, today: date) -> UUID | None:
    own = chart.posts.get(case.subject_id)
    is_past = own is None or case.until_on < today
    return case.post_id or own if is_past else own
