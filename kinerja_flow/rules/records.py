"""Rules about what was noted through the year: observations, daily activities, and claims."""

from __future__ import annotations

from collections.abc import Iterator

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.rules.registry import Ask, rule
from workflows import Whole


class Days(Schema):
    least = Whole(1, 366, load_default=1)


@rule("observed", params=Days, satisfied_by="Note direct observations on so many days.")
def observed(ask: Ask, least: int) -> Iterator[Blocker]:
    """The employee was observed directly on at least `least` days (default 1) of the case's period.

    A day counts once, however much was noted of it and by how many.
    """
    found = len(ask.facts.observed)
    if found < least:
        by = ask.facts.state.opens.get("observation", ("assessor",))
        yield Blocker("observed", "observation", by, {"least": least, "found": found})


@rule("activities", satisfied_by="Give feedback on an activity of each day that has some.")
def activities_answered(ask: Ask) -> Iterator[Blocker]:
    """Every day of the case's period on which the employee noted activities has been answered:
    somebody else has given feedback on one of that day's."""
    waiting = sorted(one.day_on for one in ask.facts.activities if not one.is_answered)
    if waiting:
        by = ask.facts.state.opens.get("feedback", ("assessor",))
        params = {"count": len(waiting), "first": waiting[0]}
        yield Blocker("activities_answered", "activity", by, params)


@rule("claims", satisfied_by="Give feedback on the latest realisation of each indicator.")
def claims_checked(ask: Ask) -> Iterator[Blocker]:
    """Every realisation that holds has been looked at: somebody other than its author has given
    feedback on it, and the last word on none of them asks for an improvement.

    A later realisation of the indicator is a new claim, and asks again.
    """
    by = ask.facts.state.opens.get("feedback", ("assessor",))
    if unseen := sum(one.last_word is None for one in ask.facts.claims):
        yield Blocker("claims_checked", "realisation", by, {"count": unseen})
    if doubted := sum(one.last_word == "improvement" for one in ask.facts.claims):
        params = {"count": doubted}
        yield Blocker("claims_checked.doubted", "realisation", ("employee", *by), params)
