"""The section about units: guidance that fits and can be kept, and words that need it."""

from pathlib import Path

import pytest

from kinerja_flow.workflow import vocabulary
from workflows import check, parse, read
from workflows.definition import Guideline

UNIT = (Path(__file__).parents[1] / "templates" / "unit.yaml").read_text("utf-8")
LINE = "istimewa: [{levels: [di_atas], at_most: 70}]"
SECTION = UNIT[UNIT.index("organisation:") : UNIT.index("follow_up:")]
COUNTED, KREDIT = "of: hasil\n  rounding", "{record_credit: kredit}"
LEVELS = "levels: {istimewa: di_atas, baik: sesuai, kurang: di_bawah}"


def guided(*lines: str) -> tuple[str, str]:
    return LINE, f"istimewa: [{', '.join(lines)}]"


SOURCES = {
    "two limits at once": (
        guided("{levels: [di_atas], at_most: 70, at_least: 3}"),
        "bad_guideline",
    ),
    "no limit": (guided("{levels: [di_atas]}"), "bad_guideline"),
    "nobody": (guided("{levels: [di_atas], somebody: false}"), "bad_guideline"),
    "no levels": (guided("{levels: [], at_most: 70}"), "too_few"),
    "more than all": (guided("{levels: [di_atas], at_most: 100.9}"), "too_high"),
    "all of them": (guided("{levels: [di_atas], at_most: 100}"), None),
    "a level of units for people": (guided("{levels: [istimewa], at_most: 70}"), "unknown_level"),
    "a level of people for units": (("      baik: [", "      sesuai: ["), "unknown_level"),
    "shares of more than all": (
        guided("{levels: [di_atas], at_least: 60}", "{levels: [sesuai], at_least: 50}"),
        "guidance_impossible",
    ),
    "shares of all": (
        guided("{levels: [di_atas], at_least: 60}", "{levels: [sesuai], at_least: 40}"),
        None,
    ),
    "least over most": (
        guided("{levels: [sesuai], at_least: 60}", "{levels: [sesuai, di_atas], at_most: 50}"),
        "guidance_impossible",
    ),
    "an unknown rounding": (("default: half_up", "default: nearest"), "not_one_of"),
    "a least size of nobody": (("default: 2", "default: 0"), "out_of_range"),
    "a level before the last": ((COUNTED, COUNTED.replace("hasil", "mentah")), "not_the_result"),
    "a number": ((COUNTED, COUNTED.replace("hasil", "kredit")), "not_the_result"),
    "a unit's level left out": (
        (LEVELS, "levels: {istimewa: di_atas, baik: sesuai}"),
        "unit_levels_left_out",
    ),
    "credit of a step that is none": ((KREDIT, "{record_credit: saran}"), "no_credit"),
    "a threshold of a step that is none": (
        ("credit_from: {node: kredit, to: jenjang}", "credit_from: {node: hasil, to: jenjang}"),
        "no_credit",
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_guidance_is_held_to_what_can_be_kept(name: str) -> None:
    (old, new), expected = SOURCES[name]
    assert old in UNIT
    _, problems = check(parse(UNIT.replace(old, new, 1)), vocabulary())
    assert {problem.code for problem in problems} == ({expected} if expected else set())


def test_words_about_units_need_the_section() -> None:
    _, problems = check(parse(UNIT.replace(SECTION, "")), vocabulary())
    found = [problem for problem in problems if problem.code == "no_organisation"]
    assert [problem.params["word"] for problem in found] == [
        "distribution_reasoned",
        "unit_head_level",
    ]


def test_all_of_it_is_chosen_by_settings() -> None:
    guidance = {"istimewa": [{"levels": ["di_atas"], "at_most": 50}]}
    chosen = {"bulat": "up", "terkecil": 10, "panduan": guidance}
    found = read(UNIT, vocabulary(), chosen).organisation
    assert found is not None
    assert (found.rounding, found.least_size) == ("up", 10)
    assert found.guidance == {"istimewa": (Guideline(("di_atas",), at_most=50),)}  # type: ignore[arg-type]
