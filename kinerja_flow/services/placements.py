"""Which posts of the agency somebody's competencies fit best, with the reason; a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Person, Post, PostHolding
from kinerja_flow.policy import Actor
from kinerja_flow.scoring import Competency, competencies_in
from kinerja_flow.scoring.figures import mean
from kinerja_flow.services import books
from kinerja_flow.services.reading_log import note_of_case
from kinerja_flow.services.unit_people import today_of
from kinerja_flow.workflow import always, delivered_scores, labels, required_of

_NEEDS = always("people", "line")


@dataclass(frozen=True, slots=True)
class Placement:
    """Posts of one title, level and field: how many there are, how many of them are vacant (nobody
    holds them definitively), and what they require against what the person attained.

    `is_present` for those of the person's own kind.
    """

    title: str
    level: str | None
    field: str | None
    posts: int
    vacant: int
    is_present: bool
    competencies: tuple[Competency, ...]

    @property
    def fit(self) -> Fraction | None:
        """The mean fit in percent of what was assessed, as `competency_fit` reckons it; None where
        nothing of it was."""
        fits = [one.fit for one in self.competencies if one.fit is not None]
        return mean(fits) if fits else None

    @property
    def not_assessed(self) -> tuple[Competency, ...]:
        """What the posts require and nobody was asked about: the fit says nothing of it."""
        return tuple(one for one in self.competencies if one.attained is None)


def placements(case_id: UUID, actor: Actor, most: int = 20) -> tuple[Placement, ...]:
    """The posts that fit best: those of which everything required was assessed first, then by fit.

    For HR and the officials above the employee in the reporting lines of today, never the employee
    (NotFound for others, and before a result was delivered). The standards are those of the
    template that the case is pinned to, the rank is the employee's; posts that require nothing are
    left out. A constant number of queries. It decides nothing.
    """
    with transaction() as session:
        facts = books.facts_for(session, case_id, actor, needs=_NEEDS)
        of = (facts.case.agency_id, facts.case.year)
        scores = delivered_scores(session, *of, [facts.home_id])
        if facts.home_id not in scores or not policy.manages(facts, actor):
            raise NotFound.of("no_result", "result")
        note_of_case(session, facts, actor, [scores[facts.home_id][0]], "placements")
        kinds = _kinds(session, of[0], today_of(session, of[0]))
    attained = {
        (one.instrument, one.criterion): one.attained
        for one in competencies_in(scores[facts.home_id][1])
    }
    found = [one for row in kinds if (one := _placement(facts, row, attained)).competencies]
    return tuple(sorted(found, key=_order)[:most])


def _order(one: Placement) -> tuple[Any, ...]:
    is_partial = bool(one.not_assessed)
    return is_partial, -(one.fit or 0), one.title, one.level or "", one.field or ""


def _kinds(session: Session, agency_id: int, day: date) -> Iterable[Any]:
    """The posts of the agency by title, level and field, with how many nobody holds today."""
    h, p = PostHolding, Person
    held = (
        select(h.post_id)
        .join(p, and_(p.agency_id == h.agency_id, p.id == h.person_id))
        .where(h.agency_id == agency_id, h.kind == "definitive", h.from_on <= day)
        .where(or_(h.until_on.is_(None), h.until_on >= day))
        .where(or_(p.left_on.is_(None), p.left_on > day))
        .distinct()
        .subquery()
    )
    kind = (Post.title, Post.level, Post.field)
    counted = select(*kind, func.count().label("posts"), func.count(held.c.post_id).label("held"))
    joined = counted.outerjoin(held, held.c.post_id == Post.id)
    return session.execute(joined.where(Post.agency_id == agency_id).group_by(*kind)).all()


def _placement(
    facts: Facts, row: Any, attained: Mapping[tuple[str, str], Fraction | None]
) -> Placement:
    own = facts.case.profile
    profile = {"field": row.field, "post": row.title, "level": row.level}
    is_present = all(own.get(key) == value for key, value in profile.items())
    compared = tuple(_compared(facts, {**profile, "rank": own.get("rank")}, attained))
    counts = (row.posts, row.posts - row.held)
    return Placement(row.title, row.level, row.field, *counts, is_present, compared)


def _compared(
    facts: Facts, profile: Mapping[str, Any], attained: Mapping[tuple[str, str], Fraction | None]
) -> Iterator[Competency]:
    called = labels(facts.definition)
    for instrument, standards in required_of(facts.definition, profile).items():
        for criterion, required in standards.items():
            label = called[f"criterion:{instrument}.{criterion}"]
            level = attained.get((instrument, criterion))
            yield Competency(instrument, criterion, label, level, required.value)
