"""The guidance for a unit in whole people: limits met exactly, rounding, and what is still open."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow.scoring import Distribution, distribution
from kinerja_flow.scoring.distribution import BROKEN, KEPT, OPEN, people_in
from workflows.definition import ROUNDINGS, Guideline, Label, Organisation, Scale

UNIT = Scale("unit", Label("Unit", "Unit"), (("istimewa", Label("Istimewa", "Outstanding")),))
LEVELS = ("kurang", "baik", "sangat_baik")
PEOPLE = Scale("p", Label("P", "P"), tuple((key, Label(key, key)) for key in LEVELS))
SCALES = {"unit": UNIT, "p": PEOPLE}


def most(percent: int | Fraction, *levels: str) -> Guideline:
    return Guideline(levels or ("sangat_baik",), at_most=Fraction(percent))


def least(percent: int | Fraction, *levels: str) -> Guideline:
    return Guideline(levels or ("kurang",), at_least=Fraction(percent))


def judged(size: int, counts: dict[str, int], *lines: Guideline, **rest: Any) -> Distribution:
    level = rest.pop("level", "istimewa")
    organisation = Organisation("unit", "hasil", {"istimewa": lines}, **rest)
    return distribution(organisation, SCALES, level, size, counts)


@pytest.mark.parametrize(
    ("percent", "size", "rounding", "people"),
    [
        # 70% of 10 is 7, however it is rounded.
        *((70, 10, way, 7) for way in ROUNDINGS),
        (70, 9, "down", 6),  # 6.3
        (70, 9, "half_up", 6),
        (70, 9, "up", 7),
        (70, 5, "down", 3),  # 3.5
        (70, 5, "half_up", 4),
        (70, 5, "up", 4),
        (10, 5, "half_up", 1),  # 0.5
        (10, 4, "half_up", 0),
        (70, 1, "down", 0),
        (70, 1, "half_up", 1),
        (0, 10, "up", 0),
        (100, 3, "down", 3),
        (70, 0, "up", 0),
        (Fraction("33.3"), 3, "down", 0),
        (Fraction("33.3"), 3, "up", 1),
    ],
)
def test_a_percentage_is_so_many_people(
    percent: int | Fraction, size: int, rounding: str, people: int
) -> None:
    assert people_in(Fraction(percent), size, rounding) == people


@pytest.mark.parametrize(
    ("size", "count", "others", "state"),
    [
        (10, 7, 3, KEPT),
        (10, 8, 2, BROKEN),
        (10, 7, 0, OPEN),  # an eighth may still come
        (10, 4, 3, KEPT),  # three are left: seven at most
        (10, 8, 0, BROKEN),
        (1, 1, 0, KEPT),
    ],
)
def test_a_limit_is_kept_when_it_is_met_exactly(
    size: int, count: int, others: int, state: str
) -> None:
    [line] = judged(size, {"sangat_baik": count, "baik": others}, most(70)).lines
    assert (line.state, line.count) == (state, count)


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({"kurang": 6, "baik": 4}, KEPT),
        ({"kurang": 5, "baik": 5}, BROKEN),
        ({"kurang": 5, "baik": 4}, OPEN),
        ({"baik": 4}, OPEN),
        ({"baik": 5}, BROKEN),
        ({}, OPEN),
    ],
)
def test_a_least_share_is_open_while_it_can_be_reached(counts: dict[str, int], state: str) -> None:
    assert judged(10, counts, least(60)).lines[0].state == state


def test_somebody_is_one_of_any_of_the_levels() -> None:
    somebody = Guideline(("kurang", "baik"), somebody=True)
    states = [
        judged(3, counts, somebody).lines[0].state
        for counts in ({"baik": 1}, {"sangat_baik": 2}, {"sangat_baik": 3})
    ]
    assert states == [KEPT, OPEN, BROKEN]


def test_a_unit_without_predikat_or_too_small_is_not_checked_and_says_so() -> None:
    unrated = judged(10, {"sangat_baik": 10}, most(70), level=None)
    small = judged(4, {"sangat_baik": 4}, most(70), least_size=5)
    nobody = judged(0, {}, most(70))
    enough = judged(5, {"sangat_baik": 5}, most(70), least_size=5)
    assert [one.is_checked for one in (unrated, small, nobody, enough)] == [
        *(False, False, False),
        True,
    ]
    assert "belum ditetapkan" in unrated.sentence.id
    assert "the least is 5" in small.sentence.en


def test_the_limit_is_explained_as_people_in_both_languages() -> None:
    [line] = judged(9, {"sangat_baik": 7}, most(70), rounding="half_up").lines
    assert line.sentence.id == (
        "sangat_baik: 7 dari 9 pegawai, melebihi paling banyak 6 "
        "(70% × 9 = 6,3, dibulatkan, setengah ke atas)."
    )
    assert "over the limit of 6 (70% × 9 = 6.3" in line.sentence.en


def test_only_who_has_a_part_in_it_breaks_a_guideline() -> None:
    many = judged(10, {"sangat_baik": 8, "baik": 2}, most(70), least(60, "kurang"))
    by = {level: [line.guideline.levels[0] for line in many.broken_by(level)] for level in LEVELS}
    assert by == {
        "kurang": [],
        "baik": ["kurang"],
        "sangat_baik": ["sangat_baik", "kurang"],
    }


SIZES = st.integers(1, 400)
PERCENTS = st.fractions(0, 100, max_denominator=1000)


@given(PERCENTS, SIZES, st.sampled_from(ROUNDINGS))
def test_so_many_people_are_never_more_than_there_are_and_within_one(
    percent: Fraction, size: int, rounding: str
) -> None:
    found = people_in(percent, size, rounding)
    share = percent * size / 100
    assert 0 <= found <= size
    assert abs(found - share) < 1
    assert people_in(percent, size, "down") <= found <= people_in(percent, size, "up")


@given(st.data(), SIZES, PERCENTS, st.sampled_from(ROUNDINGS))
def test_what_is_kept_or_broken_stays_so_whoever_is_rated_next(
    data: st.DataObject, size: int, percent: Fraction, rounding: str
) -> None:
    inside = data.draw(st.integers(0, size))
    outside = data.draw(st.integers(0, size - inside))
    lines = (most(percent), least(percent, "sangat_baik"))
    now = judged(size, {"sangat_baik": inside, "baik": outside}, *lines, rounding=rounding)
    more = data.draw(st.integers(0, size - inside - outside))
    later = {"sangat_baik": inside + more, "baik": size - inside - more}
    then = judged(size, later, *lines, rounding=rounding)
    for before, after in zip(now.lines, then.lines, strict=True):
        assert after.state != OPEN
        assert before.state in (OPEN, after.state)


@given(SIZES, st.integers(0, 400), PERCENTS, st.sampled_from(ROUNDINGS))
def test_at_most_and_at_least_meet_in_the_limit_alone(
    size: int, count: int, percent: Fraction, rounding: str
) -> None:
    count = min(count, size)
    counts = {"sangat_baik": count, "baik": size - count}
    upper, lower = judged(
        size, counts, most(percent), least(percent, "sangat_baik"), rounding=rounding
    ).lines
    assert upper.limit == lower.limit
    assert (upper.state == KEPT and lower.state == KEPT) == (count == upper.limit)
