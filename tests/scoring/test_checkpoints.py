"""Ratings of periods as one number: each with its period, whatever the others said."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow.scoring import Checkpoint, Material, Score, Span, canonical
from tests.scoring.build import SCALES, score
from tests.scoring.spans import YEAR, checkpoint, splits, touching

LEVELS = SCALES["ekspektasi"].keys
QUARTERS = list(YEAR.periods("quarter"))
BASE = {"machine": "checkpoint", "field": "hasil", "scale": "ekspektasi"}


def found(rows: list[Checkpoint], *more: Any, **settings: Any) -> Score:
    material = Material(checkpoints=tuple(rows), scales=SCALES)
    return score(material, ("rerata", "checkpoints", {**BASE, **settings}), *more)


@pytest.mark.parametrize(
    ("how", "value"),
    [("mean", "7/4"), ("last", "1"), ("lowest", "1"), ("highest", "3"), ("months", "7/4")],
)
def test_the_periods_come_to_one_number(how: str, value: str) -> None:
    levels = ["sesuai", "di_atas", "di_bawah", "di_bawah"]
    rows = [checkpoint(span, level) for span, level in zip(QUARTERS, levels, strict=True)]
    assert found(rows, how=how).value == Fraction(value)
    assert found(rows[::-1], how=how).value == Fraction(value)


@given(splits(), st.lists(st.sampled_from(LEVELS), min_size=6, max_size=6), st.randoms())
def test_months_weigh_and_the_order_does_not_matter(
    cuts: list[date], levels: list[str], chance: Any
) -> None:
    spans = touching(cuts)
    rows = [checkpoint(span, level) for span, level in zip(spans, levels, strict=False)]
    numbers = [LEVELS.index(level) + 1 for level in levels]
    weighed = sum((s.months * n for s, n in zip(spans, numbers, strict=False)), Fraction(0))
    one = found(rows, how="months")
    assert one.value == weighed / 12
    chance.shuffle(rows)
    assert canonical(found(rows, how="months")) == canonical(one)


def test_noted_and_running_periods_are_told_and_left_out() -> None:
    rows = [
        checkpoint(QUARTERS[0], "di_atas"),
        checkpoint(QUARTERS[1]),
        checkpoint(QUARTERS[2], "di_bawah", closed=False),
        checkpoint(QUARTERS[3], "di_bawah", kind="objection"),
    ]
    one = found(rows)
    assert one.value == 3
    assert [lack.code for lack in one.nodes["rerata"].missing] == [
        "checkpoint_noted",
        "checkpoint_under_way",
    ]
    assert one.pending == ()
    assert len(one.nodes["rerata"].parts) == 3


def test_without_any_rating_a_ground_holds_nothing_up() -> None:
    for rows in ([], [checkpoint(QUARTERS[0])], [checkpoint(QUARTERS[0], closed=False)]):
        one = found(rows)
        assert one.value is None
        assert one.pending == ()


def test_what_is_made_from_a_missing_ground_waits_all_the_same() -> None:
    bands = {"of": "rerata", "bands": [{"level": "baik"}]}
    assert found([], ("saran", "bands", bands)).pending


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "no_checkpoint"),
        ([checkpoint(QUARTERS[0])], "no_checkpoint"),
        (
            [checkpoint(QUARTERS[0], "sesuai"), checkpoint(QUARTERS[1], closed=False)],
            "checkpoint_under_way",
        ),
    ],
)
def test_what_is_required_is_waited_for(rows: list[Checkpoint], code: str) -> None:
    one = found(rows, required=True)
    assert one.value is None
    assert code in [lack.code for lack in one.pending]


def test_a_period_may_overlap_another() -> None:
    rows = [
        checkpoint(Span(date(2026, 1, 1), date(2026, 3, 31)), "sesuai"),
        checkpoint(Span(date(2026, 2, 1), date(2026, 6, 30)), "di_atas"),
    ]
    assert found(rows).value == Fraction(5, 2)
