"""The result of a year from its segments: by months, the longest, the last; skipped, or pending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow.scoring import (
    Answer,
    Material,
    Node,
    Required,
    Score,
    Span,
    canonical,
    evaluate,
    rests_on,
)
from kinerja_flow.scoring.node import NUMBER
from kinerja_flow.scoring.segments import WAYS
from kinerja_flow.workflow import vocabulary
from tests.scoring.build import NUMBER as AMOUNT
from tests.scoring.build import SCALES, Row, indicator, item, said, score
from tests.scoring.spans import YEAR, level_of, segment, splits, touching
from workflows import check, parse

PARTS = Path(__file__).parents[1] / "templates" / "parts.yaml"
HALVES = touching([date(2026, 7, 1)])
#: Five months, two, and five.
THREE = touching([date(2026, 6, 1), date(2026, 8, 1)])
LEVEL: Row = ("hasil", "judgement", {"field": "hasil", "scale": "ekspektasi"})

OF_TEAM = {"instrument": "asesmen", "from": ["tim"]}
CRITERIA = {"asesmen": ("integritas",)}


def amount(value: int | Fraction) -> Score:
    return evaluate_amount(Material(plan=(item("a", indicator(str(value))),), scales=SCALES))


def evaluate_amount(material: Material) -> Score:
    return score(material, AMOUNT)


def combined(by: str, **settings: Any) -> Row:
    return ("tahun", "segments", {"of": "hasil", "by": by, **settings})


def of_levels(
    levels: Sequence[str | None], spans: Sequence[Span], own: int = -1, **more: Any
) -> Material:
    """A year in these segments; the one at `own` is being judged."""
    rows = []
    for place, (key, span) in enumerate(zip(levels, spans, strict=True)):
        is_own = place == own % len(spans)
        rows.append(segment(span, level_of(key) if key and not is_own else None, own=is_own))
    mine = levels[own]
    known = said(hasil=mine) if mine else said()
    return replace(known, segments=tuple(rows), **more)


def node(material: Material, by: str, **settings: Any) -> Node:
    found = score(material, LEVEL, combined(by, **settings)).tree
    assert found
    return found


@given(splits(), st.lists(st.integers(0, 120), min_size=6, max_size=6), st.randoms())
def test_by_months_is_the_exact_mean_in_whatever_order(
    cuts: list[date], values: list[int], chance: Any
) -> None:
    spans = touching(cuts)
    rows = [segment(span, amount(v)) for span, v in zip(spans[:-1], values, strict=False)]
    rows.append(segment(spans[-1], own=True))
    mine = values[len(spans) - 1]
    material = Material(
        plan=(item("a", indicator(str(mine))),), scales=SCALES, segments=tuple(rows)
    )
    how: Row = ("tahun", "segments", {"of": "angka", "by": "months"})
    found = score(material, AMOUNT, how)
    months = zip(spans, values, strict=False)
    total = sum((span.months * value for span, value in months), Fraction(0))
    assert found.value == total / 12
    chance.shuffle(rows)
    shuffled = replace(material, segments=tuple(rows))
    assert canonical(score(shuffled, AMOUNT, how)) == canonical(found)


def test_with_one_segment_the_node_equals_the_other_and_says_so() -> None:
    for segments in ((), (segment(YEAR, own=True),)):
        found = node(replace(said(hasil="sesuai"), segments=segments), "longest")
        assert found.level == "sesuai"
        assert "Tidak ada perpindahan jabatan" in found.sentence.id


def test_the_longest_decides_and_of_equally_long_ones_the_later() -> None:
    assert node(of_levels(["di_atas", "sesuai"], HALVES), "longest").level == "sesuai"
    five = touching([date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)])
    levels = ["di_atas", "sesuai", "sesuai", "sesuai", "di_bawah"]
    assert node(of_levels(levels, five), "longest").level == "di_atas"
    equal = [Span(date(2026, 1, 1), date(2026, 1, 10)), Span(date(2026, 1, 11), date(2026, 1, 20))]
    assert node(of_levels(["di_atas", "di_bawah"], equal), "longest").level == "di_bawah"


def test_an_earlier_segment_shows_its_own_and_whose_result_is_the_years() -> None:
    material = of_levels(["di_atas", "sesuai", "di_bawah"], THREE, own=1)
    found = node(material, "longest")
    assert found.level == "sesuai"
    assert "hasil segmen 2 dari 3" in found.sentence.id
    assert "the last segment" in found.sentence.en


def test_a_segment_that_counts_and_has_no_result_is_named_and_waited_for() -> None:
    material = of_levels([None, "sesuai", "di_bawah"], THREE)
    found = node(material, "longest", skip_below_days=0)
    assert found.level == "di_bawah"  # five months of 153 days against 151
    assert not found.lacks
    only = replace(material, segments=(segment(THREE[0]), *material.segments[1:]))
    waited = score(only, LEVEL, ("tahun", "segments", {"of": "hasil", "by": "last"}))
    assert waited.level == "di_bawah"
    long_first = touching([date(2026, 10, 1)])
    held = score(of_levels([None, "sesuai"], long_first), LEVEL, combined("longest"))
    assert held.level is None
    [lack] = held.pending
    assert (lack.code, "Segmen 1, 1 Januari 2026" in lack.sentence.id) == ("segment_result", True)


def test_a_segment_delivered_without_a_value_that_nothing_required_holds_no_year_up() -> None:
    fit: Row = ("cocok", "competency_fit", OF_TEAM | {"standard_required": False})
    year = {way: (fit, ("tahun", "segments", {"of": "cocok", "by": way})) for way in WAYS}
    none = Material(scales=SCALES, criteria=CRITERIA)
    earlier, own = segment(HALVES[0], score(none, fit)), segment(HALVES[1], own=True)
    both = {way: score(replace(none, segments=(earlier, own)), *year[way]) for way in WAYS}
    assert all(found.value is None and not found.pending for found in both.values())
    required = Required("3", "angka", Fraction(3))
    mine = replace(
        none,
        standards={"asesmen": {"integritas": required}},
        answers=(Answer("asesmen", "tim", "integritas", Fraction(3)),),
        segments=(earlier, own),
    )
    for way in WAYS:
        found = score(mine, *year[way])
        assert (found.value, found.pending) == (100, ())
    tree = score(mine, *year["months"]).tree
    assert tree is not None
    assert [part.number for part in tree.parts] == [None, 100]
    assert "holds no such value" in tree.parts[0].sentence.en


def test_the_own_segment_is_waited_for_too() -> None:
    held = score(of_levels(["sesuai", None], HALVES), LEVEL, combined("longest"))
    assert held.level is None
    assert [lack.code for lack in held.pending] == ["judgement"]


@pytest.mark.parametrize(
    ("least", "kinds", "level", "said_so"),
    [
        (0, ["tugas_belajar"], "di_bawah", "Dari 3 segmen"),
        (150, [], "di_bawah", "61 hari dikurangi 0 hari"),
        (152, [], "di_bawah", "151 hari dikurangi 0 hari"),
        (150, ["tugas_belajar"], "di_atas", "153 hari dikurangi 153 hari"),
        (150, ["cuti"], "di_bawah", "151 hari dikurangi 31 hari"),
        (400 - 40, [], "di_bawah", "semuanya ikut dihitung"),
    ],
)
def test_short_segments_are_left_out_with_the_reason(
    least: int, kinds: list[str], level: str, said_so: str
) -> None:
    away = (
        ("tugas_belajar", Span(date(2026, 8, 1), date(2027, 3, 1))),
        ("tugas_belajar", Span(date(2026, 9, 1), date(2026, 9, 30))),
        ("cuti", Span(date(2026, 1, 1), date(2026, 1, 31))),
    )
    material = of_levels(["di_atas", "sesuai", "di_bawah"], THREE, absences=away)
    found = node(material, "longest", skip_below_days=least, skip_absences=kinds)
    assert found.level == level
    texts = [found.sentence.id, *(part.sentence.id for part in found.parts)]
    assert any(said_so in text for text in texts), texts


def test_a_skipped_segment_needs_no_result_and_own_may_be_skipped() -> None:
    away = (("tugas_belajar", THREE[2]),)
    material = of_levels(["di_atas", None, None], THREE, absences=away)
    how = combined("last", skip_below_days=62, skip_absences=["tugas_belajar"])
    found = score(material, LEVEL, how)
    assert found.level == "di_atas"
    assert found.pending == ()


def test_it_tells_which_results_it_rests_on() -> None:
    found = score(of_levels(["di_atas", "sesuai", "di_bawah"], THREE), LEVEL, combined("last"))
    assert rests_on(found) == [("2026-01-01", 1), ("2026-06-01", 1)]
    assert rests_on(amount(3)) == []


def test_the_explanation_holds_periods_and_no_names() -> None:
    found = node(of_levels(["di_atas", "sesuai"], HALVES), "last")
    inputs: Mapping[str, Any] = found.parts[0].inputs
    assert (inputs["from"], inputs["until"]) == ("2026-01-01", "2026-06-30")
    assert inputs["months"] == "6"
    assert set(inputs) == {"case", "result", "from", "until", "days", "absent", "months"}


def test_a_part_of_another_kind_counts_as_no_result() -> None:
    rows = (segment(HALVES[0], amount(80)), segment(HALVES[1], own=True))
    found = node(replace(said(hasil="sesuai"), segments=rows), "last")
    assert found.level == "sesuai"
    assert found.parts[0].value is None
    assert found.kind != NUMBER
    assert evaluate([], Material()).tree is None


@pytest.mark.parametrize(("by", "problems"), [("months", ["number_needed"]), ("last", [])])
def test_a_template_that_weighs_levels_by_months_is_refused(by: str, problems: list[str]) -> None:
    source = PARTS.read_text(encoding="utf-8").replace("by: longest", f"by: {by}")
    _, found = check(parse(source), vocabulary())
    assert [problem.code for problem in found] == problems


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("by: longest", "by: shortest", "not_one_of"),
        ("skip_below_days: 20", "skip_below_days: 400", "out_of_range"),
        ("[tugas_belajar]", "[libur]", "not_one_of"),
        ("of: hasil", "of: bulan", "unknown_node"),
        ("every: month", "every: week", "not_one_of"),
        ("machine: checkpoint, field", "machine: appraisal, field", "unknown_child_machine"),
        ("how: months", "how: median", "not_one_of"),
        ("{days: 7, from: period}, on_due", "{days: 7, from: launch}, on_due", "not_one_of"),
    ],
)
def test_what_is_misspelled_is_told_in_its_place(old: str, new: str, code: str) -> None:
    source = PARTS.read_text(encoding="utf-8").replace(old, new)
    _, found = check(parse(source), vocabulary())
    assert code in [problem.code for problem in found]


def test_a_segment_falls_away_only_in_a_machine_that_hangs_on_another() -> None:
    source = PARTS.read_text(encoding="utf-8").replace(
        "by: [reviewer]}", "by: [reviewer], does: [cancel_period]}"
    )
    _, found = check(parse(source), vocabulary())
    assert "only_in_child" in [problem.code for problem in found]
