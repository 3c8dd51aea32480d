"""Rules about the dates that an actor gives: a window moved on, a period within the year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.rules.registry import Ask, rule
from workflows import Ref


class Extension(Schema):
    window = Ref("window", required=True)
    field = Ref("field", takes=("date",), required=True)


class Span(Schema):
    starts = Ref("field", takes=("date",), required=True)
    ends = Ref("field", takes=("date",), required=True)


@rule(
    params=Extension,
    satisfied_by="Give a day after the window's present end, not before today.",
    asks_inputs=True,
)
def day_extends_window(ask: Ask, window: str, field: str) -> Iterator[Blocker]:
    """The day in `field` is later than the window's present last day, and not past."""
    until = ask.inputs.get(field)
    if not isinstance(until, date):
        return
    closes = ask.facts.windows[window].closes_on
    today = ask.facts.calendar.day_of(ask.facts.now)
    if until <= closes or until < today:
        params = {"window": window, "closes": closes, "until": until}
        yield Blocker("day_extends_window", field, ask.action.by, params)


@rule(
    params=Span,
    satisfied_by="Give a first and a last day in order, both within the appraised period.",
    asks_inputs=True,
)
def period_inside(ask: Ask, starts: str, ends: str) -> Iterator[Blocker]:
    """The days in `starts` and `ends` are in order and lie within the period that is appraised.

    Source: PermenPANRB 6/2022, periodic evaluation within the year of the SKP.
    """
    first, last = ask.inputs.get(starts), ask.inputs.get(ends)
    if not isinstance(first, date) or not isinstance(last, date):
        return
    case = ask.facts.case
    if not case.from_on <= first <= last <= case.until_on:
        params = {"first": case.from_on, "last": case.until_on}
        yield Blocker("period_inside", starts, ask.action.by, params)
