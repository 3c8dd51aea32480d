"""How an appraisal begins, at a launch or in mid-year: whose, in which post, under whom, when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import new_id
from kinerja_flow.facts import CaseFacts, Facts, windows_of
from kinerja_flow.models import Agency, Cycle, Person, Post
from kinerja_flow.policy import Actor
from kinerja_flow.workflow import DEFINITIONS, Opening


@dataclass(frozen=True, slots=True)
class Beginning:
    """Who is to be appraised from when: `superiors` nearest first, the assessor and the reviewer.

    Without `until_on` the period ends with the cycle's; `windows` are the case's own, if any.
    """

    person: Person
    post: Post
    superiors: tuple[UUID, ...]
    from_on: date
    until_on: date | None = None
    windows: Mapping[str, Any] | None = None


def calendar_of(session: Session, cycle: Cycle) -> Calendar:
    """The calendar that the cycle froze."""
    zone = session.scalars(select(Agency.zone).where(Agency.id == cycle.agency_id)).one()
    return Calendar(zone, frozenset(map(date.fromisoformat, cycle.days_off)))


def opening_of(
    cycle: Cycle, calendar: Calendar, begun: Beginning, actor: Actor, ground: str
) -> Opening:
    """The appraisal as it will be opened now, in the state in which the template begins."""
    definition = DEFINITIONS.known[cycle.digest]
    case_id, now = new_id(), clock.now()
    case = CaseFacts(
        agency_id=cycle.agency_id,
        year=cycle.year,
        id=case_id,
        cycle_id=cycle.id,
        kind=definition.root.name,
        parent_id=None,
        subject_id=begun.person.id,
        post_id=begun.post.id,
        unit_id=begun.post.unit_id,
        from_on=begun.from_on,
        until_on=begun.until_on or cycle.until_on,
        profile={**begun.post.profile, "rank": begun.person.rank},
        digest=cycle.digest,
        windows=begun.windows,
        state=definition.root.initial,
        version=0,
        entered_at=now,
        delivered_at=None,
        received_at=None,
        closed_at=None,
    )
    facts = Facts(case, definition, now, calendar, windows_of(cycle.windows, begun.windows))
    people = dict(zip(("assessor", "reviewer"), begun.superiors, strict=False))
    return Opening(case_id, facts, definition.root, people, ground, actor.person_id, "hr")
