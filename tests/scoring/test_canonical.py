"""The JSON of a score: exact, stable to the byte, and small however steps are shared."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from kinerja_flow.scoring import Score, canonical, digest, evaluate, from_json, to_json
from tests.scoring.build import NUMBER, Row, answers, indicator, item, number, said, score, steps
from tests.scoring.test_levels import MATRIX, RATED

STEPS: tuple[Row, ...] = (
    ("capaian", "plan_achievement", {}),
    (
        "rekan",
        "answers_mean",
        {"instrument": "umpan_balik", "from": ["peer"], "minimum": {"peer": 3}},
    ),
    ("rekan_120", "scale_map", {"of": "rekan", "from": [1, 5], "to": [0, 120]}),
    (
        "angka",
        "weighted_sum",
        {"of": {"capaian": 70, "rekan_120": 30}, "optional": ["rekan_120"]},
    ),
    ("akhir", "override", {"of": "angka", "field": "akhir"}),
    *RATED,
    MATRIX,
)
PLAN = (item("a", indicator(1, 3), weight=3), item("b", indicator(99), weight=4))
WHOLE = replace(
    answers({"peer": {"a": [3, 4, 4], "b": [5, 5]}}),
    plan=PLAN,
    statements=said(reason=True, akhir=Fraction(85), hasil="sesuai", perilaku="di_atas").statements,
)


def test_the_same_material_gives_the_same_bytes() -> None:
    made = steps(*STEPS)
    assert canonical(evaluate(made, WHOLE)) == canonical(evaluate(steps(*STEPS), WHOLE))


def test_a_change_of_what_is_computed_or_said_shows_here() -> None:
    """Where arithmetic changes it, the rule gets a new version; a sentence may be reworded."""
    assert digest(score(WHOLE, *STEPS)) == DIGEST


DIGEST = "44c55106a0fd2e3a82e08294ad384ac8aa1e4e88cd4c30875128570849427ef4"


def test_a_score_reads_back_as_it_was() -> None:
    found = score(WHOLE, *STEPS)
    again = from_json(json.loads(canonical(found)))
    assert canonical(again) == canonical(found)
    assert (again.value, again.level, again.pending) == (found.value, found.level, found.pending)
    assert again.tree == found.tree
    assert again.nodes["angka"].parts[0] is again.nodes["capaian"]


def test_the_order_of_keys_does_not_matter() -> None:
    found = score(WHOLE, *STEPS)
    shuffled = json.loads(canonical(found), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert digest(from_json(shuffled)) == digest(found)


def test_a_changed_digit_is_found() -> None:
    found = score(WHOLE, *STEPS)
    assert digest(from_json(json.loads(canonical(found).replace(b'"85"', b'"86"', 1)))) != digest(
        found
    )


def test_numbers_are_kept_exact() -> None:
    node = next(row for row in to_json(score(WHOLE, *STEPS))["nodes"] if row["name"] == "capaian")
    assert node["value"] == str(Fraction(3 * Fraction(100, 3) + 4 * 99) / 7) == "496/7"


def test_pending_scores_read_back_too() -> None:
    found = score(number("5"), *STEPS)
    assert found.pending
    again = from_json(json.loads(canonical(found)))
    assert (again.pending, again.level) == (found.pending, None)


def test_steps_that_share_parts_stay_small() -> None:
    chain = [NUMBER]
    for place in range(200):
        before, name = chain[-1][0], f"n{place}"
        shared = {"of": [before, chain[max(0, len(chain) - 2)][0]]} if place else {"of": [before]}
        chain.append((name, "weighted_sum", shared))
    found = score(number("5"), *chain)
    assert found.value == 5
    assert len(canonical(found)) < 200_000
    assert digest(from_json(to_json(found))) == digest(found)


def test_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="form 2"):
        from_json({"form": 2, "nodes": []})


def test_a_template_without_scoring_has_an_empty_score() -> None:
    found = evaluate((), WHOLE)
    assert found == Score({})
    assert (found.value, found.level, found.tree, found.pending) == (None, None, None, ())
