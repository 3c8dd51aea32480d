"""What people decide: judgements beside suggestions, overrides, conditions, vetoes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from kinerja_flow.scoring import Material, Score
from tests.scoring.build import NUMBER, Row, indicator, item, last, number, said, score

SUGGESTED: Row = (
    "saran",
    "bands",
    {"of": "angka", "bands": [{"level": "sesuai", "from": 90}, {"level": "di_bawah"}]},
)
JUDGED: Row = (
    "hasil_kerja",
    "judgement",
    {"field": "hasil", "scale": "ekspektasi", "suggestion": "saran"},
)


def judged(achieved: int | None, **given: Any) -> Score:
    plan = (item("a", indicator(achieved)),)
    return score(replace(said(**given), plan=plan), NUMBER, SUGGESTED, JUDGED)


@pytest.mark.parametrize(
    ("achieved", "given", "level", "lacks"),
    [
        (95, {"hasil": "sesuai"}, "sesuai", []),
        (95, {}, None, ["judgement"]),
        (None, {}, None, ["judgement"]),
        (None, {"hasil": "sesuai"}, "sesuai", []),
        (95, {"hasil": "di_bawah"}, None, ["reason"]),
        (95, {"hasil": "di_bawah", "reason": True}, "di_bawah", []),
        (95, {"hasil": "luar_biasa"}, None, ["level"]),
    ],
)
def test_a_person_chooses_and_a_suggestion_only_suggests(
    achieved: int | None, given: dict[str, Any], level: str | None, lacks: list[str]
) -> None:
    found = judged(achieved, **given)
    assert found.level == level
    assert [one.code for one in found.pending] == lacks


def test_a_judgement_keeps_what_was_suggested_and_by_which_act_it_was_made() -> None:
    node = judged(95, hasil="di_bawah", reason=True).nodes["hasil_kerja"]
    assert node.inputs == {
        "stated": "di_bawah",
        "action": "menilai",
        "seq": 7,
        "reason": "a" * 64,
        "suggested:saran": "sesuai",
    }
    assert node.sentence.id == (
        'Dipilih Di bawah ekspektasi melalui tindakan "menilai". '
        "Saran: Sesuai ekspektasi; alasan untuk memilih lain tercatat."
    )


def test_a_level_that_is_a_number_may_come_as_one() -> None:
    rule: Row = ("nilai", "judgement", {"field": "nilai", "scale": "angka"})
    assert score(said(nilai=Fraction(4)), rule).level == "4"
    assert score(said(nilai=Fraction(9, 2)), rule).level is None


OVERRIDE: Row = ("akhir", "override", {"of": "angka", "field": "nilai_akhir"})


@pytest.mark.parametrize(
    ("achieved", "given", "value", "lacks"),
    [
        (95, {}, 95, []),
        (95, {"nilai_akhir": Fraction(80), "reason": True}, 80, []),
        (95, {"nilai_akhir": Fraction(0), "reason": True}, 0, []),
        (95, {"nilai_akhir": Fraction(80)}, None, ["reason"]),
        (95, {"nilai_akhir": Fraction(95)}, 95, []),
        (None, {}, None, ["realisation"]),
        (None, {"nilai_akhir": Fraction(80), "reason": True}, 80, []),
    ],
)
def test_an_override_needs_a_reason(
    achieved: int | None, given: dict[str, Any], value: int | None, lacks: list[str]
) -> None:
    plan = (item("a", indicator(achieved)),)
    found = score(replace(said(**given), plan=plan), NUMBER, OVERRIDE)
    assert found.value == value
    assert [one.code for one in found.pending] == lacks


def test_an_override_keeps_both_values() -> None:
    given = replace(said(nilai_akhir=Fraction(161, 2), reason=True), plan=number(95).plan)
    node = last(given, NUMBER, OVERRIDE)
    assert (node.inputs["replaced"], node.inputs["stated"]) == ("95", "161/2")
    assert node.sentence.en == (
        'Angka was changed from 95 to 80.5 through the action "menilai"; the reason is on record.'
    )


def test_an_override_of_a_level_takes_a_level() -> None:
    rule: Row = ("akhir", "override", {"of": "hasil_kerja", "field": "akhir"})
    steps = (("hasil_kerja", "judgement", {"field": "hasil", "scale": "ekspektasi"}), rule)
    given = said(hasil="sesuai", akhir="di_atas", reason=True)
    assert score(given, *steps).level == "di_atas"
    unknown = score(said(hasil="sesuai", akhir="luar_biasa", reason=True), *steps)
    assert [one.code for one in unknown.pending] == ["level"]


def test_a_number_is_not_replaced_by_a_level() -> None:
    given = replace(said(nilai_akhir="baik", reason=True), plan=number(95).plan)
    found = score(given, NUMBER, OVERRIDE)
    assert (found.value, [one.code for one in found.pending]) == (None, ["level"])


RATED: Row = ("nilai", "judgement", {"field": "nilai", "scale": "predikat"})


def condition(**rest: Any) -> Row:
    levels = {"level": "sangat_baik", "else_level": "baik"}
    return ("predikat", "requires_condition", {"of": "nilai", "needs": "inovasi", **levels, **rest})


@pytest.mark.parametrize(
    ("given", "rest", "expected"),
    [
        ({"nilai": "sangat_baik", "inovasi": True}, {}, "sangat_baik"),
        ({"nilai": "sangat_baik", "inovasi": "true"}, {}, "sangat_baik"),
        ({"nilai": "sangat_baik", "inovasi": Fraction(2)}, {}, "sangat_baik"),
        ({"nilai": "sangat_baik", "inovasi": "nasional"}, {"one_of": ["nasional"]}, "sangat_baik"),
        ({"nilai": "sangat_baik", "inovasi": False}, {}, "baik"),
        ({"nilai": "sangat_baik", "inovasi": "false"}, {}, "baik"),
        ({"nilai": "sangat_baik", "inovasi": Fraction(0)}, {}, "baik"),
        ({"nilai": "sangat_baik", "inovasi": "lokal"}, {"one_of": ["nasional"]}, "baik"),
        ({"nilai": "sangat_baik"}, {}, None),
        ({"nilai": "sangat_baik"}, {"required": False}, "baik"),
        ({"nilai": "cukup"}, {}, "cukup"),
        ({"nilai": "cukup", "inovasi": True}, {}, "cukup"),
        ({"inovasi": True}, {}, None),
    ],
)
def test_a_level_stands_only_where_its_condition_holds(
    given: dict[str, Any], rest: dict[str, Any], expected: str | None
) -> None:
    found = score(said(**given), RATED, condition(**rest))
    assert found.level == expected
    assert bool(found.pending) == (expected is None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"nilai": "baik", "hukuman": True}, "kurang"),
        ({"nilai": "sangat_kurang", "hukuman": True}, "sangat_kurang"),
        ({"nilai": "kurang", "hukuman": True}, "kurang"),
        ({"nilai": "baik", "hukuman": False}, "baik"),
        ({"nilai": "baik"}, "baik"),
        ({"hukuman": True}, None),
    ],
)
def test_a_veto_only_lowers(given: dict[str, Any], expected: str | None) -> None:
    settings = {"of": "nilai", "when": "hukuman", "at_most": "kurang", "scale": "predikat"}
    assert score(said(**given), RATED, ("predikat", "veto", settings)).level == expected


def test_a_veto_leaves_a_level_that_its_scale_lacks_open() -> None:
    apart = ("predikat", "bands", {"of": "angka", "bands": [{"level": "asing"}]})
    settings = {"of": "predikat", "when": "hukuman", "at_most": "kurang", "scale": "predikat"}
    given = replace(said(hukuman=True), plan=number(90).plan)
    found = score(given, NUMBER, apart, ("batas", "veto", settings))
    assert found.nodes["batas"].value is None
    assert [missing.code for missing in found.pending] == ["level"]


def test_110_without_an_innovation_is_baik() -> None:
    bands = [{"level": "sangat_baik", "from": 110}, {"level": "baik", "from": 90}]
    steps = (NUMBER, ("nilai", "bands", {"of": "angka", "bands": bands}), condition())
    given = replace(said(inovasi=False), plan=number(115).plan)
    node = last(given, *steps)
    assert node.level == "baik"
    assert node.sentence.id == (
        'Nilai adalah Sangat Baik, tetapi syarat "inovasi" tidak terpenuhi, sehingga menjadi Baik.'
    )


def test_nothing_stated_at_all_leaves_everything_open() -> None:
    found = score(Material(scales=said().scales), RATED, condition())
    assert [(one.node, one.code) for one in found.pending] == [("nilai", "judgement")]
