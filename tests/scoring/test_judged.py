"""Indicators that cannot be measured: judged in the open, and parts of a plan taken by name."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow.scoring import IndicatorRow, Material, Node, PlanRow, Statement
from kinerja_flow.scoring.objectivity import narrowed, share_of
from tests.scoring.build import EXPECTATION, indicator, item, last, q

LEVELS = {"di_bawah": 40, "sesuai": 100, "di_atas": 130}
JUDGED = {"judged": {"manfaat": "nilai_manfaat"}, "judged_levels": LEVELS}
MEASURED = indicator(80, id="i1", key="frekuensi")


def open_one(realisation: str | None = None, key: str | None = "manfaat") -> IndicatorRow:
    return indicator(realisation, id="i2", objective=False, key=key)


def plan_of(*rows: PlanRow, stated: Any = None, **params: Any) -> Node:
    found = {} if stated is None else {"nilai_manfaat": Statement(stated, "menilai", 3)}
    material = Material(plan=rows, statements=found, scales={"ekspektasi": EXPECTATION})
    return last(material, ("capaian", "plan_achievement", {**JUDGED, **params}))


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        ("sesuai", "90"),  # the mean of 80 and what the level counts
        ("di_bawah", "60"),
        ("di_atas", "100"),  # 130 is capped at 120
        (q("99.5"), "89.75"),  # a number is a percentage
        (q(0), "40"),  # zero is a judgement
        (q(-5), "40"),
        (q(500), "100"),
    ],
)
def test_a_judgement_counts_what_the_template_says_of_it(stated: Any, value: str) -> None:
    assert plan_of(item("a", MEASURED, open_one()), stated=stated).value == q(value)


@pytest.mark.parametrize("stated", [None, "tak_dikenal"])
def test_without_a_judgement_the_score_waits_whatever_the_employee_reported(stated: Any) -> None:
    node = plan_of(item("a", MEASURED, open_one("120")), stated=stated)
    assert node.value is None
    assert [(one.code, one.required) for one in node.missing] == [("open_judgement", True)]


def test_one_without_a_field_is_never_counted_by_its_own_report() -> None:
    node = plan_of(item("a", MEASURED, open_one("120", key=None)), stated="sesuai")
    assert [one.code for one in node.missing] == ["open_judgement"]


def test_an_optional_judgement_is_left_out_openly() -> None:
    node = plan_of(item("a", MEASURED, open_one()), required=False)
    assert node.value == 80
    assert [(one.code, one.required) for one in node.missing] == [("open_judgement", False)]


def test_the_judgement_says_that_it_is_one_and_what_was_reported_beside_it() -> None:
    (part,) = plan_of(item("a", open_one("70")), stated="sesuai").parts
    (judged,) = part.parts
    assert "Tidak dapat diukur secara objektif" in judged.sentence.id
    assert "Sesuai ekspektasi = 100%" in judged.sentence.id
    assert "70" in judged.sentence.id


def test_what_is_judged_is_shown_apart() -> None:
    rows = (item("a", MEASURED, weight=80), item("b", MEASURED, open_one(), weight=20))
    node = plan_of(*rows, stated="sesuai", only_judged=True)
    assert node.value == 100
    assert [part.name for part in node.parts] == ["capaian/item.b"]
    assert "90% bobot rencana diukur secara objektif" in node.sentence.id


def test_where_nothing_is_judged_nothing_waits_for_it() -> None:
    node = plan_of(item("a", MEASURED), only_judged=True)
    assert node.value is None
    assert not node.lacks


def test_named_indicators_are_taken_with_the_weight_that_they_hold() -> None:
    discipline = indicator(50, id="i3", key="hadir")
    rows = (
        item("a", MEASURED, weight=70),
        item("b", MEASURED, discipline, weight=20),
        item("c", discipline, weight=10),
    )
    assert plan_of(*rows, indicators=["hadir"]).value == 50
    assert plan_of(*rows, without=["hadir"]).value == 80
    # 80 of 100 lies on the first, 20 on the second: the whole is put together from its parts.
    assert plan_of(*rows).value == Fraction(80 * 80 + 50 * 20, 100)


kinds = st.lists(st.booleans(), min_size=1, max_size=4)
plans = st.lists(st.tuples(st.integers(0, 50), kinds), min_size=1, max_size=6)


@given(plans)
def test_the_shares_of_a_plan_and_of_the_rest_add_up(drawn: list[tuple[int, list[bool]]]) -> None:
    rows = [
        item(str(n), *(indicator(1, objective=is_one) for is_one in of), weight=weight)
        for n, (weight, of) in enumerate(drawn)
    ]
    one = share_of(rows, lambda row: row.objective)
    other = share_of(rows, lambda row: not row.objective)
    if one is None or other is None:
        assert not any(weight for weight, _ in drawn)
        return
    assert one + other == 100
    held = sum(row.weight or 0 for row in narrowed(rows, lambda row: row.objective))
    assert held * 100 == one * sum(weight for weight, _ in drawn)
