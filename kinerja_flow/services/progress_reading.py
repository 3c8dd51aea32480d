"""Reading the year's entries: rencana aksi, daily activities, and what was reached.

The employee, those who assess or examine, and HR read all of them, others what they noted
themselves; each list goes by pages `after` the entry that was read last, in one query a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any
from uuid import UUID

from kinerja_flow.db import reading
from kinerja_flow.models import ActionStep, Activity, Realisation
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.entries import PAGE, listed


@dataclass(frozen=True, slots=True)
class Noted:
    """Who made an entry, perhaps on whose behalf, and when; `version` counts its corrections."""

    id: UUID
    author_id: UUID
    on_behalf_of_id: UUID | None
    noted_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Step(Noted):
    """A rencana aksi of an RHK."""

    item_id: UUID
    title: str
    target: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Done(Noted):
    """A daily activity."""

    day: date
    started: time
    ended: time
    title: str
    step_id: UUID | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Reached(Noted):
    """What was reached of an indicator by a day: as it was written, and exactly."""

    indicator_id: UUID
    day: date
    reached: str
    value: Fraction | None
    source: str | None


def steps_for(
    case_id: UUID, actor: Actor, *, after: UUID | None = None, most: int = PAGE
) -> list[Step]:
    """The rencana aksi of an appraisal that the actor may read. Raises NotFound."""
    rows = _page(ActionStep, case_id, actor, (after, most))
    return [
        Step(**_noted(r), item_id=r.item_id, title=r.title, target=r.target_raw, due_on=r.due_on)
        for r in rows
    ]


def activities_for(
    case_id: UUID, actor: Actor, *, after: UUID | None = None, most: int = PAGE
) -> list[Done]:
    """The daily activities of an appraisal that the actor may read. Raises NotFound."""
    rows = _page(Activity, case_id, actor, (after, most))
    return [
        Done(
            **_noted(r),
            day=r.day_on,
            started=r.started_at_time,
            ended=r.ended_at_time,
            title=r.title,
            step_id=r.step_id,
            source=r.source,
        )
        for r in rows
    ]


def realisations_for(
    case_id: UUID, actor: Actor, *, after: UUID | None = None, most: int = PAGE
) -> list[Reached]:
    """What was recorded as reached, later entries after those that they supersede. NotFound."""
    rows = _page(Realisation, case_id, actor, (after, most))
    return [
        Reached(
            **_noted(r),
            indicator_id=r.indicator_id,
            day=r.day_on,
            reached=r.raw,
            value=r.value,
            source=r.source,
        )
        for r in rows
    ]


def _page(model: Any, case_id: UUID, actor: Actor, place: tuple[UUID | None, int]) -> list[Any]:
    after, most = place
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        return [*session.execute(listed(facts, actor, model, after).limit(most))]


def _noted(row: Any) -> dict[str, Any]:
    names = ("id", "author_id", "on_behalf_of_id", "noted_at", "version")
    return {name: getattr(row, name) for name in names}
