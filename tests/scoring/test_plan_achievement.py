"""The achievement of a plan: formulas, caps, weights, and what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from kinerja_flow.scoring import Material, PlanRow
from kinerja_flow.scoring.achievement import read
from tests.scoring.build import indicator, item, last, q, score

LOWER = {"polarity": "lower"}
RANGE = {"polarity": "range", "upper": 90}
RATIO = {"lower": "ratio"}
BETTER = {"improvement": True}
SKIP = {"zero_target": "not_measured"}


@pytest.mark.parametrize(
    ("realisation", "target", "row", "settings", "expected"),
    [
        # the plain formula, exact, between 0 and the cap
        (99, 100, {}, {}, "99"),
        (3, 3, {}, {}, "100"),
        (0, 100, {}, {}, "0"),
        (1, 3, {}, {}, "100/3"),
        ("109.99", 100, {}, {}, "109.99"),
        ("119.99", 100, {}, {}, "119.99"),
        (120, 100, {}, {}, "120"),
        ("120.01", 100, {}, {}, "120"),
        (500, 100, {}, {}, "120"),
        (500, 100, {}, {"cap": 100}, "100"),
        (-5, 100, {}, {}, "0"),
        # less is better
        (10, 10, LOWER, {}, "100"),
        (8, 10, LOWER, {}, "120"),
        (7, 10, LOWER, {}, "120"),
        (15, 10, LOWER, {}, "50"),
        (25, 10, LOWER, {}, "0"),
        (0, 10, LOWER, {}, "120"),
        (10, 8, LOWER, RATIO, "80"),
        (0, 8, LOWER, RATIO, "120"),
        (0, 8, LOWER, RATIO | {"cap": 300}, "300"),
        (4, 8, LOWER, RATIO | {"cap": 300}, "200"),
        # a range: over its bounds outside, 100 inside, the bounds included
        (80, 80, RANGE, {}, "100"),
        (85, 80, RANGE, {}, "100"),
        (90, 80, RANGE, {}, "100"),
        (60, 80, RANGE, {}, "75"),
        (99, 80, RANGE, {}, "110"),
        (200, 80, RANGE, {}, "120"),
        (1, 0, {"polarity": "range", "upper": 0}, {}, "0"),
        (0, 0, {"polarity": "range", "upper": 0}, {}, "100"),
        (-1, 0, {"polarity": "range", "upper": 5}, {}, "0"),
        # zero targets: met or not
        (0, 0, LOWER, {}, "100"),
        (1, 0, LOWER, {}, "0"),
        (0, 0, {}, {}, "100"),
        (5, 0, {}, {}, "100"),
        (-1, 0, {}, {}, "0"),
        (-3, -2, {}, {}, "0"),
        (0, 0, LOWER, RATIO, "100"),
        # improvement over a baseline, in the indicator's own direction
        (70, 80, {"baseline": 60}, BETTER, "50"),
        (80, 80, {"baseline": 60}, BETTER, "100"),
        (50, 80, {"baseline": 60}, BETTER, "0"),
        (84, 80, {"baseline": 60}, BETTER, "120"),
        (12, 10, LOWER | {"baseline": 14}, BETTER, "50"),
        (2, 0, LOWER | {"baseline": 4}, BETTER, "50"),
        (70, 80, {"baseline": 60}, {}, "87.5"),
        (70, 80, {}, BETTER, "87.5"),
        (70, 80, {"baseline": 80}, BETTER, "87.5"),
        (95, 90, {"baseline": 100}, BETTER, "950/9"),
        (85, 80, RANGE | {"baseline": 10}, BETTER, "100"),
    ],
)
def test_each_indicator_counts_by_its_formula(
    realisation: Any, target: Any, row: dict[str, Any], settings: dict[str, Any], expected: str
) -> None:
    plan = (item("a", indicator(realisation, target, **row)),)
    node = last(Material(plan=plan), ("capaian", "plan_achievement", settings))
    assert node.value == q(expected)
    assert not node.missing


def test_a_row_that_lacks_something_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="indicator i1 lacks target, realisation"):
        read(indicator(None, None))


def plan_of(*rows: PlanRow, **settings: Any) -> Any:
    return last(Material(plan=rows), ("capaian", "plan_achievement", settings))


def test_an_item_is_the_mean_of_its_indicators() -> None:
    row = item("a", indicator(100), indicator(99, id="i2"))
    assert plan_of(row).value == q("99.5")


def test_the_quarter_of_a_human_resources_officer() -> None:
    rows = [
        item(str(n), indicator(quality), indicator(3, 3, id="w"))
        for n, quality in enumerate((100, 100, 99, 99))
    ]
    assert plan_of(*rows).value == q("99.75")


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ((None, None), "75"),
        ((50, 50), "75"),
        ((100, 0), "100"),
        (("33.33", "66.67"), "66.665"),
        (("99.99", "0.01"), "99.995"),
        ((2, 1), "250/3"),
    ],
)
def test_items_count_by_weight_to_the_last_hundredth(weights: Any, expected: str) -> None:
    rows = [
        item(str(place), indicator(realisation), weight=weight)
        for place, (realisation, weight) in enumerate(zip((100, 50), weights, strict=True))
    ]
    assert plan_of(*rows).value == q(expected)


def test_a_missing_realisation_is_not_zero() -> None:
    node = plan_of(item("a", indicator(100)), item("b", indicator(None)))
    assert node.value is None
    assert [(one.code, one.subject, one.required) for one in node.missing] == [
        ("realisation", "i1", True)
    ]
    assert node.sentence.id == 'Belum ada nilai. Realisasi "IKI i1" belum diisi.'


def test_where_it_may_be_missing_the_rest_counts_for_the_whole_and_says_so() -> None:
    rows = (item("a", indicator(100), weight=50), item("b", indicator(None), weight=50))
    node = plan_of(*rows, required=False)
    assert node.value == 100
    assert not node.lacks
    assert node.missing
    assert "Tidak ikut dihitung: RHK b" in node.sentence.id


def test_five_and_five_with_a_third_missing_are_five() -> None:
    rows = (indicator(5), indicator(5, id="i2"), indicator(None, id="i3"))
    assert plan_of(item("a", *rows), required=False).value == 5
    assert plan_of(item("a", *rows)).value is None


def test_zero_is_a_score() -> None:
    assert plan_of(item("a", indicator(0), indicator(100, id="i2"))).value == 50


@pytest.mark.parametrize(
    ("rows", "settings", "code"),
    [
        ((), {}, "plan"),
        ((), {"required": False}, "plan"),
        ((item("a", indicator(1), section="tambahan"),), {"section": "utama"}, "plan"),
        ((item("a"),), {}, "nothing_counted"),
        ((item("a", indicator(None)),), {"required": False}, "nothing_counted"),
        ((item("a", indicator(0, 0)),), SKIP, "nothing_counted"),
        ((item("a", indicator(1), weight=0),), {}, "nothing_counted"),
        ((item("a", indicator(1), weight=9), item("b", indicator(1))), {}, "weight"),
        ((item("a", indicator(1, None)),), {}, "target"),
        ((item("a", indicator(1, 1, polarity="range")),), {}, "upper"),
    ],
)
def test_a_plan_with_nothing_to_count_is_pending(rows: Any, settings: Any, code: str) -> None:
    node = plan_of(*rows, **settings)
    assert node.value is None
    assert code in {one.code for one in node.lacks}


def test_only_the_named_section_counts() -> None:
    rows = (item("a", indicator(80)), item("b", indicator(100), section="tambahan"))
    assert plan_of(*rows, section="utama").value == 80
    assert plan_of(*rows, section="tambahan").value == 100
    assert plan_of(*rows).value == 90


def test_what_cannot_be_measured_objectively_is_left_out_openly() -> None:
    rows = (indicator(80), indicator(None, id="i2", objective=False))
    node = plan_of(item("a", *rows), only_objective=True)
    assert node.value == 80
    assert [(one.code, one.required) for one in node.missing] == [("not_objective", False)]


def test_an_item_of_which_nothing_counts_does_not_hold_up_the_plan() -> None:
    rows = (item("a", indicator(0, 0)), item("b", indicator(80)))
    assert plan_of(*rows, **SKIP).value == 80


def test_the_tree_goes_down_to_the_indicator() -> None:
    found = score(
        Material(plan=(item("a", indicator("130.5")),)), ("capaian", "plan_achievement", {})
    )
    (row,) = found.nodes["capaian"].parts
    (leaf,) = row.parts
    assert (row.rule, leaf.rule) == ("plan_achievement/item", "plan_achievement/indicator")
    assert leaf.inputs["realisation"] == "261/2"
    assert leaf.sentence.id == (
        "Realisasi 130,5 dari target 100: 100 × 130,5 / 100 = 130,5. Dibatasi menjadi 120."
    )
