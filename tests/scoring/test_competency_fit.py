"""What people attain against what their posts require: fit, gaps and strengths, all exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from kinerja_flow.scoring import (
    Answer,
    Material,
    Node,
    Required,
    canonical,
    competencies_in,
    competencies_of,
    from_json,
    to_json,
)
from tests.scoring.build import answers, last, params, q, score

BOTH = {"assessor": 60, "peer": 40}
LEAST = {"minimum": {"peer": 3}}
MARKS = st.integers(1, 5).map(Fraction)
LEVELS = st.integers(1, 5)


def require(material: Material, **levels: int | str) -> Material:
    """The material of somebody whose post requires these levels."""
    made = {key: Required(str(n), "angka", q(n)) for key, n in levels.items()}
    return replace(material, standards={"umpan_balik": made})


def fit(material: Material, shares: Any = None, **rest: Any) -> Node:
    settings = {"instrument": "umpan_balik", "from": shares or ["peer"], **rest}
    return last(material, ("sesuai", "competency_fit", settings))


def given_by_peers(**marks: list[int]) -> Material:
    return answers({"peer": marks})


@pytest.mark.parametrize(
    ("marks", "levels", "expected"),
    [
        # at, above and below the standard; nothing makes up for a gap
        ({"a": [3]}, {"a": 3}, "100"),
        ({"a": [5]}, {"a": 3}, "100"),
        ({"a": [2]}, {"a": 4}, "50"),
        ({"a": [5], "b": [2]}, {"a": 1, "b": 4}, "75"),
        # exact: one third of a level is no rounding
        ({"a": [3, 3, 4]}, {"a": 5}, "200/3"),
        ({"a": [1]}, {"a": 3}, "100/3"),
        # the lowest level of a scale that begins at 0 is always attained
        ({"a": [0]}, {"a": 0}, "100"),
        ({"a": [0]}, {"a": 2}, "0"),
        # a criterion without a standard counts for nothing
        ({"a": [2], "b": [5]}, {"a": 4}, "50"),
        ({"a": [2], "b": []}, {"a": 4}, "50"),
    ],
)
def test_fit_is_attained_over_required(marks: Any, levels: Any, expected: str) -> None:
    node = fit(require(given_by_peers(**marks), **levels))
    assert node.value == q(expected)
    assert not node.lacks


@pytest.mark.parametrize(
    ("given_marks", "shares", "rest", "attained"),
    [
        ({"assessor": {"a": [4]}, "peer": {"a": [2, 3, 4]}}, BOTH, {}, "18/5"),
        ({"assessor": {"a": [4]}, "peer": {"a": [2]}}, BOTH, LEAST, "4"),
        ({"peer": {"a": [1, 4, 4, 4, 5]}}, ["peer"], {"trim": True}, "4"),
        ({"assessor": {"a": [1]}, "peer": {"a": [4]}}, ["assessor", "peer"], {}, "5/2"),
    ],
)
def test_attained_is_the_mean_over_raters_and_relations(
    given_marks: Any, shares: Any, rest: Any, attained: str
) -> None:
    (part,) = fit(require(answers(given_marks), a=4), shares, **rest).parts
    assert part.inputs["attained"] == attained


def test_a_part_says_gap_and_strength_exactly() -> None:
    node = fit(require(given_by_peers(a=[3, 3, 4], b=[5], c=[2]), a=4, b=4))
    said = [[part.inputs[name] for name in ("attained", "required", "gap", "strength")]
            for part in node.parts]  # fmt: skip
    assert said == [["10/3", "4", "2/3", "0"], ["5", "4", "0", "1"], ["2", None, None, None]]
    gap, strength, free = (part.sentence.id for part in node.parts)
    assert gap.endswith("disyaratkan 4: 100 × 3,33 / 4 = 83,33. Kesenjangan 0,67.")
    assert (
        strength == "Dicapai 5, disyaratkan 4: terpenuhi, bernilai 100. Di atas standar sebesar 1."
    )
    assert free.startswith("Dicapai 2. Jabatan ini tidak mensyaratkan level")


def test_what_just_misses_the_standard_is_not_shown_as_met() -> None:
    material = require(given_by_peers(a=[4] * 999 + [3]), a=4)
    assert "Dicapai 3,999, disyaratkan 4" in fit(material).parts[0].sentence.id


@pytest.mark.parametrize(
    ("material", "rest", "code"),
    [
        (given_by_peers(a=[3]), {}, "standards"),
        (Material(), {}, "criteria"),
        (require(given_by_peers(a=[]), a=3), {}, "criterion"),
        (require(given_by_peers(a=[3], b=[]), a=3, b=3), {}, "criterion"),
        (require(given_by_peers(a=[3, 3]), a=3), LEAST, "no_answers"),
        (require(given_by_peers(a=[3, 3]), a=3), {**LEAST, "required": ["peer"]}, "criterion"),
    ],
)
def test_what_is_required_and_missing_leaves_it_pending(
    material: Material, rest: Any, code: str
) -> None:
    node = fit(material, **rest)
    assert node.value is None
    assert code in {one.code for one in node.lacks}


def test_a_post_without_a_standard_may_go_without_a_value() -> None:
    found = score(
        given_by_peers(a=[3]),
        ("sesuai", "competency_fit",
         {"instrument": "umpan_balik", "from": ["peer"], "standard_required": False}),
    )  # fmt: skip
    assert found.value is None
    assert not found.pending
    assert "standar kompetensi" in found.nodes["sesuai"].sentence.id


def test_too_small_a_group_leaves_its_criterion_out() -> None:
    node = fit(require(given_by_peers(a=[4, 4, 4], b=[1, 1]), a=4, b=4), **LEAST)
    assert node.value == 100
    assert "Tidak ikut dihitung: b" in node.sentence.id
    small, none = (
        canonical(score(require(given_by_peers(a=[4, 4, 4], b=marks), a=4, b=4), STEP))
        for marks in ([1, 1], [5])
    )
    assert small == none


STEP = ("sesuai", "competency_fit", {"instrument": "umpan_balik", "from": ["peer"], **LEAST})


def test_of_several_steps_over_an_instrument_the_last_says_what_was_attained() -> None:
    of = {"instrument": "umpan_balik"}
    material = require(answers({"employee": {"a": [5]}, "panel": {"a": [2]}}), a=4)
    found = score(
        material,
        ("diri", "competency_fit", {**of, "from": ["employee"]}),
        ("tim", "competency_fit", {**of, "from": ["panel"]}),
        ("nilai", "weighted_sum", {"of": ["diri", "tim"]}),
    )
    assert [one.gap for one in competencies_in(from_json(to_json(found)))] == [2]
    assert not list(competencies_of(found.nodes["nilai"]))


@pytest.mark.parametrize(
    "settings",
    [{"from": []}, {"from": {"peer": 99}}, {"from": ["peer"], "standard_required": "no"}, {}],
)
def test_parameters_that_cannot_be_meant_are_refused(settings: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        params("competency_fit", {"instrument": "umpan_balik", **settings})


@st.composite
def people(draw: st.DrawFn) -> Material:
    marks = {
        relation: {key: draw(st.lists(MARKS, min_size=1, max_size=6)) for key in "abc"}
        for relation in ("assessor", "peer")
    }
    standards = draw(st.dictionaries(st.sampled_from("abc"), LEVELS, min_size=1))
    return require(answers(marks), **standards)


@given(people(), st.booleans())
def test_fit_lies_between_zero_and_a_hundred(material: Material, trim: bool) -> None:
    node = fit(material, BOTH, trim=trim)
    assert node.number is not None
    assert 0 < node.number <= 100
    met = all(not one.gap for one in competencies_of(node))
    assert (node.value == 100) == met


@given(people(), st.randoms(use_true_random=False))
def test_the_order_of_raters_does_not_matter(material: Material, chance: Any) -> None:
    shuffled = tuple(chance.sample(material.answers, len(material.answers)))
    settings = ("sesuai", "competency_fit", {"instrument": "umpan_balik", "from": BOTH})
    other = replace(material, answers=shuffled)
    assert canonical(score(other, settings)) == canonical(score(material, settings))


@given(people(), st.data(), st.booleans())
def test_a_higher_answer_never_lowers_the_fit(
    material: Material, data: st.DataObject, trim: bool
) -> None:
    place = data.draw(st.integers(0, len(material.answers) - 1))
    raised: list[Answer] = list(material.answers)
    raised[place] = replace(raised[place], value=data.draw(st.sampled_from((5, 6))) * Fraction(1))
    before = fit(material, BOTH, trim=trim).number
    after = fit(replace(material, answers=tuple(raised)), BOTH, trim=trim).number
    assert before is not None
    assert after is not None
    assert after >= before


@given(people(), st.sampled_from("abc"))
def test_a_higher_standard_never_raises_the_fit(material: Material, key: str) -> None:
    known = material.standards["umpan_balik"]
    if key in known:
        raised = {**known, key: replace(known[key], value=known[key].value + 1)}
        higher = fit(replace(material, standards={"umpan_balik": raised}), BOTH).number
        assert (higher or 0) <= (fit(material, BOTH).number or 0)
