"""Who can be appraised in a cycle on a day, by whom, and why others can't."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.errors import Blocker
from kinerja_flow.models import Case, Cycle, Person, Post
from kinerja_flow.workflow import Chart


class Population:
    """Some people of a cycle's agency with their posts and superiors, in a handful of queries."""

    def __init__(self, session: Session, cycle: Cycle, day: date, people: Sequence[UUID]) -> None:
        here = select(Person).where(Person.agency_id == cycle.agency_id, Person.id.in_(people))
        already = select(Case.subject_id).where(
            Case.agency_id == cycle.agency_id,
            Case.year == cycle.year,
            Case.cycle_id == cycle.id,
            Case.parent_id.is_(None),
            Case.subject_id.in_(people),
        )
        self._chart = Chart(session, cycle.agency_id, day)
        held = {self._chart.posts[person] for person in people if person in self._chart.posts}
        self.people = {person.id: person for person in session.scalars(here)}
        self._appraised = set(session.scalars(already))
        posts = session.scalars(select(Post).where(Post.id.in_(held)))
        self._posts = {post.id: post for post in posts}

    def post_of(self, person_id: UUID) -> Post:
        return self._posts[self._chart.posts[person_id]]

    def superiors(self, person_id: UUID) -> tuple[UUID, ...]:
        """Those above a person, nearest first: the assessor, the reviewer, and on."""
        return self._chart.line(person_id)

    def why_not(self, person_id: UUID) -> Blocker | None:
        """What keeps somebody from being appraised; without a second superior nobody could
        examine an objection (PP 30/2019 article 59)."""
        if person_id in self._appraised:
            return Blocker("already_launched", "person", ())
        return self.why_not_here(person_id)

    def why_not_here(self, person_id: UUID) -> Blocker | None:
        """The same, whether or not they are appraised in the cycle already."""
        if person_id not in self.people or self.people[person_id].kind == "practice":
            return Blocker("no_such_person", "person", ("hr",))
        if self.people[person_id].kind == "external":
            return Blocker("external_person", "person", ())
        return self._unplaced(person_id)

    def _unplaced(self, person_id: UUID) -> Blocker | None:
        if person_id not in self._chart.posts:
            return Blocker("no_post", "person", ("hr",))
        above = len(self.superiors(person_id))
        if above > 1:
            return None
        return Blocker("no_examiner" if above else "no_assessor", "person", ("hr",))
