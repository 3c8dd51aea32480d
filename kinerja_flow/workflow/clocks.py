"""The due instants that a state sets running: reminders, escalations, and acts of the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kinerja_flow.clock import Calendar, Event
from kinerja_flow.facts import Window
from workflows.definition import Machine, State, Term


@dataclass(frozen=True, slots=True)
class Running:
    """What deadlines run from: entry into the state, delivery, receipt, the period's end."""

    machine: Machine
    state: State
    calendar: Calendar
    windows: Mapping[str, Window]
    entered_at: datetime
    delivered_at: datetime | None
    received_at: datetime | None
    until_on: date

    def last_day(self, term: Term) -> date | None:
        if term.window is not None:
            return self.windows[term.window].closes_on
        event = Event(self.entered_at, self.delivered_at, self.received_at, self.until_on)
        return self.calendar.last_day_since(term, event)


def deadlines(running: Running, now: datetime) -> Iterator[dict[str, Any]]:
    """The deadlines of a case that is in the state at `now`, without the columns of its key.

    A notice whose instant has passed is left out; an act of the clock that is overdue is due at
    once. A period ends at the end of its last day in the agency's zone.
    """
    due = [*_notices(running, now), *_acts(running)]
    for ordinal, row in enumerate(due):
        yield {"ordinal": ordinal, **row}


def _notices(running: Running, now: datetime) -> Iterator[dict[str, Any]]:
    term = running.state.deadline
    last = running.last_day(term) if term else None
    if last is None:
        return
    for notice in running.state.on_due:
        due_at = running.calendar.end_of(last + timedelta(days=notice.shift))
        if due_at > now:
            yield _row(notice.kind, None, notice.to, due_at)


def _acts(running: Running) -> Iterator[dict[str, Any]]:
    for action in running.machine.actions_from(running.state.name):
        last = running.last_day(action.after) if action.after else None
        if last is not None:
            yield _row("action", action.name, (), running.calendar.end_of(last))


def _row(kind: str, action: str | None, to: tuple[str, ...], due_at: datetime) -> dict[str, Any]:
    return {"kind": kind, "action": action, "to": list(to), "due_at": due_at, "try_at": due_at}
