"""How a template says what posts require and which trainings there are, and what it may not say."""

# ruff: noqa: E501 (a template's lines, as they are)

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kinerja_flow.workflow import vocabulary
from workflows import InputError, TemplateError, read, read_canonical, take
from workflows.definition import TrainingHours
from workflows.profiles import criteria_for, standards_for, trainings_for

SOURCE = (Path(__file__).parents[1] / "templates" / "kompeten.yaml").read_text("utf-8")
TEACHER = {"field": "pendidikan", "post": "Guru", "level": "ahli_muda", "rank": "III/c"}
CATCH_ALL = '{level: "4", applies_to: {level: [administrator]}}, {level: "3"}'
CATALOGUE = SOURCE[SOURCE.index("trainings:\n") : SOURCE.index("training_hours:")]
STEP = SOURCE[SOURCE.index("  - {node: kesesuaian") : SOURCE.index("  - node: kategori")]
ASKED = "{trainings: {min: 1, max: 3}, label"


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (TEACHER, {"integritas": "3", "komunikasi": "4", "mengajar": "4"}),
        ({**TEACHER, "level": "ahli_pertama"}, {"integritas": "3", "komunikasi": "4", "mengajar": "3"}),
        ({**TEACHER, "level": "terampil"}, {"integritas": "3", "komunikasi": "4"}),
        ({**TEACHER, "post": "Juru Bicara"}, {"integritas": "3", "komunikasi": "5", "mengajar": "4"}),
        ({"level": "administrator"}, {"integritas": "4", "komunikasi": "2"}),
        ({}, {"integritas": "3", "komunikasi": "2"}),
    ],
)  # fmt: skip
def test_the_first_standard_that_fits_the_post_holds(
    profile: Mapping[str, Any], expected: Mapping[str, str]
) -> None:
    definition = read(SOURCE, vocabulary())
    assert standards_for(definition, profile)["kompetensi"] == expected


def test_a_standard_holds_only_where_its_criterion_is_asked() -> None:
    definition = read(SOURCE, vocabulary())
    health = {**TEACHER, "field": "kesehatan"}
    assert "mengajar" not in criteria_for(definition, health)["kompetensi"]
    assert "mengajar" not in standards_for(definition, health)["kompetensi"]


def test_trainings_are_for_whom_they_apply_to() -> None:
    found = trainings_for(read(SOURCE, vocabulary()), TEACHER)
    assert [one.key for one in found] == ["komunikasi_publik", "rpp_inovatif", "integritas_dasar"]
    assert found[1].develops == (("kompetensi", "mengajar"), ("kompetensi", "komunikasi"))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("training_hours: {pppk: {most: {setting: jp_pppk}}}", {"pns": (20, None), "pppk": (None, 24)}),
        ("training_hours: {pns: {least: 24, most: 80}}", {"pns": (24, 80)}),
        ("", {"pns": (20, None)}),
    ],
)  # fmt: skip
def test_the_law_stands_where_the_template_says_nothing(said: str, expected: Any) -> None:
    source = SOURCE.replace("training_hours: {pppk: {most: {setting: jp_pppk}}}", said)
    found = read(source, vocabulary()).training_hours
    assert found == {kind: TrainingHours(*hours) for kind, hours in expected.items()}


def test_the_canonical_form_reads_back() -> None:
    found = read(SOURCE, vocabulary())
    again = read_canonical(found.canonical, vocabulary())
    assert (again.trainings, again.training_hours) == (found.trainings, found.training_hours)
    assert again.instruments == found.instruments
    assert again.digest == found.digest


