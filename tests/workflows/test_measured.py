"""How a template says that an indicator is measured, and what it may not say."""

from fractions import Fraction
from pathlib import Path

import pytest

from kinerja_flow.workflow import vocabulary
from workflows import TemplateError, read, read_canonical
from workflows.measured import Measured, Within

SOURCE = (Path(__file__).parents[1] / "templates" / "terukur.yaml").read_text("utf-8")
HEAD = "    measured: {aggregate: median, tolerance: 1}"


def measured(said: str) -> Measured | None:
    """What `measured` of the second indicator, of which less is better, comes to."""
    source = SOURCE.replace(HEAD, f"    {said}")
    return read(source, vocabulary()).indicators[1].measured


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("measured: {aggregate: sum}", Measured("sum")),
        ("measured: {aggregate: mean, of: unit}", Measured("mean", of="unit")),
        (
            "measured: {aggregate: median, tolerance: 0.1, sources: [satu, dua]}",
            Measured("median", tolerance=Fraction(1, 10), sources=("satu", "dua")),
        ),
        (
            "measured: {aggregate: share_within, within: 2.5}",
            Measured("share_within", Within(high=Fraction(5, 2))),
        ),
        ("objective: false", None),
    ],
)
def test_what_is_said_is_what_is_meant(said: str, expected: Measured | None) -> None:
    assert measured(said) == expected


def test_a_limit_reads_by_the_polarity() -> None:
    limits = {
        one.key: one.measured.within
        for one in read(SOURCE, vocabulary()).indicators
        if one.measured and one.measured.within
    }
    assert limits == {
        "keluhan_tepat": Within(high=Fraction(24)),
        "suhu_gudang": Within(Fraction(2), Fraction(8)),
    }
    source = SOURCE.replace("unit: jam\n    polarity: lower", "unit: jam\n    polarity: higher")
    found = {one.key: one.measured for one in read(source, vocabulary()).indicators}
    assert found["keluhan_tepat"].within == Within(low=Fraction(24))


def test_the_canonical_form_reads_back() -> None:
    found = read(SOURCE, vocabulary())
    again = read_canonical(found.canonical, vocabulary())
    assert again.indicators == found.indicators
    assert again.digest == found.digest
    loose = SOURCE.replace(HEAD, "    measured: {tolerance: 1.0, aggregate: median}")
    assert read(loose, vocabulary()).digest == found.digest


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("objective: false\n    measured: {aggregate: sum}", "measured_not_objective"),
        ("measured: {aggregate: sum, within: 3}", "within_not_meant"),
        ("measured: {aggregate: share_within}", "missing"),
        ("measured: {aggregate: share_within, within: {from: 1, to: 2}}", "within_other_kind"),
        ("measured: {aggregate: share_within, within: {from: 3, to: 2}}", "min_over_max"),
        ("measured: {aggregate: share_within, within: banyak}", "not_number"),
        ("measured: {aggregate: share_within, within: {from: 1}}", "missing"),
        ("measured: {aggregate: mode}", "not_one_of"),
        ("measured: {within: 3}", "missing"),
        ("measured: {aggregate: sum, of: agency}", "not_one_of"),
        ("measured: {aggregate: sum, tolerance: -1}", "too_low"),
        ("measured: {aggregate: sum, sources: [self_report]}", "reserved_name"),
        ("measured: {aggregate: sum, sources: [satu, satu]}", "duplicate"),
        ("measured: {aggregate: sum, sources: [Sistem Kami]}", "bad_key"),
        ("measured: {aggregate: sum, rounding: 2}", "unknown_key"),
        ("measured: sum", "not_mapping"),
        ("measured: [sum]", "not_mapping"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(said: str, code: str) -> None:
    with pytest.raises(TemplateError) as refused:
        measured(said)
    assert code in [problem.code for problem in refused.value.problems]
    assert all(problem.say("id") and problem.say("en") for problem in refused.value.problems)


def test_a_state_that_waits_for_answers_lets_somebody_answer() -> None:
    opens = "en: Rating}, opens: {contradiction: [assessor]}, within: rating"
    assert opens in SOURCE
    closed = SOURCE.replace(opens, "en: Rating}, within: rating")
    with pytest.raises(TemplateError) as refused:
        read(closed, vocabulary())
    (problem,) = refused.value.problems
    assert (problem.code, problem.params["state"]) == ("contradictions_unanswerable", "rating")
