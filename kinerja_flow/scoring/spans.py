"""Stretches of days: how many days and months they have, and the calendar periods they cut."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

#: How many months a calendar period has.
PERIODS = {"month": 1, "quarter": 3, "half": 6}
ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """From a first day through a last one."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def months(self) -> Fraction:
        """Each calendar month counts for its days in the span over all its days.

        Spans that touch add up to exactly the months of the whole.
        """
        parts = self.periods("month")
        shares = (Fraction(p.days, monthrange(p.first.year, p.first.month)[1]) for p in parts)
        return sum(shares, Fraction(0))

    def periods(self, every: str) -> Iterator[Span]:
        """The calendar months, quarters or halves (`every`) within the span, in order.

        Where the span begins or ends within one, that first or last period is a part of it.
        """
        first, length = self.first, PERIODS[every]
        while first <= self.last:
            last = _end(first, length)
            yield Span(first, min(last, self.last))
            first = last + ONE_DAY

    def within(self, other: Span) -> Span | None:
        """The days that both have."""
        found = Span(max(self.first, other.first), min(self.last, other.last))
        return found if found.first <= found.last else None


def _end(day: date, length: int) -> date:
    """The last day of the period of so many months that a day lies in."""
    month = (day.month - 1) // length * length + length
    return date(day.year, month, monthrange(day.year, month)[1])


def days_in(spans: Iterable[Span]) -> int:
    """How many days at least one of the spans has."""
    count, reached = 0, date.min
    for span in sorted(spans):
        first = max(span.first, reached + ONE_DAY) if reached > date.min else span.first
        count += max(0, (span.last - first).days + 1)
        reached = max(reached, span.last)
    return count
