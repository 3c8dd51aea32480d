"""The mean of answers: raters, criteria, relations, and groups that are too small."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from marshmallow import ValidationError

from kinerja_flow.scoring import Material, Node, to_json
from tests.scoring.build import answers, last, params, q, score

SIXTY_FORTY = {"assessor": 60, "peer": 40}
LEAST = {"minimum": {"peer": 3}}


def mean_of(given: Material, shares: Any = None, **rest: Any) -> Node:
    settings = {"instrument": "umpan_balik", "from": shares or {"peer": 100}, **rest}
    return last(given, ("umpan_balik", "answers_mean", settings))


@pytest.mark.parametrize(
    ("given", "shares", "rest", "expected"),
    [
        # one rater, several raters, several criteria
        ({"peer": {"a": [4]}}, None, {}, "4"),
        ({"peer": {"a": [4, 5]}}, None, {}, "4.5"),
        ({"peer": {"a": [1, 1, 2]}}, None, {}, "4/3"),
        ({"peer": {"a": [4, 4], "b": [1]}}, None, {}, "2.5"),
        # 0 is a score
        ({"peer": {"a": [0, 4]}}, None, {}, "2"),
        ({"peer": {"a": [0]}}, None, {}, "0"),
        # relations by weight, and a list as a plain mean
        ({"assessor": {"a": [5]}, "peer": {"a": [3, 4]}}, SIXTY_FORTY, {}, "4.4"),
        ({"assessor": {"a": [5]}, "peer": {"a": [3]}}, ["assessor", "peer"], {}, "4"),
        ({"x": {"a": [1]}, "y": {"a": [1]}, "z": {"a": [2]}}, ["x", "y", "z"], {}, "4/3"),
        # trimming from five answers on
        ({"peer": {"a": [1, 4, 4, 4, 5]}}, None, {"trim": True}, "4"),
        ({"peer": {"a": [1, 4, 4, 5]}}, None, {"trim": True}, "3.5"),
        ({"peer": {"a": [1, 1, 3, 5, 5, 5]}}, None, {"trim": True}, "3.5"),
        ({"peer": {"a": [1, 4, 4, 4, 5]}}, None, {}, "3.6"),
        # a group below its minimum enters no score, the rest counts for the whole
        ({"assessor": {"a": [5]}, "peer": {"a": [1, 1]}}, SIXTY_FORTY, LEAST, "5"),
        ({"assessor": {"a": [5]}, "peer": {"a": [1, 1, 1]}}, SIXTY_FORTY, LEAST, "3.4"),
        ({"assessor": {"a": [5]}, "peer": {}}, SIXTY_FORTY, LEAST, "5"),
        # and so does a criterion of a group
        ({"peer": {"a": [5, 5, 5], "b": [1, 1]}}, None, {"minimum": {"peer": 3}}, "5"),
        ({"peer": {"a": [5, 5, 5], "b": []}}, None, {"required": []}, "5"),
    ],
)
def test_answers_come_together(given: Any, shares: Any, rest: Any, expected: str) -> None:
    node = mean_of(answers(given), shares, **rest)
    assert node.value == q(expected)
    assert not node.lacks


@pytest.mark.parametrize(
    ("given", "shares", "rest", "code"),
    [
        ({"peer": {"a": []}}, None, {}, "answers"),
        ({"peer": {"a": [1], "b": []}}, None, {}, "criterion"),
        ({"peer": {}}, None, {}, "criteria"),
        ({"assessor": {"a": []}, "peer": {"a": [1]}}, SIXTY_FORTY, {}, "answers"),
        ({"peer": {"a": [1]}}, None, {"minimum": {"peer": 3}}, "no_answers"),
        ({"peer": {"a": [1]}}, None, {"minimum": {"peer": 3}, "required": ["peer"]}, "answers"),
        (
            {"assessor": {"a": [5]}, "peer": {"a": [1]}},
            {"assessor": 0, "peer": 100},
            {"minimum": {"peer": 2}},
            "no_answers",
        ),
    ],
)
def test_what_is_required_and_missing_leaves_it_pending(
    given: Any, shares: Any, rest: Any, code: str
) -> None:
    node = mean_of(answers(given), shares, **rest)
    assert node.value is None
    assert code in {one.code for one in node.lacks}


def test_a_left_out_group_is_said() -> None:
    given = answers({"assessor": {"a": [5]}, "peer": {"a": [1, 1]}})
    node = mean_of(given, SIXTY_FORTY, minimum={"peer": 3})
    assert "Tidak ikut dihitung: peer" in node.sentence.id
    assert "Left out: peer" in node.sentence.en
    assert [one.code for one in node.missing] == ["answers"]


def test_no_template_goes_below_the_least_count_of_an_anonymous_relation() -> None:
    given = replace(answers({"peer": {"a": [1, 1]}}), minimums={"peer": 3})
    assert mean_of(given, minimum={"peer": 1}).value is None
    assert mean_of(given).value is None


def test_a_small_group_shows_nothing_of_its_answers() -> None:
    settings = {
        "instrument": "umpan_balik",
        "from": SIXTY_FORTY,
        "minimum": {"peer": 3},
        "trim": True,
    }
    small: tuple[list[int], ...] = ([1, 2], [5], [])
    given = [answers({"assessor": {"a": [4]}, "peer": {"a": values}}) for values in small]
    texts = {
        json.dumps(to_json(score(material, ("x", "answers_mean", settings)))) for material in given
    }
    assert len(texts) == 1


def test_of_a_group_only_count_and_mean_are_kept() -> None:
    one, other = ([1, 3, 5], [3, 3, 3])
    settings = {"instrument": "umpan_balik", "from": ["peer"], "minimum": {"peer": 3}}
    first, second = (
        to_json(score(answers({"peer": {"a": values}}), ("x", "answers_mean", settings)))
        for values in (one, other)
    )
    assert first == second


def test_how_many_were_asked_is_said() -> None:
    given = replace(answers({"peer": {"a": [1, 3, 5]}}), rosters={"peer": 5})
    (group,) = mean_of(given).parts
    assert group.sentence.id == "Satu kriteria: 3. Diminta menjawab: 5 orang."


def test_answers_to_criteria_that_do_not_apply_do_not_count() -> None:
    given = replace(answers({"peer": {"a": [5], "b": [1]}}), criteria={"umpan_balik": ("a",)})
    assert mean_of(given).value == 5


@pytest.mark.parametrize(
    "settings",
    [
        {"from": {"peer": "60"}},
        {"from": {"peer": 60, "assessor": 41}},
        {"from": []},
        {"from": ["peer", "peer"]},
        {"from": ["peer"], "minimum": {"assessor": 3}},
        {"from": ["peer"], "minimum": {"peer": 0}},
        {"from": ["peer"], "required": ["assessor"]},
    ],
)
def test_parameters_that_cannot_be_meant_are_refused(settings: Any) -> None:
    with pytest.raises(ValidationError):
        params("answers_mean", {"instrument": "umpan_balik", **settings})
