"""Whoever acts, and what only an office of the agency may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from kinerja_flow.errors import Forbidden
from kinerja_flow.policy.grants import Grant
from workflows.definition import Label
from workflows.vocabulary import OFFICER

#: What people call those who hold the office.
OFFICERS = Label("Pengelola Kinerja", "HR officers")


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person with the roles they hold, or one of the two engines.

    `grants` are those under which they stand in for somebody today. A persona acts in the one
    practice case that it is `confined_to`, and holds its `office` (HR) there alone: never a role of
    the agency.
    """

    person_id: UUID | None = None
    agency_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    engine: str | None = None
    grants: tuple[Grant, ...] = ()
    confined_to: UUID | None = None
    office: str | None = None


#: Time: fires deadlines and the clock actions of templates.
CLOCK = Actor(engine="clock")
#: Acts that another act causes, such as the parent's move when an objection is decided.
SYSTEM = Actor(engine="system")


def only_hr(actor: Actor, what: str) -> None:
    """Forbidden unless the actor is an HR officer of an agency today; `what` is what they touch."""
    if OFFICER not in actor.roles or actor.agency_id is None:
        raise Forbidden.of("not_your_part", what, by=OFFICERS)
