"""The predikat of a unit: set one level above its head, readable in the unit, never overwritten.

SE MenPANRB 3/2023: whoever leads the next unit above sets it; it guides how people's levels are
distributed (`unit_standings`), and is the achievement of the unit's head.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import INPUTS, Blocker, Conflict, Forbidden, Invalid, NotFound, Refused
from kinerja_flow.models import Cycle, Reason, Unit, UnitRating
from kinerja_flow.policy import READERS, Actor, on_behalf
from kinerja_flow.services import forms
from kinerja_flow.services.briefing import cycle_of, parts_in
from kinerja_flow.services.openings import calendar_of
from kinerja_flow.services.unit_news import tell_head
from kinerja_flow.services.unit_places import Places
from kinerja_flow.workflow import DEFINITIONS, Insert, write
from workflows.definition import Label
from workflows.faults import listing, shown
from workflows.vocabulary import OFFICER


class UnitRatingForm(forms.Form):
    """The predikat of a unit, and why."""

    level = forms.text("level", 40)
    reason = forms.text("reason")


FORM = UnitRatingForm()


@dataclass(frozen=True, slots=True)
class RatedUnit:
    """A predikat as its readers see it; a later number supersedes it."""

    number: int
    level: str
    label: Label
    reason: str
    set_by: UUID
    on_behalf_of: UUID | None
    set_at: datetime
    is_superseded: bool


def rate_unit(cycle_id: UUID, unit_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> int:
    """Set the predikat of a unit in a cycle; its number. `UnitRatingForm` is the shape.

    By whoever stands one level above the unit's head by the reporting lines of the day, or their
    substitute; never the head, and nobody by the HR role alone. Raises NotFound, Conflict (the
    template has none, or another one came first), Refused (the lines name no head, or nobody
    above), Forbidden or Invalid. The head and HR hear of it.
    """
    with transaction() as session:
        cycle = cycle_of(session, cycle_id, actor)
        _refuse_stranger(session, cycle, unit_id)
        scale = _scale(session, cycle)
        places = Places(session, cycle.agency_id, today(session, cycle))
        behalf = _refuse_unless_above(places, unit_id, actor)
        values, wrong = FORM.read(entry)
        if "level" in values and values["level"] not in scale:
            params = {"value": shown(values["level"]), "known": listing(list(scale))}
            wrong.append(Blocker("not_an_option", "level", (), params, INPUTS))
        if wrong:
            raise Invalid(wrong)
        number = _newest(session, cycle, unit_id) + 1
        said = {"number": number, "level": values["level"], "set_by": actor.person_id}
        _keep(session, cycle, unit_id, {**said, **behalf}, values["reason"])
        tell_head(session, cycle, places.head(unit_id), actor)
        return number


def unit_ratings(cycle_id: UUID, unit_id: UUID, actor: Actor) -> list[RatedUnit]:
    """Every predikat that was set for a unit in a cycle, oldest first; the last one holds.

    For those in the unit, whoever takes part in its appraisals, those above, and HR; for all others
    there is none (NotFound).
    """
    with reading() as session:
        cycle = cycle_of(session, cycle_id, actor)
        _refuse_stranger(session, cycle, unit_id)
        scale = _scale(session, cycle)
        if not _may_read(session, cycle, unit_id, actor):
            raise NotFound.of("no_unit_rating", "unit")
        r, g = UnitRating, Reason
        columns = (r.number, r.level, g.text, r.set_by, r.on_behalf_of_id, r.set_at)
        kept = select(*columns).join(g, (g.agency_id == r.agency_id) & (g.id == r.reason_id))
        rows = session.execute(kept.where(*_of(cycle, unit_id)).order_by(r.number)).all()
    return [
        RatedUnit(
            number=row.number,
            level=row.level,
            label=scale.get(row.level, Label(row.level, row.level)),
            reason=row.text,
            set_by=row.set_by,
            on_behalf_of=row.on_behalf_of_id,
            set_at=row.set_at,
            is_superseded=row is not rows[-1],
        )
        for row in rows
    ]


def today(session: Session, cycle: Cycle) -> date:
    """Today, where the agency is."""
    return calendar_of(session, cycle).day_of(clock.now())


def _scale(session: Session, cycle: Cycle) -> Mapping[str, Label]:
    """The levels that the cycle's template has for units; Conflict where it has none."""
    definition = DEFINITIONS.get(session, cycle.digest)
    if definition.organisation is None:
        raise Conflict.of("units_not_rated", "cycle")
    return dict(definition.scales[definition.organisation.scale].levels)


def _refuse_stranger(session: Session, cycle: Cycle, unit_id: UUID) -> None:
    here = (Unit.agency_id == cycle.agency_id, Unit.id == unit_id)
    if session.scalar(select(Unit.id).where(*here)) is None:
        raise NotFound.of("no_such_unit", "unit")


def _refuse_unless_above(places: Places, unit_id: UUID, actor: Actor) -> dict[str, UUID | None]:
    """The columns that say on whose behalf whoever is above acts."""
    if actor.person_id is not None and actor.person_id == places.head(unit_id):
        raise Forbidden.of("own_unit", "unit")
    if not places.above(unit_id):
        raise Refused([Blocker("nobody_above_unit", "unit", (OFFICER,))])
    may, grant = places.one_level_up(unit_id, actor)
    if not may:
        raise Forbidden.of("not_above_unit", "unit")
    return on_behalf(grant)


def _may_read(session: Session, cycle: Cycle, unit_id: UUID, actor: Actor) -> bool:
    places = Places(session, cycle.agency_id, today(session, cycle))
    if actor.roles & READERS or places.sits_in(unit_id, actor):
        return True
    parts = parts_in(cycle)
    mine = select(parts.c.role).where(
        parts.c.unit_id == unit_id, parts.c.person_id == actor.person_id
    )
    return places.stands_above(unit_id, actor) or session.scalar(mine.limit(1)) is not None


def _of(cycle: Cycle, unit_id: UUID) -> tuple[Any, ...]:
    r = UnitRating
    of_cycle = (r.agency_id == cycle.agency_id, r.year == cycle.year, r.cycle_id == cycle.id)
    return (*of_cycle, r.unit_id == unit_id)


def _newest(session: Session, cycle: Cycle, unit_id: UUID) -> int:
    return session.scalar(select(func.max(UnitRating.number)).where(*_of(cycle, unit_id))) or 0


def _keep(
    session: Session, cycle: Cycle, unit_id: UUID, said: Mapping[str, Any], reason: str
) -> None:
    row = {"agency_id": cycle.agency_id, "year": cycle.year, "cycle_id": cycle.id, **said}
    row |= {"unit_id": unit_id, "set_at": clock.now()}
    write(session, reasoned(UnitRating, row, reason))


def reasoned(model: Any, row: Mapping[str, Any], text: str) -> list[Insert]:
    """A row that nobody can change, with its reason beside it, which may be redacted."""
    reason: Any = Reason.__table__
    kept = {"id": new_id(), "agency_id": row["agency_id"], "text": text}
    digest = hashlib.sha256(text.encode()).hexdigest()
    named = {**row, "reason_id": kept["id"], "reason_sha256": digest}
    return [Insert(reason, kept), Insert(model.__table__, named)]
