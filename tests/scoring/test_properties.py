"""What holds for scores of any material: bounds, order, monotony, renormalisation."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from kinerja_flow.scoring import (
    Answer,
    IndicatorRow,
    Material,
    PlanRow,
    Statement,
    canonical,
    evaluate,
    from_json,
    to_json,
)
from kinerja_flow.scoring.achievement import LOWER, Method, achieved, read
from kinerja_flow.scoring.figures import half_up, trimmed, weighted_mean, written
from tests.scoring.build import NUMBER, SCALES, last, number, score, steps
from tests.scoring.test_canonical import STEPS
from tests.scoring.test_levels import PP30

DENOMINATORS = st.sampled_from((1, 3, 7, 100, 997))
NUMBERS = st.builds(Fraction, st.integers(0, 400), DENOMINATORS)
ABOVE_ZERO = st.builds(Fraction, st.integers(1, 400), DENOMINATORS)
MARKS = st.integers(1, 5).map(Fraction)
SHARES = st.lists(st.integers(1, 100), min_size=1, max_size=5)
METHODS = st.builds(
    Method,
    cap=st.integers(100, 300).map(Fraction),
    lower=st.sampled_from(LOWER),
    improvement=st.booleans(),
)


@st.composite
def indicators(draw: st.DrawFn, name: str = "i") -> IndicatorRow:
    polarity = draw(st.sampled_from(("higher", "lower", "range")))
    target, spread = draw(NUMBERS), draw(NUMBERS)
    return IndicatorRow(
        id=name,
        title="Ketepatan waktu",
        polarity=polarity,
        target=target,
        upper=target + spread if polarity == "range" else None,
        baseline=draw(st.none() | NUMBERS),
        realisation=draw(st.none() | NUMBERS),
        objective=draw(st.booleans()),
    )


@st.composite
def materials(draw: st.DrawFn) -> Material:
    weighted = draw(st.booleans())
    plan = tuple(
        PlanRow(
            id=str(place),
            title="Laporan",
            weight=Fraction(draw(st.integers(0, 50))) if weighted else None,
            indicators=tuple(draw(indicators(str(n))) for n in range(draw(st.integers(0, 2)))),
        )
        for place in range(draw(st.integers(0, 3)))
    )
    answer = st.builds(
        Answer,
        st.just("umpan_balik"),
        st.sampled_from(("assessor", "peer")),
        st.sampled_from("ab"),
        MARKS,
    )
    return Material(
        plan=plan,
        answers=tuple(draw(st.lists(answer, max_size=8))),
        criteria={"umpan_balik": ("a", "b")},
        scales=SCALES,
        statements=draw(statements()),
    )


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Statement]:
    levels = st.sampled_from(SCALES["ekspektasi"].keys)
    chosen: dict[str, Any] = {"hasil": levels, "perilaku": levels, "akhir": NUMBERS}
    reason = draw(st.sampled_from((None, "b" * 64)))
    return {
        field: Statement(draw(values), "menilai", 3, reason)
        for field, values in chosen.items()
        if draw(st.booleans())
    }


@given(materials())
def test_a_node_has_a_value_or_lacks_something(material: Material) -> None:
    for node in score(material, *STEPS).nodes.values():
        assert (node.value is None) == bool(node.lacks)
        assert node.sentence.id
        assert node.sentence.en


@given(materials())
def test_a_score_reads_back_to_the_same_bytes(material: Material) -> None:
    found = score(material, *STEPS)
    assert canonical(from_json(json.loads(canonical(found)))) == canonical(found)


@given(materials(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(material: Material, chance: Any) -> None:
    shuffled = chance.sample(material.answers, len(material.answers))
    made = steps(*STEPS)
    other = evaluate(made, replace(material, answers=tuple(shuffled)))
    assert canonical(other) == canonical(evaluate(made, material))


@given(materials())
def test_the_order_of_the_plan_changes_no_value(material: Material) -> None:
    settings: Any = ("capaian", "plan_achievement", {"required": False})
    backwards = replace(material, plan=material.plan[::-1])
    assert score(backwards, settings).value == score(material, settings).value


@given(materials(), st.integers(100, 200))
def test_a_plan_lies_between_zero_and_its_cap(material: Material, cap: int) -> None:
    value = score(material, ("x", "plan_achievement", {"required": False, "cap": cap})).value
    assert value is None or 0 <= value <= cap


@given(indicators(), METHODS, NUMBERS, NUMBERS)
def test_doing_better_never_counts_less(
    row: IndicatorRow, method: Method, one: Fraction, other: Fraction
) -> None:
    assume(row.polarity != "range" or (row.target or 0) > 0)
    less, more = sorted((one, other), reverse=row.polarity == "lower")
    values = [achieved(read(replace(row, realisation=value)), method) for value in (less, more)]
    first, second = (found.value for found in values if found)
    assert first <= second


@given(ABOVE_ZERO, METHODS, st.sampled_from(("higher", "lower")))
def test_reaching_the_target_is_a_hundred(target: Fraction, method: Method, polarity: str) -> None:
    found = achieved(read(IndicatorRow("i", "", "", polarity, target, realisation=target)), method)
    assert found
    assert found.value == 100


@given(st.lists(MARKS, min_size=1, max_size=9), st.booleans())
def test_a_mean_lies_between_the_lowest_and_the_highest(marks: list[Fraction], trim: bool) -> None:
    given = Material(
        answers=tuple(Answer("umpan_balik", "peer", "a", mark) for mark in marks),
        criteria={"umpan_balik": ("a",)},
    )
    settings = {"instrument": "umpan_balik", "from": ["peer"], "trim": trim}
    value = score(given, ("x", "answers_mean", settings)).value
    assert value is not None
    assert min(marks) <= value <= max(marks)


@given(st.lists(NUMBERS, min_size=5, max_size=9))
def test_trimming_drops_one_of_the_highest_and_one_of_the_lowest(values: list[Fraction]) -> None:
    assert sorted(Counter(trimmed(Counter(values), 5)).elements()) == sorted(values)[1:-1]


@given(st.lists(MARKS, min_size=1, max_size=9), st.booleans())
def test_answers_as_counts_come_to_the_same_as_one_by_one(
    marks: list[Fraction], trim: bool
) -> None:
    singly = tuple(Answer("umpan_balik", "peer", "a", mark) for mark in marks)
    counted = tuple(replace(singly[0], value=m, count=n) for m, n in Counter(marks).items())
    settings = {"instrument": "umpan_balik", "from": ["peer"], "trim": trim}
    found = [
        score(
            Material(answers=given, criteria={"umpan_balik": ("a",)}),
            ("x", "answers_mean", settings),
        )
        for given in (singly, counted)
    ]
    assert to_json(found[0]) == to_json(found[1])


@given(st.lists(st.tuples(ABOVE_ZERO, NUMBERS), min_size=2, max_size=6))
def test_what_is_left_out_renormalises_the_rest(pairs: list[tuple[Fraction, Fraction]]) -> None:
    kept = pairs[1:]
    total = sum((weight for weight, _ in kept), Fraction(0))
    shares = [(weight / total, value) for weight, value in kept]
    assert weighted_mean(kept) == sum((share * value for share, value in shares), Fraction(0))


@given(SHARES, st.data())
def test_a_weighted_mean_does_not_know_the_unit_of_its_weights(
    weights: list[int], data: st.DataObject
) -> None:
    values = [data.draw(NUMBERS) for _ in weights]
    pairs = [(Fraction(weight), value) for weight, value in zip(weights, values, strict=True)]
    scaled = [(weight / 7, value) for weight, value in pairs]
    assert weighted_mean(scaled) == weighted_mean(pairs) == weighted_mean(pairs[::-1])


@given(NUMBERS, NUMBERS)
def test_a_higher_number_never_falls_into_a_lower_band(one: Fraction, other: Fraction) -> None:
    made: Any = (NUMBER, ("hasil", "bands", {"of": "angka", "bands": PP30}))
    order = [band["level"] for band in reversed(PP30)]
    low, high = (last(number(str(value)), *made).level for value in sorted((one, other)))
    assert order.index(low or "") <= order.index(high or "")


@given(NUMBERS, st.integers(0, 4))
def test_rounding_goes_to_the_nearest_and_a_half_goes_up(value: Fraction, places: int) -> None:
    rounded = half_up(value, places)
    step = Fraction(1, 10**places)
    assert -step / 2 < rounded - value <= step / 2
    assert (rounded / step).denominator == 1


@given(NUMBERS, st.integers(0, 30000))
def test_different_numbers_are_shown_apart(one: Fraction, hundredths: int) -> None:
    limit = Fraction(hundredths, 100)
    assert (written(one, [limit]) == written(limit)) == (one == limit)
