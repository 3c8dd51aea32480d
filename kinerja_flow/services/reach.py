"""How far the briefing of a cycle has reached: the share of those who have read it, by unit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from kinerja_flow.db import reading
from kinerja_flow.models import BriefingReceipt, Cycle, Unit
from kinerja_flow.policy import RELATIONS, Actor, only_readers
from kinerja_flow.services.briefing import cycle_of, parts_in, text_for
from kinerja_flow.services.briefing_text import Text


@dataclass(slots=True)
class Reach:
    """How many of those who take part in a unit, or below it, have read their briefing, by role:
    role → (acknowledged, asked). A person counts once for each unit and role."""

    unit_id: UUID | None
    unit: str | None
    parent_id: UUID | None
    roles: dict[str, tuple[int, int]]

    def share(self, role: str) -> Fraction:
        """The share of a role that has read it, in percent."""
        read, asked = self.roles[role]
        return Fraction(100 * read, asked)


def reach(cycle_id: UUID, actor: Actor) -> tuple[Reach, ...]:
    """For HR: in each unit with all below it, the share of each role that has read its briefing.

    Two queries, however many units and people there are. Raises NotFound, Forbidden.
    """
    only_readers(actor, "cycle")
    with reading() as session:
        cycle = cycle_of(session, cycle_id, actor)
        counts = session.execute(_counts(cycle, text_for(session, cycle))).all()
        u = Unit
        rows = session.execute(
            select(u.id, u.name, u.parent_id).where(u.agency_id == cycle.agency_id)
        )
        found: dict[UUID | None, Reach] = {row.id: Reach(*row, {}) for row in rows}
    for unit_id, role, asked, read in counts:
        for unit in _upwards(found, unit_id):
            before = unit.roles.get(role, (0, 0))
            unit.roles[role] = (before[0] + read, before[1] + asked)
    return tuple(unit for unit in found.values() if unit.roles)


def _counts(cycle: Cycle, text: Text) -> Select[Any]:
    """By unit and role: how many take part, and how many have read what is shown now."""
    parts, r = parts_in(cycle), BriefingReceipt
    read = (r.agency_id == cycle.agency_id) & (r.year == cycle.year) & (r.cycle_id == cycle.id)
    same = (r.person_id == parts.c.person_id) & (r.role == parts.c.role)
    present = r.digest.in_([text.digest(role) for role in RELATIONS])
    of = (parts.c.unit_id, parts.c.role)
    counted = select(*of, func.count(), func.count(r.person_id)).select_from(parts)
    return counted.outerjoin(r, read & same & present).group_by(*of)


def _upwards(units: dict[UUID | None, Reach], unit_id: UUID | None) -> list[Reach]:
    """The unit and all those above it, each once even where they stand in a circle."""
    found: dict[UUID | None, Reach] = {}
    while unit_id not in found:
        found[unit_id] = units.setdefault(unit_id, Reach(unit_id, None, None, {}))
        unit_id = found[unit_id].parent_id
        if unit_id is None:
            break
    return list(found.values())
