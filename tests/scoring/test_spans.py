"""Days, months and calendar periods of stretches of a year: they touch, cover, and add up."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow.clock import Calendar, Event
from kinerja_flow.scoring import PERIODS, Span
from kinerja_flow.scoring.spans import days_in
from tests.scoring.spans import DAYS, YEAR, instant, splits, touching
from workflows.definition import Term


@given(splits())
def test_the_months_of_segments_add_up_to_exactly_the_years(cuts: list[date]) -> None:
    parts = touching(cuts)
    assert sum((part.months for part in parts), Fraction(0)) == 12
    assert sum(part.days for part in parts) == YEAR.days == 365
    assert days_in(parts) == 365
    assert days_in(reversed(parts)) == 365


@given(DAYS, DAYS, st.sampled_from(sorted(PERIODS)))
def test_periods_cover_the_span_touch_and_never_overlap(one: date, two: date, every: str) -> None:
    span = Span(*sorted((one, two)))
    found = list(span.periods(every))
    assert found[0].first == span.first
    assert found[-1].last == span.last
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(found))
    whole = set(YEAR.periods(every))
    assert all(period in whole for period in found[1:-1])
    assert sum((period.months for period in found), Fraction(0)) == span.months


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-01-01", "2026-12-31", "12"),
        ("2026-02-01", "2026-02-14", "1/2"),
        ("2024-02-01", "2024-02-14", "14/29"),
        ("2026-01-17", "2026-02-14", "15/31 + 1/2"),
        ("2026-03-31", "2026-03-31", "1/31"),
    ],
)
def test_each_calendar_month_counts_for_its_days_over_all_its_days(
    first: str, last: str, months: str
) -> None:
    expected = sum((Fraction(part) for part in months.split(" + ")), Fraction(0))
    assert Span(date.fromisoformat(first), date.fromisoformat(last)).months == expected


@given(st.lists(st.tuples(DAYS, DAYS), max_size=6))
def test_days_of_overlapping_spans_count_once(pairs: list[tuple[date, date]]) -> None:
    spans = [Span(*sorted(pair)) for pair in pairs]
    each = {s.first + timedelta(days=n) for s in spans for n in range(s.days)}
    assert days_in(spans) == len(each)


@given(DAYS, DAYS, st.integers(1, 400), st.sampled_from(["Asia/Jakarta", "Asia/Jayapura"]))
def test_a_term_runs_from_the_end_of_the_period_or_from_a_later_entry(
    ends: date, entered: date, days: int, zone: str
) -> None:
    calendar = Calendar(zone)
    event = Event(instant(entered, zone), None, None, ends)
    last = calendar.last_day_since(Term(days=days, start="period"), event)
    assert last == max(ends, entered) + timedelta(days=days)
    working = calendar.last_day_since(Term(working_days=days, start="period"), event)
    assert working is not None
    assert calendar.is_working_day(working)
    between = (max(ends, entered) + timedelta(days=n + 1) for n in range((working - ends).days))
    assert sum(calendar.is_working_day(day) for day in between if day <= working) == days
