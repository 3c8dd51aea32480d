"""The stage of one scenario: its agency, clock, people and cases, and their names in the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kinerja_flow.db import transaction
from kinerja_flow.models import Case, Notification
from kinerja_flow.policy import Actor
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.scenario import Scenario, Step
from kinerja_flow.services.scenarios.words import STALE, CaseRef


@dataclass
class Stage:
    """What has come of the scenario so far. `now` is the present instant of its clock.

    `cases` are the last segments of whoever moved, `ended` the earlier ones. `names` holds the
    names that the scenario gave to things of a case (RHK, indicators, steps) or of the cycle
    (surveys), `links` the links of surveys by their names, `sent` the version that went with each
    idempotency key, `fired` what the clock did last.
    """

    scenario: Scenario
    agency_id: int
    now: datetime
    language: str
    people: dict[str, UUID] = field(default_factory=dict)
    posts: dict[str, UUID] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)
    ended: dict[str, list[UUID]] = field(default_factory=dict)
    cycle_id: UUID | None = None
    names: dict[tuple[UUID, str, str], UUID] = field(default_factory=dict)
    sent: dict[tuple[str, str], int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    heard: set[UUID] = field(default_factory=set)
    seen: set[tuple[Any, ...]] = field(default_factory=set)
    fired: list[dict[str, Any]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    def local(self, instant: datetime) -> str:
        """An instant as the agency's clock shows it, to the minute."""
        zoned = instant.astimezone(ZoneInfo(self.scenario.zone))
        return zoned.replace(tzinfo=None).isoformat(timespec="minutes")

    def instant(self, moment: datetime) -> datetime:
        """The instant of a moment of the agency's own time."""
        return moment.replace(tzinfo=ZoneInfo(self.scenario.zone)).astimezone(UTC)

    def actor(self, step: Step) -> Actor:
        """Whoever acts in a step, with the roles of today; nobody named: an HR officer."""
        if step.who is not None:
            return actor_for(self.agency_id, self.people[step.who])
        people = self.scenario.people.items()
        officer = next((name for name, person in people if "hr" in person.get("roles", ())), None)
        if officer is not None:
            return actor_for(self.agency_id, self.people[officer])
        return Actor(agency_id=self.agency_id, roles=frozenset({"hr"}))

    def name_of(self, person_id: UUID | None) -> str | None:
        return next((name for name, known in self.people.items() if known == person_id), None)

    def case_name(self, case_id: UUID) -> str:
        """How a case is called in the report: by its owner, a child by its kind as well."""
        owner = next((name for name, known in self.cases.items() if known == case_id), None)
        if owner is not None:
            return owner
        for name, ended in self.ended.items():
            if case_id in ended:
                return f"{name}/{ended.index(case_id) + 1}"
        with transaction() as session:
            of = (Case.agency_id == self.agency_id, Case.id == case_id)
            child = session.execute(select(Case.kind, Case.parent_id).where(*of)).one()
        return f"{self.case_name(child.parent_id)}/{child.kind}"

    def case_of(self, step: Step) -> UUID | None:
        """The case that a step is about: named, or the actor's own, or the only one there is."""
        if step.on is not None:
            return self.case_at(step.on)
        if step.who is not None and step.who in self.cases:
            return self.cases[step.who]
        return next(iter(self.cases.values())) if len(self.cases) == 1 else None

    def the_case(self, step: Step) -> UUID:
        """The same, where the step cannot do without."""
        case_id = self.case_of(step)
        if case_id is None:
            raise Unplayable.of("which_case", "on")
        return case_id

    def case_at(self, ref: CaseRef) -> UUID:
        """The case of a name in the file; Unplayable where there is none."""
        root = self._root(ref)
        if root is None:
            raise Unplayable.of("no_appraisal", "on", person=ref.owner)
        if ref.child is None:
            return root
        of = (Case.agency_id == self.agency_id, Case.parent_id == root, Case.kind == ref.child)
        with transaction() as session:
            found = list(session.scalars(select(Case.id).where(*of).order_by(Case.id)))
        place = len(found) if ref.number is None else ref.number
        if not 0 < place <= len(found):
            params = {"kind": ref.child, "person": ref.owner, "count": len(found)}
            raise Unplayable.of("no_child", "on", **params)
        return found[place - 1]

    def _root(self, ref: CaseRef) -> UUID | None:
        """The appraisal of somebody, or the nth segment of it."""
        if ref.segment is None or ref.owner not in self.cases:
            return self.cases.get(ref.owner)
        segments = [*self.ended.get(ref.owner, ()), self.cases[ref.owner]]
        return segments[ref.segment - 1] if ref.segment <= len(segments) else None

    def standing(self, case_id: UUID | None) -> tuple[str, int] | None:
        """The state and version of a case."""
        if case_id is None:
            return None
        with transaction() as session:
            of = (Case.agency_id == self.agency_id, Case.id == case_id)
            found = session.execute(select(Case.state, Case.version).where(*of)).one()
            return found.state, found.version

    def version_for(self, step: Step, case_id: UUID) -> int:
        """The version that the actor says to have seen; a request sent again says the same."""
        standing = self.standing(case_id)
        assert standing is not None
        seen = standing[1] if step.version is None else step.version
        seen = standing[1] - 1 if seen == STALE else int(seen)
        if step.key is None:
            return seen
        return self.sent.setdefault((step.who or "", step.key), seen)

    def told(self) -> list[str]:
        """Who was notified since this was last asked, in alphabetical order, each once."""
        n = Notification
        with transaction() as session:
            rows = session.execute(
                select(n.id, n.recipient_id).where(n.agency_id == self.agency_id)
            )
            new = {row.id: row.recipient_id for row in rows if row.id not in self.heard}
        self.heard |= new.keys()
        return sorted({self.name_of(person) or "?" for person in new.values()})
