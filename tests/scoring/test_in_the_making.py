"""A score in the making: what is missing is left out, and what others judge is not in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow.scoring import (
    SCORING,
    Checkpoint,
    IndicatorRow,
    Material,
    PlanRow,
    Span,
    Statement,
    evaluate,
    evaluate_running,
)
from kinerja_flow.workflow import vocabulary
from tests.scoring.build import POINTS, SCALES, Row, steps
from workflows import check, parse
from workflows.definition import Step

DATES = [(1, 1, 6, 30), (7, 1, 12, 31)]
PLAN: Row = ("capaian", "plan_achievement", {})
PERIODS: Row = (
    "berkala", "checkpoints", {"machine": "checkpoint", "field": "nilai", "scale": "angka"},
)  # fmt: skip
MAPPED: Row = ("proses", "scale_map", {"of": "berkala", "from": [1, 5], "to": [40, 120]})
TOTAL: Row = ("total", "weighted_sum", {"of": {"capaian": 70, "proses": 30}})
JUDGED: Row = ("hasil", "judgement", {"field": "hasil", "scale": "predikat"})


def followed(*rows: Row) -> tuple[Step, ...]:
    return tuple(replace(step, follows=True) for step in steps(*rows))


def material(reached: list[int | None], rated: list[int | None]) -> Material:
    """A plan of as many work results, and a year of two halves, of which some are closed."""
    plan = tuple(
        PlanRow(str(n), str(n), indicators=(IndicatorRow(str(n), str(n), target=Fraction(10),
                realisation=None if one is None else Fraction(one)),))
        for n, one in enumerate(reached)
    )  # fmt: skip
    periods = tuple(
        Checkpoint(str(n), "checkpoint", Span(date(2026, *days[:2]), date(2026, *days[2:])),
                   is_closed=one is not None,
                   statements={"nilai": Statement(Fraction(one or 1), "rate", n)})
        for n, (one, days) in enumerate(zip(rated, DATES, strict=True))
    )  # fmt: skip
    return Material(plan=plan, checkpoints=periods, scales={**SCALES, "angka": POINTS})


def test_what_is_missing_so_far_is_left_out_and_said_to_be() -> None:
    rows, so_far = followed(PLAN, PERIODS, MAPPED, TOTAL), material([5, None], [None, None])
    score = evaluate_running(rows, so_far)
    found = {name: node.value for name, node in score.nodes.items()}
    assert found == {"capaian": 50, "berkala": None, "proses": None, "total": 50}
    assert evaluate(rows, so_far).nodes["total"].value is None
    assert "Tidak ikut dihitung: 1" in score.nodes["capaian"].sentence.id


def test_a_period_counts_from_its_close_on_and_not_before() -> None:
    rows = followed(PLAN, PERIODS, MAPPED, TOTAL)
    score = evaluate_running(rows, material([10, 10], [3, None]))
    assert [score.nodes[name].value for name in ("berkala", "proses", "total")] == [3, 80, 94]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=4), st.tuples(*[st.integers(1, 5)] * 2))
def test_where_all_is_there_it_is_what_the_result_comes_to(
    reached: list[int], rated: tuple[int, int]
) -> None:
    rows, whole = followed(PLAN, PERIODS, MAPPED, TOTAL), material([*reached], [*rated])
    final = evaluate(rows, whole)
    running = evaluate_running(rows, whole)
    assert {n: one.value for n, one in running.nodes.items()} == {
        n: one.value for n, one in final.nodes.items()
    }


def test_only_what_is_followed_is_there_and_a_judgement_never() -> None:
    told = replace(material([5], [1, 1]), statements={"hasil": Statement("baik", "rate", 1)})
    assert set(evaluate_running((*followed(PLAN), *steps(JUDGED)), told).nodes) == {"capaian"}
    with pytest.raises(ValueError, match="not to be followed"):
        evaluate_running(followed(JUDGED), told)


def test_rules_that_read_what_others_say_are_not_to_be_followed() -> None:
    open_ones = {name for name, rule in SCORING.items() if rule.running is not None}
    known = {"plan_achievement", "checkpoints", "scale_map", "weighted_sum", "bands", "matrix"}
    assert open_ones >= known
    assert not open_ones & {
        "answers_mean", "competency_fit", "judgement", "override", "requires_condition", "veto",
        "segments",
    }  # fmt: skip


SMALL = (Path(__file__).parents[1] / "templates" / "small.yaml").read_text(encoding="utf-8")
HASIL = "{node: hasil, label: {id: Hasil kerja, en: Results}"
MEAN = """  - {node: suara,
     rule: {answers_mean: {instrument: kolaborasi, from: [peer], required: []}}}
  - {node: jumlah, follows: true, rule: {weighted_sum: {of: [capaian, suara]}}}
"""


@pytest.mark.parametrize(
    ("written", "changed", "problem"),
    [
        (HASIL, f"{HASIL}, follows: true", ("not_to_follow", "scoring.#2.follows")),
        ("briefing:\n", f"{MEAN}briefing:\n", ("not_followed", "scoring.#4.rule.weighted_sum.of")),
    ],
)
def test_a_template_is_refused_that_shows_what_is_judged_unseen(
    written: str, changed: str, problem: tuple[str, str]
) -> None:
    assert check(parse(SMALL), vocabulary())[1] == []
    _, found = check(parse(SMALL.replace(written, changed, 1)), vocabulary())
    assert [(one.code, one.place) for one in found] == [problem]
