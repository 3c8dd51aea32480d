"""How the units of a cycle keep to the guidance for their predikat, for HR and those who rate.

SE MenPANRB 3/2023 is guidance: a unit that departs from it is warned of, and nobody is re-rated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kinerja_flow.db import reading
from kinerja_flow.models import Cycle, Unit
from kinerja_flow.policy import READERS, Actor
from kinerja_flow.scoring import Distribution, distribution
from kinerja_flow.services.briefing import cycle_of, parts_in
from kinerja_flow.services.unit_places import Places
from kinerja_flow.services.unit_ratings import today
from kinerja_flow.workflow import DEFINITIONS, Cycles, contested, newest_ratings, standings

#: Whose people a unit's distribution is about.
ASSESSOR = "assessor"


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """A unit in a cycle: who heads it, and how its people's levels stand to its predikat.

    `provisional` is how many of these levels may still change: an objection is under way.
    """

    unit_id: UUID
    name: str
    head_id: UUID | None
    distribution: Distribution
    provisional: int


def unit_standings(cycle_id: UUID, actor: Actor) -> list[UnitStanding]:
    """The units that the actor may know of, by name: HR all, others those in which they assess
    somebody, or above whose head they stand.

    Results count as soon as they are computed; practice and the earlier segments of whoever moved
    do not. A fixed number of queries, however many units and people there are. Nothing where the
    template has no predikat for units. Raises NotFound.
    """
    with reading() as session:
        cycle = cycle_of(session, cycle_id, actor)
        definition = DEFINITIONS.get(session, cycle.digest)
        organisation = definition.organisation
        if organisation is None:
            return []
        of = Cycles(session, cycle.agency_id, cycle.year, [cycle.id])
        rated, stands, open_ = newest_ratings(of), standings(of), contested(of)
        places = Places(session, cycle.agency_id, today(session, cycle))
        names, mine = _names(session, cycle), _assessed(session, cycle, actor)
    found = []
    for key, counts in stands.items():
        _, unit = key
        if actor.roles & READERS or unit in mine or places.stands_above(unit, actor):
            level = rated[key].level if key in rated else None
            size, known = counts.total(), {k: n for k, n in counts.items() if k is not None}
            seen = distribution(organisation, definition.scales, level, size, known)
            head = places.head(unit)
            found.append(UnitStanding(unit, names[unit], head, seen, open_[key]))
    return sorted(found, key=lambda one: (one.name, one.unit_id))


def _names(session: Session, cycle: Cycle) -> Mapping[UUID, str]:
    rows = select(Unit.id, Unit.name).where(Unit.agency_id == cycle.agency_id)
    return {row.id: row.name for row in session.execute(rows)}


def _assessed(session: Session, cycle: Cycle, actor: Actor) -> frozenset[UUID]:
    """The units in which the actor assesses somebody, by themself or for somebody absent."""
    parts = parts_in(cycle)
    whose = [actor.person_id, *(grant.absent_id for grant in actor.grants)]
    mine = or_(*(parts.c.person_id == person for person in whose))
    return frozenset(
        session.scalars(select(parts.c.unit_id).where(parts.c.role == ASSESSOR, mine).distinct())
    )
