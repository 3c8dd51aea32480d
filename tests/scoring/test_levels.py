"""From numbers to numbers and levels: maps, sums, bands, the matrix."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError

from kinerja_flow.scoring import Material, evaluate
from tests.scoring.build import (
    NUMBER,
    SCALES,
    Row,
    answers,
    indicator,
    item,
    last,
    number,
    params,
    q,
    said,
    score,
    steps,
)

PP30: list[dict[str, Any]] = [
    {"level": "sangat_baik", "from": 110},
    {"level": "baik", "from": 90},
    {"level": "cukup", "from": 70},
    {"level": "kurang", "from": 50},
    {"level": "sangat_kurang"},
]
CITIZENS = [
    {"level": "A", "from": Decimal("88.31")},
    {"level": "B", "from": Decimal("76.61")},
    {"level": "C", "from": 65},
    {"level": "D", "from": 25},
]


def level_of(value: str, bands: Any, **rest: Any) -> str | None:
    return last(
        number(value), NUMBER, ("hasil", "bands", {"of": "angka", "bands": bands, **rest})
    ).level


@pytest.mark.parametrize(
    ("value", "bands", "rest", "expected"),
    [
        ("120", PP30, {}, "sangat_baik"),
        ("110", PP30, {}, "sangat_baik"),
        ("109.99", PP30, {}, "baik"),
        ("109.9999999999999999999", PP30, {}, "baik"),
        ("90", PP30, {}, "baik"),
        ("89.995", PP30, {}, "cukup"),
        ("70", PP30, {}, "cukup"),
        ("69.99", PP30, {}, "kurang"),
        ("50", PP30, {}, "kurang"),
        ("49.99", PP30, {}, "sangat_kurang"),
        ("0", PP30, {}, "sangat_kurang"),
        ("109.99", list(reversed(PP30)), {}, "baik"),
        # a limit of 100 does not let 100.9 pass below it
        ("100.9", [{"level": "lebih", "from": Decimal("100.5")}, {"level": "pas"}], {}, "lebih"),
        ("100", [{"level": "lebih", "from": Decimal("100.5")}, {"level": "pas"}], {}, "pas"),
        ("100.9", [{"level": "lulus", "from": 101}, {"level": "tidak"}], {}, "tidak"),
        # rounding only where the regulation states its bands at fixed places
        ("88.305", CITIZENS, {"round": 2}, "A"),
        ("88.305", CITIZENS, {}, "B"),
        ("88.3049", CITIZENS, {"round": 2}, "B"),
        ("76.605", CITIZENS, {"round": 2}, "B"),
        ("64.99", CITIZENS, {"round": 2}, "D"),
        ("24.99", CITIZENS, {"round": 2}, None),
        ("24.995", CITIZENS, {"round": 2}, "D"),
        ("89.5", PP30, {"round": 0}, "baik"),
    ],
)
def test_a_band_is_reached_exactly_or_not(
    value: str, bands: Any, rest: Any, expected: str | None
) -> None:
    assert level_of(value, bands, **rest) == expected


def test_a_number_below_every_band_is_pending_and_says_so() -> None:
    found = score(number("24.99"), NUMBER, ("mutu", "bands", {"of": "angka", "bands": CITIZENS}))
    assert found.level is None
    assert [one.code for one in found.pending] == ["band"]


def test_a_number_just_under_a_limit_is_not_shown_as_the_limit() -> None:
    node = last(number("89.9999"), NUMBER, ("hasil", "bands", {"of": "angka", "bands": PP30}))
    assert node.sentence.id == (
        "Angka sebesar 89,9999 berarti Cukup. Batas 70 tercapai. Batas 90 belum tercapai."
    )


def test_a_rounding_is_a_node_of_its_own() -> None:
    rule: Row = ("mutu", "bands", {"of": "angka", "bands": CITIZENS, "round": 2})
    node = last(number("88.305"), NUMBER, rule)
    (rounding,) = node.parts
    assert (rounding.rule, rounding.value) == ("bands/round", q("88.31"))
    assert rounding.inputs == {"places": 2, "of": "17661/200"}
    assert [part.name for part in rounding.parts] == ["angka"]


def test_a_band_has_the_text_that_the_template_gives_it() -> None:
    bands = [{"level": "A", "label": {"id": "Sangat baik", "en": "Excellent"}}]
    node = last(number("5"), NUMBER, ("mutu", "bands", {"of": "angka", "bands": bands}))
    assert (node.shown.id, node.shown.en) == ("Sangat baik", "Excellent")


@pytest.mark.parametrize(
    "bands",
    [
        [],
        [{"level": "a", "from": 1}, {"level": "b", "from": 1}],
        [{"level": "a"}, {"level": "b"}],
        [{"from": 1}],
        [{"level": "a", "from": "1"}],
        [{"level": "", "from": 1}],
    ],
)
def test_bands_that_cannot_be_meant_are_refused(bands: Any) -> None:
    with pytest.raises(ValidationError):
        params("bands", {"of": "angka", "bands": bands}, ("angka",))


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (1, [1, 5], [0, 100], "0"),
        (5, [1, 5], [0, 100], "100"),
        (4, [1, 5], [0, 100], "75"),
        (2, [1, 4], [25, 100], "50"),
        (0, [0, 3], [50, 120], "50"),
        (1, [0, 3], [0, 100], "100/3"),
        (2, [1, 5], [5, 1], "4"),
    ],
)
def test_a_scale_is_mapped_on_a_straight_line(
    value: int, source: Any, target: Any, expected: str
) -> None:
    settings = {"of": "angka", "from": source, "to": target}
    node = last(number(value), NUMBER, ("x", "scale_map", settings))
    assert node.value == q(expected)


def test_the_citizens_index_reaches_100_with_nine_elements() -> None:
    given = answers({"citizen": {f"u{n}": [4, 4] for n in range(1, 10)}})
    node = last(
        given,
        ("rata", "answers_mean", {"instrument": "umpan_balik", "from": ["citizen"]}),
        ("ikm", "scale_map", {"of": "rata", "from": [1, 4], "to": [25, 100]}),
        ("mutu", "bands", {"of": "ikm", "bands": CITIZENS, "round": 2}),
    )
    assert (node.level, node.parts[0].number) == ("A", q(100))


@pytest.mark.parametrize(("ends", "to"), [([1, 1], [0, 1]), ([1], [0, 1]), ([1, 2], [0, 1, 2])])
def test_a_scale_needs_two_ends(ends: Any, to: Any) -> None:
    with pytest.raises(ValidationError):
        params("scale_map", {"of": "angka", "from": ends, "to": to}, ("angka",))


def parts(first: int | None, second: int | None) -> Material:
    rows = (indicator(first, id="a"), indicator(second, id="b"))
    plan = (item("utama", rows[0]), item("tambahan", rows[1], section="tambahan"))
    return Material(plan=plan, scales=SCALES)


BOTH: tuple[Row, Row] = (
    ("utama", "plan_achievement", {"section": "utama"}),
    ("tambahan", "plan_achievement", {"section": "tambahan"}),
)


@pytest.mark.parametrize(
    ("first", "second", "settings", "expected"),
    [
        (100, 90, {"of": {"utama": 70, "tambahan": 30}}, "97"),
        (100, 90, {"of": {"utama": 60, "tambahan": 40}}, "96"),
        (100, 0, {"of": {"utama": Decimal("99.99"), "tambahan": Decimal("0.01")}}, "99.99"),
        (100, 90, {"of": ["utama", "tambahan"]}, "95"),
        (0, 0, {"of": {"utama": 70, "tambahan": 30}}, "0"),
        (100, None, {"of": {"utama": 70, "tambahan": 30}}, None),
        (100, None, {"of": {"utama": 70, "tambahan": 30}, "optional": ["tambahan"]}, "100"),
        (None, 90, {"of": {"utama": 70, "tambahan": 30}, "optional": ["tambahan"]}, None),
        (None, None, {"of": ["utama", "tambahan"], "optional": ["utama", "tambahan"]}, None),
        (100, None, {"of": {"utama": 0, "tambahan": 100}, "optional": ["tambahan"]}, None),
    ],
)
def test_numbers_are_put_together_by_weight(
    first: int | None, second: int | None, settings: Any, expected: str | None
) -> None:
    found = score(parts(first, second), *BOTH, ("hasil", "weighted_sum", settings))
    assert found.value == (None if expected is None else q(expected))
    assert bool(found.pending) == (expected is None)


def test_the_sum_is_written_out() -> None:
    rule: Row = ("hasil", "weighted_sum", {"of": {"utama": 70, "tambahan": 30}})
    node = last(parts(100, 91), *BOTH, rule)
    assert node.sentence.id == "Gabungan menurut bobot: (70 × 100 + 30 × 91) / 100 = 97,3."
    assert node.sentence.en == "Put together by weight: (70 × 100 + 30 × 91) / 100 = 97.3."


@pytest.mark.parametrize(
    "weights", [{"utama": 60, "tambahan": Decimal("39.99")}, {"utama": Decimal("100.01")}, {}, []]
)
def test_weights_that_miss_100_by_a_hundredth_are_refused(weights: Any) -> None:
    with pytest.raises(ValidationError):
        params("weighted_sum", {"of": weights}, ("utama", "tambahan"))


def test_only_what_has_a_share_can_be_optional() -> None:
    with pytest.raises(ValidationError):
        params("weighted_sum", {"of": ["utama"], "optional": ["tambahan"]}, ("utama", "tambahan"))


CELLS = {
    "di_atas": {"di_bawah": "kurang", "sesuai": "baik", "di_atas": "sangat_baik"},
    "sesuai": {"di_bawah": "kurang", "sesuai": "baik", "di_atas": "baik"},
    "di_bawah": {
        "di_bawah": "sangat_kurang",
        "sesuai": "butuh_perbaikan",
        "di_atas": "butuh_perbaikan",
    },
}
RATED: tuple[Row, Row] = (
    ("hasil_kerja", "judgement", {"field": "hasil", "scale": "ekspektasi"}),
    ("perilaku", "judgement", {"field": "perilaku", "scale": "ekspektasi"}),
)
MATRIX: Row = ("predikat", "matrix", {"rows": "hasil_kerja", "columns": "perilaku", "cells": CELLS})


@pytest.mark.parametrize(
    ("results", "behaviour", "expected"),
    [(row, column, level) for row, cells in CELLS.items() for column, level in cells.items()],
)
def test_two_ratings_meet_in_the_matrix(results: str, behaviour: str, expected: str) -> None:
    found = score(said(hasil=results, perilaku=behaviour), *RATED, MATRIX)
    assert found.level == expected
    assert found.pending == ()


def test_the_matrix_waits_for_both_ratings() -> None:
    found = score(said(hasil="sesuai"), *RATED, MATRIX)
    assert found.level is None
    assert [one.subject for one in found.pending] == ["perilaku"]


def test_the_matrix_speaks_both_languages() -> None:
    node = last(said(hasil="sesuai", perilaku="di_atas"), *RATED, MATRIX)
    assert node.sentence.id == (
        "Hasil kerja: Sesuai ekspektasi; Perilaku: Di atas ekspektasi. Keduanya menghasilkan Baik."
    )
    assert node.sentence.en == (
        "Hasil kerja: As expected; Perilaku: Above expectation. Together they give Good."
    )


def test_a_pair_without_a_cell_is_pending() -> None:
    settings = {**MATRIX[2], "cells": {"di_atas": {"di_atas": "baik"}}}
    found = score(said(hasil="sesuai", perilaku="sesuai"), *RATED, ("predikat", "matrix", settings))
    assert [(one.code, one.subject) for one in found.pending] == [("cell", "sesuai.sesuai")]


@pytest.mark.parametrize("cells", [{}, {"a": {}}, {"a": {"x": "l"}, "b": {"y": "l"}}])
def test_a_matrix_with_gaps_is_refused(cells: Any) -> None:
    with pytest.raises(ValidationError):
        params("matrix", {"rows": "a", "columns": "b", "cells": cells}, ("a", "b"))


def test_a_step_cannot_be_made_from_one_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="no earlier scoring step is named 'angka'"):
        evaluate(steps(NUMBER, ("x", "weighted_sum", {"of": ["angka"]}))[1:], number(5))


def test_a_rule_for_numbers_refuses_a_level() -> None:
    rule: Row = ("x", "scale_map", {"of": "hasil_kerja", "from": [0, 1], "to": [0, 2]})
    with pytest.raises(ValueError, match="'hasil_kerja' is a level, not a number"):
        score(said(hasil="sesuai"), *RATED, rule)


def test_bands_that_only_show_a_ground_hold_nothing_up() -> None:
    shown: dict[str, Any] = {"of": "angka", "bands": CITIZENS}
    nobody: Row = ("angka", "answers_mean", {"instrument": "survei", "from": ["citizen"]})
    assert score(Material(), nobody, ("mutu", "bands", shown)).nodes["mutu"].lacks
    aside = score(Material(), nobody, ("mutu", "bands", {**shown, "required": False}))
    found = aside.nodes["mutu"]
    assert (found.value, found.lacks) == (None, ())
    assert found.missing
    assert aside.pending == ()
