"""From a finished draft to a move: its event, its notifications, and the deadlines it sets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from kinerja_flow.db import new_id
from kinerja_flow.facts import Facts, windows_of
from kinerja_flow.workflow.clocks import Running, deadlines
from kinerja_flow.workflow.draft import Draft, Move


def move_of(draft: Draft) -> Move:
    """The finished move: the new state, the event, who hears of it, and what is due next."""
    facts, action = draft.facts, draft.action
    state = facts.machine.states[draft.to_state]
    has_moved = draft.to_state != facts.case.state
    sets = dict(draft.sets)
    if has_moved:
        sets |= {"entered_at": facts.now, "closed_at": facts.now if state.final else None}
    return Move(
        facts=facts,
        action=action,
        actor=draft.actor,
        capacity=draft.capacity,
        to_state=draft.to_state,
        sets=sets,
        event=_event(draft),
        outbox=tuple(_outbox(draft)),
        deadlines=_deadlines(draft, sets) if has_moved or draft.sets else None,
        writes=tuple(draft.writes),
        follows=tuple(draft.follows),
        grant=draft.grant,
    )


def _event(draft: Draft) -> dict[str, Any]:
    return {
        **draft.case_key,
        "seq": draft.seq,
        "at": draft.facts.now,
        "action": draft.action.name,
        "actor_id": draft.actor.person_id,
        "capacity": draft.capacity,
        **draft.on_behalf,
        "from_state": draft.facts.case.state,
        "to_state": draft.to_state,
        "definition": draft.facts.case.digest,
        "change": draft.change,
    }


def _outbox(draft: Draft) -> Iterator[dict[str, Any]]:
    heard = recipients(draft.facts, draft.action.notify, draft.people) | draft.heard
    event = f"{draft.facts.case.kind}.{draft.action.name}"
    for person in sorted(heard - {draft.actor.person_id}):
        yield notification(draft.case_key, draft.seq, event, person, draft.facts)


def recipients(
    facts: Facts, to: Collection[str], people: Mapping[str, frozenset[UUID]]
) -> frozenset[UUID]:
    """The people who stand in the relations that are to hear of something.

    Of practice nobody hears: whoever practises is there, and all others are personas.
    """
    if facts.is_practice:
        return frozenset()
    heard = frozenset[UUID]().union(*(people.get(relation, frozenset()) for relation in to))
    return heard | facts.officers if "hr" in to else heard


def notification(
    key: Mapping[str, Any], seq: int, event: str, person: UUID, facts: Facts
) -> dict[str, Any]:
    """A line of the outbox."""
    about = {"seq": seq, "event": event, "recipient_id": person, "created_at": facts.now}
    return {**key, "id": new_id(), **about}


def _deadlines(draft: Draft, sets: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    facts = draft.facts
    running = Running(
        machine=facts.machine,
        state=facts.machine.states[draft.to_state],
        calendar=facts.calendar,
        windows={**facts.windows, **windows_of({}, sets.get("windows"))},
        entered_at=sets.get("entered_at", facts.case.entered_at),
        delivered_at=sets.get("delivered_at", facts.case.delivered_at),
        received_at=sets.get("received_at", facts.case.received_at),
        until_on=sets.get("until_on", facts.case.until_on),
    )
    key = {**draft.case_key, "seq": draft.seq}
    due = (row for row in deadlines(running, facts.now) if not _is_spent(draft, row))
    return tuple({**key, **row} for row in due)


def _is_spent(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether this is the very act that the clock takes now, in a state that it stays in."""
    stays = draft.to_state == draft.facts.case.state
    return stays and draft.actor.engine is not None and row["action"] == draft.action.name
