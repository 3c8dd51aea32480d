"""The rule on gaps: at, above and below its limit, exact, and never without a comparison."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from kinerja_flow.rules import RULES, Ask
from kinerja_flow.scoring import Answer, Material, Required
from tests.engine.facts import facts, work
from tests.scoring.build import SCALES, steps

STEP = ("sesuai", "competency_fit", {"instrument": "umpan_balik", "from": ["peer"]})


def blocked(least: Any, *marks: str, required: int | None = 4) -> list[str]:
    """What the rule says of somebody of whom level 4 is required and these marks were given."""
    answers = tuple(Answer("umpan_balik", "peer", "a", Fraction(mark)) for mark in marks)
    standards = {"a": Required("4", "angka", Fraction(required))} if required else {}
    material = Material(
        answers=answers,
        criteria={"umpan_balik": ("a",)},
        standards={"umpan_balik": standards},
        scales=SCALES,
    )
    of = facts("told")
    definition = replace(of.definition, scoring=steps(STEP))
    of = replace(of, definition=definition, groups={**of.groups, "material": material})
    action = next(iter(work().root.actions.values()))
    params = {"node": "sesuai", "least": Fraction(least)}
    return [one.rule for one in RULES["has_gap"].blockers(Ask(of, action), params)]


@pytest.mark.parametrize(
    ("least", "marks", "holds"),
    [
        (1, ["3"], True),
        (1, ["2"], True),
        (1, ["4"], False),
        (1, ["5"], False),
        # exact: two thirds are less than 0.67 and more than 0.66
        ("0.66", ["3", "3", "4"], True),
        ("0.67", ["3", "3", "4"], False),
        ("2/3", ["3", "3", "4"], True),
        # however little, but something
        (0, ["4", "4", "3"], True),
        (0, ["4"], False),
        (0, [], False),
    ],
)
def test_a_gap_counts_from_its_limit_on(least: Any, marks: list[str], holds: bool) -> None:
    assert blocked(least, *marks) == ([] if holds else ["has_gap"])


def test_without_a_standard_there_is_no_gap() -> None:
    assert blocked(0, "1", required=None) == ["has_gap"]
