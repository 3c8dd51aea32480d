"""What happened to a case, event by event: ids and codes, never texts, and nothing of peers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.models import HistoryEvent
from kinerja_flow.policy import OPEN_READERS, Actor
from kinerja_flow.services import books
from kinerja_flow.services.event_words import event_label
from kinerja_flow.services.teams import hidden_from
from kinerja_flow.workflow import DEFINITIONS, relation_label
from workflows.definition import Definition, Label

MOST = 100
#: Who reads the course of a case, beside the owner of a follow-up that of the follow-up.
READERS = OPEN_READERS | {"owner"}


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a case; `seq` is the version that it led to.

    Labels are those of the definition under which it happened (`event_words.event_label`).
    """

    seq: int
    at: datetime
    action: str
    action_label: Label
    actor_id: UUID | None
    on_behalf_of_id: UUID | None
    capacity: str
    capacity_label: Label
    from_state: str | None
    from_state_label: Label | None
    to_state: str
    to_state_label: Label
    definition: str


def history_of(
    case_id: UUID, actor: Actor, *, after: int | None = None, most: int = MOST
) -> list[Event]:
    """The events of a case, newest first, from below the number `after`.

    For its employee, for those who judge or see to it, and for HR; others are told that there is no
    such case. Acts of those who rate anonymously, and whose names the reader is not told, are left
    out. A number of queries that does not grow.
    """
    h = HistoryEvent
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        held = policy.relations(facts, actor)
        if not policy.knows(facts, actor) or not held & READERS:
            raise NotFound.of("no_such_case", "case")
        case = facts.case
        of = (h.agency_id == case.agency_id, h.year == case.year, h.case_id == case.id)
        found = select(h).where(*of, h.capacity.not_in(hidden_from(facts, actor)))
        if after is not None:
            found = found.where(h.seq < after)
        page = found.order_by(h.seq.desc()).limit(max(1, min(most, MOST + 1)))
        rows = list(session.scalars(page))
        known = {digest: DEFINITIONS.get(session, digest) for digest in _digests(rows)}
        return [told(known[row.definition], facts.case.kind, row) for row in rows]


def _digests(rows: Iterable[Any]) -> set[str]:
    return {row.definition for row in rows}


def told(definition: Definition, kind: str, row: Any) -> Event:
    """An event of a case of this kind, in the words of the definition under which it happened."""
    machine = definition.machines[kind]

    def state(name: str | None) -> Label | None:
        found = machine.states.get(name or "")
        return found.label if found else _code(name)

    return Event(
        seq=row.seq,
        at=row.at,
        action=row.action,
        action_label=event_label(definition, kind, row.action),
        actor_id=row.actor_id,
        on_behalf_of_id=row.on_behalf_of_id,
        capacity=row.capacity,
        capacity_label=relation_label(definition, row.capacity),
        from_state=row.from_state,
        from_state_label=state(row.from_state),
        to_state=row.to_state,
        to_state_label=state(row.to_state) or Label(row.to_state, row.to_state),
        definition=row.definition,
    )


def _code(name: str | None) -> Label | None:
    return None if name is None else Label(name, name)
