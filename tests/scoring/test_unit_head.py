"""The unit's achievement as the suggestion for its head, and for nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kinerja_flow.scoring import Score, UnitAchievement
from tests.scoring.build import EXPECTATION, Row, said, score
from workflows.definition import Label

LEVELS = {"istimewa": "di_atas", "baik": "sesuai", "kurang": "di_bawah"}
OWN: Row = ("capaian", "judgement", {"field": "capaian", "scale": "ekspektasi"})
HEAD: Row = (
    "saran",
    "unit_head_level",
    {"of": "capaian", "levels": LEVELS, "scale": EXPECTATION.key},
)
CHOSEN: Row = (
    "hasil",
    "judgement",
    {"field": "hasil", "scale": "ekspektasi", "suggestion": "saran"},
)
UNIT = UnitAchievement("u1", True, "istimewa", 2, Label("Istimewa", "Outstanding"))


def judged(unit: UnitAchievement | None, **fields: str) -> Score:
    return score(replace(said(**fields), unit=unit), OWN, HEAD, CHOSEN)


def test_the_head_follows_the_unit() -> None:
    found = judged(UNIT, capaian="sesuai").nodes["saran"]
    assert found.level == "di_atas"
    assert "capaian unit, Istimewa: Di atas ekspektasi" in found.sentence.id
    assert "Capaian itself: As expected" in found.sentence.en
    assert found.inputs == {
        "is_head": True,
        "unit": "u1",
        "unit_level": "istimewa",
        "unit_number": 2,
    }


@pytest.mark.parametrize("unit", [None, replace(UNIT, is_head=False)])
def test_others_keep_their_own(unit: UnitAchievement | None) -> None:
    found = judged(unit, capaian="sesuai").nodes["saran"]
    assert found.level == "sesuai"
    assert "tidak memimpin unit" in found.sentence.id
    assert judged(unit).nodes["saran"].lacks


def test_the_head_of_a_unit_without_predikat_has_no_suggestion_and_can_be_rated() -> None:
    found = judged(UnitAchievement("u1", True), capaian="sesuai", hasil="di_atas")
    assert [one.code for one in found.nodes["saran"].lacks] == ["unit_level"]
    assert found.nodes["hasil"].level == "di_atas"


def test_what_the_own_achievement_lacks_does_not_hold_the_head_up() -> None:
    assert judged(UNIT).nodes["saran"].level == "di_atas"


@pytest.mark.parametrize("level", LEVELS)
def test_the_judgement_stays_with_people(level: str) -> None:
    unit = replace(UNIT, level=level)
    found = score(replace(said(True, hasil="sesuai"), unit=unit), OWN, HEAD, CHOSEN)
    assert found.nodes["saran"].level == LEVELS[level]
    assert found.level == "sesuai"
