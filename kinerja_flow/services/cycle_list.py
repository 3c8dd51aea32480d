"""The cycles of an agency: what each is, and for HR how many of its cases stand where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, select, true, tuple_
from sqlalchemy.orm import Session

from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.models import Cycle, TemplateVersion
from kinerja_flow.policy import READERS, Actor
from kinerja_flow.services.reports import counts_in, definitions_of
from kinerja_flow.services.states import CaseInState, case_told
from workflows.definition import Definition, Label

MOST = 100
#: Where the page before ended: the year and id of its last one.
Cursor = tuple[int, UUID]


@dataclass(frozen=True, slots=True)
class Window:
    """A named span of days of a cycle."""

    name: str
    label: Label
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(CaseInState):
    """How many cases of a kind stand in a state."""

    count: int


@dataclass(frozen=True, slots=True)
class CycleSeen:
    """A cycle with the template version that it pins; `board` is for HR alone, else None."""

    id: UUID
    year: int
    name: str
    template_id: UUID
    key: str
    number: int
    title: Label
    digest: str
    from_on: date
    until_on: date
    opened_at: datetime
    windows: tuple[Window, ...]
    board: tuple[Standing, ...] | None


def cycles_for(
    actor: Actor, year: int | None = None, *, after: Cursor | None = None, most: int = MOST
) -> list[CycleSeen]:
    """The cycles of the actor's agency, the newest year first, from behind `after`; no practice.

    A number of queries that does not grow.
    """
    with reading() as session:
        found = _cycles(actor)
        if year is not None:
            found = found.where(Cycle.year == year)
        if after is not None:
            found = found.where(tuple_(Cycle.year, Cycle.id) < tuple_(*after))
        page = found.order_by(Cycle.year.desc(), Cycle.id.desc())
        return _seen(session, actor, list(session.execute(page.limit(max(1, min(most, MOST + 1))))))


def one_cycle(cycle_id: UUID, actor: Actor) -> CycleSeen:
    """One cycle of the actor's agency; to others there is none (NotFound)."""
    with reading() as session:
        rows = list(session.execute(_cycles(actor).where(Cycle.id == cycle_id)))
        if not rows:
            raise NotFound.of("no_such_cycle", "cycle")
        return _seen(session, actor, rows)[0]


def _cycles(actor: Actor) -> Select[Any]:
    t = TemplateVersion
    of_template = (t.agency_id == Cycle.agency_id) & (t.id == Cycle.template_id)
    # A persona knows of nothing but the case that it plays in.
    nobody = false() if actor.confined_to else true()
    here = (Cycle.agency_id == actor.agency_id, Cycle.practice_of.is_(None), nobody)
    columns: tuple[Any, ...] = (Cycle, t.key, t.number)
    return select(*columns).join(t, of_template).where(*here)


def _seen(session: Session, actor: Actor, rows: list[Any]) -> list[CycleSeen]:
    known = definitions_of(session, {cycle.digest for cycle, *_ in rows})
    is_hr = bool(actor.roles & READERS)
    counts = counts_in(session, [cycle.id for cycle, *_ in rows]) if is_hr else {}
    found = []
    for cycle, key, number in rows:
        definition = known[cycle.digest]
        board = tuple(_board(definition, counts.get(cycle.id, {}))) if is_hr else None
        found.append(
            CycleSeen(
                id=cycle.id,
                year=cycle.year,
                name=cycle.name,
                template_id=cycle.template_id,
                key=key,
                number=number,
                title=definition.title,
                digest=cycle.digest,
                from_on=cycle.from_on,
                until_on=cycle.until_on,
                opened_at=cycle.opened_at,
                windows=tuple(_windows(definition, cycle)),
                board=board,
            )
        )
    return found


def _windows(definition: Definition, cycle: Cycle) -> list[Window]:
    labels = definition.window_labels
    return [
        Window(name, labels.get(name) or Label(name, name), *map(date.fromisoformat, days))
        for name, days in cycle.windows.items()
    ]


def _board(definition: Definition, counts: Mapping[tuple[str, str], int]) -> list[Standing]:
    """The states in the template's order, also those in which nobody is."""
    return [
        Standing(**case_told(machine, state), count=counts.get((machine.name, state.name), 0))
        for machine in definition.machines.values()
        for state in machine.states.values()
    ]
