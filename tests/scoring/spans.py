"""Random splits of a year, and segments and checkpoints made of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from kinerja_flow.scoring import Checkpoint, Material, Score, Segment, Span, Statement, evaluate
from tests.scoring.build import SCALES, steps

YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
DAYS = st.dates(*YEAR)
ONE_DAY = timedelta(days=1)


def splits() -> st.SearchStrategy[list[date]]:
    """The first days of the segments after the first, in order."""
    return st.lists(st.dates(YEAR.first + ONE_DAY, YEAR.last), unique=True, max_size=5).map(sorted)


def touching(cuts: Sequence[date]) -> list[Span]:
    """The year, cut before each of these days."""
    firsts = [YEAR.first, *cuts]
    lasts = [*(cut - ONE_DAY for cut in cuts), YEAR.last]
    return [Span(*pair) for pair in zip(firsts, lasts, strict=True)]


def instant(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)


def level_of(key: str, **said: Any) -> Score:
    """What a case comes to in which a person chose this level of ekspektasi."""
    rows = steps(("hasil", "judgement", {"field": "hasil", "scale": "ekspektasi"}))
    return evaluate(rows, Material(statements={"hasil": Statement(key, "rate", 1)}, scales=SCALES))


def segment(span: Span, score: Score | None = None, *, own: bool = False) -> Segment:
    of = f"{span.first}"
    return Segment(of, span, own, None if score is None else 1, score)


def checkpoint(span: Span, level: str | None = None, *, closed: bool = True, **said: Any) -> Any:
    told = {} if level is None else {"hasil": Statement(level, "rate_period", 2)}
    kind = said.pop("kind", "checkpoint")
    return Checkpoint(f"{span.first}", kind, span, closed, told)
