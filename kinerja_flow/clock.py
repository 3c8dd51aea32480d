"""One clock for the whole product, and the rules on when a day ends (`design.md`, section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from workflows.definition import Term

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """The present instant in UTC; inside `at()`, the instant that was set."""
    return _set_to.get() or datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Set the clock of this context, for scenarios and trials; it does not tick on."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _set_to.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


class Event(NamedTuple):
    """What the terms of a case may run from: entry into the state, delivery, receipt, the period's
    end."""

    entered_at: datetime
    delivered_at: datetime | None
    received_at: datetime | None
    until_on: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of an agency: its zone, and the dates (beside weekends) on which nobody works."""

    zone: str
    days_off: frozenset[date] = frozenset()

    def day_of(self, instant: datetime) -> date:
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def end_of(self, day: date) -> datetime:
        """The first instant after `day`: what happens before it happened on that day or earlier."""
        midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.zone))
        return midnight.astimezone(UTC)

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.days_off

    def last_day(self, term: Term, start: datetime) -> date:
        """The last day of a term that an event at `start` sets running."""
        return self.last_day_after(term, self.day_of(start))

    def last_day_since(self, term: Term, event: Event) -> date | None:
        """The last day of a term, counted from what it says; None while that has not come.

        A term from the end of the period begins with the entry into the state where that is later:
        whoever is asked late has as much time as the others.
        """
        if term.start in ("delivery", "receipt"):
            begun = event.delivered_at if term.start == "delivery" else event.received_at
            return self.last_day(term, begun) if begun else None
        entered_on = self.day_of(event.entered_at)
        if term.start == "period":
            return self.last_day_after(term, max(entered_on, event.until_on))
        return self.last_day_after(term, entered_on)

    def last_day_after(self, term: Term, day: date) -> date:
        """The last day of a term that runs from `day`: it begins the day after.

        In working days the term is so many working days long; in calendar days it ends on
        whatever day that is (no regulation moves it on; PP 30/2019 article 59 says "14 hari").
        """
        if term.working_days is None:
            return day + timedelta(days=term.days or 0)
        left = term.working_days
        while left > 0:
            day += timedelta(days=1)
            left -= self.is_working_day(day)
        return day
