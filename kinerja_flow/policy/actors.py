"""Whoever acts, and what only an office of the agency may do."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from uuid import UUID

from kinerja_flow.errors import Forbidden
from kinerja_flow.policy.grants import Grant
from workflows.definition import LANGUAGES, Label
from workflows.vocabulary import OFFICER

ADMINISTRATOR, AUDITOR = "administrator", "auditor"
#: The offices of the system, and what people call those who hold them.
OFFICES: Mapping[str, Label] = {
    OFFICER: Label("Pengelola Kinerja", "HR officers"),
    ADMINISTRATOR: Label("Administrator", "administrators"),
    AUDITOR: Label("Auditor", "auditors"),
}
#: Who reads whatever an agency may read of its cases; an auditor writes none of it.
READERS = frozenset({OFFICER, AUDITOR})


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


def only_office(actor: Actor, offices: Set[str], what: str) -> None:
    """Forbidden unless the actor holds one of these offices of an agency today; `what` is what they
    touch."""
    if not offices & actor.roles or actor.agency_id is None:
        called = [OFFICES[name] for name in OFFICES if name in offices]
        by = Label(*(", ".join(one(language) for one in called) for language in LANGUAGES))
        raise Forbidden.of("not_your_part", what, by=by)


def only_hr(actor: Actor, what: str) -> None:
    """Forbidden unless the actor is an HR officer; `what` is what they touch."""
    only_office(actor, frozenset({OFFICER}), what)


def only_readers(actor: Actor, what: str) -> None:
    """Forbidden unless the actor is an HR officer or an auditor; `what` is what they look at."""
    only_office(actor, READERS, what)
