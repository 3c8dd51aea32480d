"""The dated windows of a cycle, or of one appraisal alone: what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from kinerja_flow.errors import INPUTS, Blocker
from workflows.definition import Label
from workflows.faults import shown
from workflows.kinds import YEARS


def wrong_windows(
    known: Mapping[str, Label], given: Mapping[str, tuple[date, date]], *, all_of_them: bool = False
) -> Iterator[Blocker]:
    """What is wrong with windows by their names: unknown, backwards, or (all of them) missing."""
    for name, label in known.items() if all_of_them else ():
        if name not in given:
            yield Blocker("window_missing", name, ("hr",), {"window": label, "key": name})
    for name, (first, last) in given.items():
        called = known.get(name, name)
        if name not in known:
            params = {"window": called, "known": ", ".join(known)}
            yield Blocker("window_unknown", name, ("hr",), params)
        if last < first:
            yield Blocker("window_backwards", name, ("hr",), {"window": called})


def unreadable(given: object) -> Iterator[Blocker]:
    """What is no mapping of texts to a first and a last day, both of this century or the next."""
    if not isinstance(given, Mapping):
        yield Blocker("inputs_not_mapping", "windows", ("hr",), {}, INPUTS)
        return
    for name, span in given.items():
        days = list(span) if isinstance(span, (tuple, list)) else [span]
        is_good = len(days) == 2 and all(is_day(day) for day in days)
        if not is_good or not isinstance(name, str):
            yield Blocker("input_not_date", shown(name), ("hr",), {"value": shown(span)}, INPUTS)


def is_day(given: object) -> bool:
    """Whether it is a day, and no instant, of the years in which there can be a cycle."""
    return type(given) is date and given.year in YEARS
