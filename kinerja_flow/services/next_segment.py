"""The segment that is to begin when somebody moves: in which post, under whom, who hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.models import Cycle, Notification
from kinerja_flow.policy import Actor
from kinerja_flow.services.openings import Beginning, calendar_of, opening_of
from kinerja_flow.services.population import Population
from kinerja_flow.workflow import DEFINITIONS, Insert, Opening, notification

Spans = Mapping[str, tuple[date, date]]


class NextSegment:
    """The segment that is to begin: whether its employee has a post and superiors on the day."""

    def __init__(self, session: Session, facts: Facts, day: date) -> None:
        self.session, self.facts, self.day = session, facts, day
        self.cycle = session.get_one(Cycle, facts.case.cycle_id)
        self.population = Population(session, self.cycle, day, [facts.case.subject_id])

    def blockers(self) -> Iterator[Blocker]:
        case = self.facts.case
        person = case.subject_id
        if (why := self.population.why_not_here(person)) is not None:
            yield why
        elif self.day > case.from_on and self.population.post_of(person).id == case.post_id:
            yield Blocker("post_unchanged", "day", ("hr",), {"day": self.day})

    def opening(self, actor: Actor, windows: Spans) -> Opening:
        person, case = self.facts.case.subject_id, self.facts.case
        begun = Beginning(
            person=self.population.people[person],
            post=self.population.post_of(person),
            superiors=self.population.superiors(person),
            from_on=self.day,
            until_on=case.until_on,
            windows=as_json(windows) or None,
        )
        DEFINITIONS.get(self.session, self.cycle.digest)
        return opening_of(self.cycle, calendar_of(self.session, self.cycle), begun, actor, "moved")


def as_json(windows: Spans) -> dict[str, list[str]]:
    return {name: [day.isoformat() for day in span] for name, span in windows.items()}


def told(opening: Opening) -> Sequence[Insert]:
    """The new assessor and reviewer hear that the segment has begun, and so does the employee."""
    facts, event = opening.facts, f"{opening.facts.case.kind}.opened"
    heard = sorted({facts.case.subject_id, *opening.people.values()} - {opening.opened_by})
    table: Any = Notification.__table__
    return [Insert(table, notification(opening.key, 1, event, one, facts)) for one in heard]
