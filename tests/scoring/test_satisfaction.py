"""The satisfaction index of PermenPANRB 14/2017: exact, by nine elements, graded at two places."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from kinerja_flow.scoring.satisfaction import satisfaction_of

NINE = [f"u{number}" for number in range(1, 10)]


def _all(**counts: int) -> dict[str, dict[Fraction, int]]:
    """The same counts for each of the nine elements; `four=3` is three answers of 4."""
    values = {"one": 1, "two": 2, "three": 3, "four": 4}
    found = {Fraction(values[name]): count for name, count in counts.items()}
    return {key: dict(found) for key in NINE}


@pytest.mark.parametrize(
    ("counts", "index", "grade"),
    [
        (_all(four=3), "100", "A"),  # a weight of 0.11 gives 99, one of 0.111 gives 99.9
        (_all(one=7), "25", "D"),
        (_all(three=1, four=1), "87.5", "B"),
        ({**_all(three=1), "u9": {Fraction(4): 1}}, "700/9", "B"),
        (_all(two=2, three=3), "65", "C"),
        # The bounds are stated at two places, and so is the index that is looked up.
        (_all(two=40001, three=59999), "6499975/100000", "C"),  # 64.99975 is 65.00
        (_all(two=4004, three=5996), "6499/100", "D"),
        (_all(three=9356, four=10644), "88305/1000", "A"),  # 88.305 is 88.31
        (_all(three=93562, four=106438), "8830475/100000", "B"),
        (_all(three=9356, four=644), "7661/100", "B"),
    ],
)
def test_the_index_is_exact_and_its_grade_is_looked_up_rounded(
    counts: Mapping[str, Mapping[Fraction, int]], index: str, grade: str
) -> None:
    found = satisfaction_of(counts)
    assert (found.index, found.grade) == (Fraction(index), grade)


def test_an_element_without_answers_leaves_the_index_open() -> None:
    found = satisfaction_of({**_all(four=3), "u5": {}})
    assert (found.index, found.grade, found.elements["u5"]) == (None, None, None)
    assert found.elements["u1"] == 4
    assert satisfaction_of({}).index is None


@pytest.mark.parametrize("value", [0, 5, Fraction(7, 2)])
def test_only_answers_from_one_to_four_have_an_index(value: Fraction) -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        satisfaction_of({"u1": {Fraction(value): 3}})
