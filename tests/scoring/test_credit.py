"""Angka kredit: months, percent and coefficient exactly, and the thresholds they add up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow.scoring import Node, Span, next_threshold, reaches
from kinerja_flow.scoring.credit import MONTHS
from kinerja_flow.scoring.credit_steps import STEPS, thresholds
from tests.scoring.build import Row, said, score
from tests.scoring.spans import YEAR, splits, touching

LEVEL: Row = ("predikat", "judgement", {"field": "predikat", "scale": "predikat"})
PERCENT = {"sangat_baik": 150, "baik": 100, "butuh_perbaikan": 75, "kurang": 50}
PERCENT["sangat_kurang"] = 25
#: PermenPANRB 1/2023, by jenjang.
COEFFICIENTS = {
    "pemula": Decimal("3.75"),
    "terampil": 5,
    "mahir": Decimal("12.5"),
    "penyelia": 25,
    "ahli_pertama": Decimal("12.5"),
    "ahli_muda": 25,
    "ahli_madya": Decimal("37.5"),
    "ahli_utama": 50,
}
JUNE = Span(date(2026, 6, 1), date(2026, 12, 31))


def earned(
    level: str | None, post: str | None, period: Span | None = YEAR, months: str = "last_day"
) -> Node:
    known = said(predikat=level) if level else said()
    material = replace(known, period=period, post_level=post)
    given_to = {
        "of": "predikat",
        "percent": PERCENT,
        "coefficients": COEFFICIENTS,
        "months": months,
    }
    return score(material, LEVEL, ("kredit", "credit", given_to)).nodes["kredit"]


@pytest.mark.parametrize(
    ("level", "post", "period", "value"),
    [
        ("butuh_perbaikan", "ahli_madya", YEAR, "28.125"),  # 37.5 × 75%
        ("sangat_baik", "ahli_pertama", YEAR, "18.75"),  # 12.5 × 150%
        ("baik", "ahli_pertama", Span(date(2026, 1, 1), date(2026, 2, 28)), "25/12"),
        ("baik", "ahli_pertama", JUNE, "175/24"),  # 7/12 × 12.5
        ("sangat_baik", "pemula", YEAR, "5.625"),
        ("kurang", "terampil", YEAR, "2.5"),
        ("sangat_kurang", "ahli_utama", YEAR, "12.5"),
        ("baik", "mahir", Span(date(2026, 3, 5), date(2026, 3, 6)), "0"),
    ],
)
def test_credit_is_months_times_percent_times_coefficient(
    level: str, post: str, period: Span, value: str
) -> None:
    assert earned(level, post, period).value == Fraction(value)


def test_a_year_and_two_months_add_up_exactly() -> None:
    year = earned("sangat_baik", "ahli_pertama").number
    two = earned("baik", "ahli_pertama", Span(date(2027, 1, 1), date(2027, 2, 28))).number
    assert year is not None
    assert two is not None
    assert year + two == Fraction(125, 6)


def test_the_working_is_told_in_both_languages() -> None:
    node = earned("baik", "ahli_pertama", JUNE)
    assert "1 Juni 2026 sampai 31 Desember 2026, 7 bulan: 7/12 × 100%" in node.sentence.id
    assert "coefficient 12.5 = 7.29." in node.sentence.en
    assert node.inputs["months"] == "7"


@pytest.mark.parametrize("post", [None, "administrator"])
@pytest.mark.parametrize("level", [None, "baik"])
def test_a_post_without_coefficient_holds_nothing_up(post: str | None, level: str | None) -> None:
    node = earned(level, post)
    assert (node.value, node.lacks) == (None, ())
    assert "Tidak berlaku" in node.sentence.id


def test_without_a_predikat_there_is_no_credit_yet() -> None:
    assert earned(None, "ahli_muda").lacks


@pytest.mark.parametrize(
    ("first", "last", "by_last", "by_first"),
    [
        ((2026, 1, 1), (2026, 12, 31), 12, 12),
        ((2026, 6, 1), (2026, 12, 31), 7, 7),
        ((2026, 6, 15), (2026, 12, 31), 7, 6),
        ((2026, 1, 1), (2026, 6, 14), 5, 6),
        ((2026, 6, 30), (2026, 7, 1), 1, 1),
        ((2028, 2, 1), (2028, 2, 28), 0, 1),
        ((2028, 2, 29), (2028, 2, 29), 1, 0),
    ],
)
def test_a_month_that_is_cut_counts_by_its_last_or_first_day(
    first: tuple[int, int, int], last: tuple[int, int, int], by_last: int, by_first: int
) -> None:
    span = Span(date(*first), date(*last))
    assert (MONTHS["last_day"](span), MONTHS["first_day"](span)) == (by_last, by_first)


@given(splits(), st.sampled_from(sorted(MONTHS)))
def test_segments_that_touch_have_the_months_of_the_year(cuts: list[date], way: str) -> None:
    assert sum(MONTHS[way](span) for span in touching(cuts)) == 12


@given(splits(), st.sampled_from(sorted(PERCENT)), st.sampled_from(sorted(COEFFICIENTS)))
def test_a_divided_year_at_one_level_earns_what_the_whole_does(
    cuts: list[date], level: str, post: str
) -> None:
    parts = [earned(level, post, span, "days").number for span in touching(cuts)]
    assert sum(part or 0 for part in parts) == earned(level, post).value


@pytest.mark.parametrize(
    ("level", "to", "expected"),
    [
        ("pemula", "pangkat", (15,)),
        ("terampil", "pangkat", (20, 40, 60)),
        ("terampil", "jenjang", (60,)),  # from Terampil to Mahir 60, not 40
        ("mahir", "pangkat", (50, 100)),
        ("penyelia", "jenjang", ()),
        ("ahli_madya", "pangkat", (150, 300, 450)),
        ("ahli_utama", "pangkat", (200,)),
        ("administrator", "pangkat", ()),
        (None, "jenjang", ()),
    ],
)
def test_thresholds_are_cumulative_within_a_jenjang(
    level: str | None, to: str, expected: tuple[int, ...]
) -> None:
    assert thresholds(level, to) == expected


@pytest.mark.parametrize(
    ("before", "total", "pangkat", "jenjang"),
    [
        ("0", "49.999", False, False),
        ("49.999", "50", True, False),
        ("50", "99.99", False, False),
        ("99.99", "100.9", True, True),
        ("0", "100", True, True),
        ("100", "150", False, False),
    ],
)
def test_a_threshold_is_reached_once_and_exactly(
    before: str, total: str, *, pangkat: bool, jenjang: bool
) -> None:
    of = ("ahli_pertama", Fraction(before), Fraction(total))
    reached = [reaches(of[0], to, *of[1:]) for to in ("pangkat", "jenjang")]
    assert reached == [pangkat, jenjang]


@given(
    st.sampled_from(sorted(STEPS)),
    st.sampled_from(["pangkat", "jenjang"]),
    st.lists(st.fractions(0, 60, max_denominator=24), max_size=12),
)
def test_each_threshold_is_reached_in_one_step_of_a_career(
    level: str, to: str, earned_each: list[Fraction]
) -> None:
    total, crossed = Fraction(), 0
    for value in earned_each:
        crossed += reaches(level, to, total, total + value)
        total += value
    passed = [one for one in thresholds(level, to) if one <= total]
    assert crossed <= len(passed)
    assert bool(crossed) == bool(passed)
    assert next_threshold(level, to, total) == next(
        iter(one for one in thresholds(level, to) if one > total), None
    )