FAULTS = {
    "a standard that is no level": ('{level: "4", applies_to: {level', '{level: "9", applies_to: {level', "unknown_level"),
    "a standard of another scale": ('{level: "3"}]', "{level: optimal}]", "unknown_level"),
    "a standard that is a number": ('{level: "3"}]', "{level: 3}]", "not_text"),
    "a standard without a level": ('{level: "3"}]', "{applies_to: {rank: [IX]}}]", "missing"),
    "no standard": (f"[{CATCH_ALL}]", "[]", "too_few"),
    "a standard behind one for all": (CATCH_ALL, f'{{level: "2"}}, {CATCH_ALL}', "standard_unreachable standard_unreachable"),
    "standards that nothing compares with": ("competency_fit: {instrument: kompetensi", "answers_mean: {instrument: kompetensi", "standard_unused gap_needed gap_needed"),
    "a gap of another step": ("when: {has_gap: kesesuaian}", "when: {has_gap: kategori}", "gap_needed"),
    "a gap of no step": ("when: {has_gap: kesesuaian}", "when: {has_gap: kesesuain}", "unknown_node"),
    "a gap below zero": ("least: 1.4", "least: -1", "too_low"),
    "a training without hours": ("jp: 12, ", "", "missing"),
    "a training of no hours": ("jp: 12", "jp: 0", "out_of_range"),
    "a training of half hours": ("jp: 12", "jp: 1.5", "not_whole"),
    "a training for no criterion": ("develops: [kompetensi.integritas]", "develops: []", "too_few"),
    "a training for a strange criterion": ("[kompetensi.integritas]", "[kompetensi.kejujuran]", "unknown_criterion"),
    "a training for a criterion without its instrument": ("[kompetensi.integritas]", "[integritas]", "unknown_criterion"),
    "a training twice": ("key: integritas_dasar", "key: rpp_inovatif", "duplicate"),
    "a catalogue that nobody uses": ("{pelatihan: {trainings: {min: 1, max: 3}, label: {id: Pelatihan, en: Trainings}}}", "{pelatihan: text}", "unused_trainings"),
    "a choice from no catalogue": (CATALOGUE, "", "no_trainings"),
    "more trainings than there are": (ASKED, ASKED.replace("min: 1, max: 3", "min: 5, max: 6"), "no_trainings"),
    "more trainings than can be kept": (ASKED, ASKED.replace("max: 3", "max: 21"), "out_of_range"),
    "hours of a strange kind": ("{pppk: {most", "{honorer: {most", "not_one_of"),
    "hours upside down": ("{most: {setting: jp_pppk}}", "{least: 30, most: 24}", "min_over_max"),
    "applies to an age": ("applies_to: {field: [kesehatan]}}", "applies_to: {age: [30]}}", "unknown_key"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    old, new, codes = FAULTS[fault]
    assert old in SOURCE
    with pytest.raises(TemplateError) as raised:
        read(SOURCE.replace(old, new, 1), vocabulary())
    assert sorted(problem.code for problem in raised.value.problems) == sorted(codes.split())


def test_a_comparison_without_any_standard_is_found() -> None:
    start, end = SOURCE.index("      - key: integritas"), SOURCE.index("      - {key: perekat")
    keys = ("integritas", "komunikasi", "mengajar")
    plain = "".join(f"      - {{key: {key}, label: {key}}}\n" for key in keys)
    with pytest.raises(TemplateError) as raised:
        read(SOURCE[:start] + plain + SOURCE[end:], vocabulary())
    assert [problem.code for problem in raised.value.problems] == ["standard_missing"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["integritas_dasar", "rpp_inovatif"], None),
        ("integritas_dasar", "input_not_list"),
        ([], "trainings_count"),
        (["komunikasi_publik", "rpp_inovatif", "integritas_dasar", "bimbingan_teknis"], "trainings_count"),
        (["memasak"], "no_such_training"),
        ([3], "no_such_training"),
        ([{}], "no_such_training"),
        ([["integritas_dasar"]], "no_such_training"),
        (["integritas_dasar", "integritas_dasar"], "training_twice"),
    ],
)  # fmt: skip
def test_trainings_are_different_keys_of_the_catalogue(given: Any, code: str | None) -> None:
    action = read(SOURCE, vocabulary()).machines["pengembangan"].actions["propose"]
    if code is None:
        assert take(action, {"pelatihan": given}) == {"pelatihan": tuple(given)}
        return
    with pytest.raises(InputError) as raised:
        take(action, {"pelatihan": given})
    assert [problem.code for problem in raised.value.problems] == [code]
