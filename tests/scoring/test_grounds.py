"""What a score was made from reads back to the same score, whatever it is made of."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow.scoring import (
    Answer,
    Checkpoint,
    IndicatorRow,
    Material,
    PlanRow,
    Required,
    Segment,
    Span,
    Statement,
    UnitAchievement,
    canonical,
    from_grounds,
    grounds_digest,
    to_grounds,
)
from kinerja_flow.scoring.sources import Figure, Sources
from tests.scoring.build import SCALES, score
from tests.scoring.test_canonical import STEPS
from tests.scoring.test_properties import materials
from workflows.definition import Label
from workflows.measured import Measured

HALF = Span(date(2026, 1, 1), date(2026, 6, 30))
REST = Span(date(2026, 7, 1), date(2026, 12, 31))
SAID = {
    "ya": Statement(value=True, action="menilai", seq=3),
    "angka": Statement(value=Fraction(1, 9), action="menilai", seq=3, reason="b" * 64),
    "kunci": Statement(value="sesuai", action="menilai", seq=4),
}


def read_back(material: Material) -> Material:
    """The material after its way through JSON."""
    written = json.loads(json.dumps(to_grounds(material)))
    return from_grounds(written, {"scales": material.scales, "labels": material.labels})


@given(materials())
def test_the_same_grounds_give_the_same_bytes(material: Material) -> None:
    assert canonical(score(read_back(material), *STEPS)) == canonical(score(material, *STEPS))


@given(materials(), st.randoms(use_true_random=False))
def test_the_order_of_answers_leaves_no_trace(material: Material, chance: Any) -> None:
    shuffled = list(material.answers)
    chance.shuffle(shuffled)
    other = replace(material, answers=tuple(shuffled))
    assert to_grounds(other) == to_grounds(material)


def test_everything_that_material_may_hold_reads_back() -> None:
    sources = Sources(
        Measured("mean", tolerance=Fraction(1, 2), sources=("gps",)),
        (Figure("gps", Fraction(7, 3), 4), Figure("self_report", Fraction(3))),
        "c" * 64,
        "gps",
    )
    indicator = IndicatorRow(
        "i", "IKI 1.1", "waktu", "range", Fraction(1), Fraction(2), Fraction(0), Fraction(7, 3),
        objective=False, key="angkut", sources=sources,
    )  # fmt: skip
    material = Material(
        plan=(PlanRow("r", "RHK 1", "tambahan", Fraction(100), (indicator,)),),
        answers=(Answer("perilaku", "peer", "a", Fraction(3)),) * 3,
        scales=SCALES,
        criteria={"perilaku": ("a", "b")},
        standards={"perilaku": {"a": Required("4", "angka", Fraction(4))}},
        rosters={"peer": 3},
        minimums={"peer": 3},
        statements=SAID,
        checkpoints=(Checkpoint("t1", "checkpoint", HALF, is_closed=True, statements=SAID),),
        segments=(
            Segment("s1", HALF, number=2, score=score(Material(scales=SCALES), *STEPS)),
            Segment("s2", REST, is_own=True),
        ),
        absences=(("sakit", HALF),),
        labels={"relation:peer": Label("Rekan", "Peer")},
        unit=UnitAchievement("u1", True, "istimewa", 2, Label("Istimewa", "Outstanding")),
        period=REST,
        post_level="ahli_pertama",
    )
    found = read_back(material)
    for one in fields(Material):
        if one.name not in ("answers", "segments"):
            assert getattr(found, one.name) == getattr(material, one.name), one.name
    assert found.answers == (Answer("perilaku", "peer", "a", Fraction(3), 3),)
    assert [canonical(s.score) for s in found.segments if s.score] == [
        canonical(s.score) for s in material.segments if s.score
    ]
    assert found.segments[1] == material.segments[1]


def test_the_template_s_own_texts_are_not_kept_twice() -> None:
    written = to_grounds(Material(scales=SCALES, labels={"relation:peer": Label("Rekan", "Peer")}))
    assert written == {}


@pytest.mark.parametrize(
    "written",
    [{"plan": 3}, {"made_up": 1}, {"answers": [{"value": "one"}]}, {"rosters": {"peer": "x"}}],
)
def test_what_is_no_material_is_refused(written: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r".+"):
        from_grounds(written, {})


def test_a_changed_digit_changes_the_digest() -> None:
    one = to_grounds(Material(statements=SAID))
    other = to_grounds(Material(statements=SAID | {"angka": Statement(Fraction(1, 8), "x", 1)}))
    assert grounds_digest(one) != grounds_digest(other)
    assert len(grounds_digest(one)) == 64
