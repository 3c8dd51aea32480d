"""Follow-ups in a template: conditions that can hold, entries that are opened, steps to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinerja_flow.workflow import vocabulary
from workflows import check, parse, read

FOLLOW = (Path(__file__).parents[1] / "templates" / "follow.yaml").read_text("utf-8")
AWARD = "when: {result_is: [istimewa]}"

FAULTS = {
    "a level of another scale": (
        "{node: mutu, levels: [kurang]}}, owner: assessor, due: P14D",
        "{node: mutu, levels: [empat]}}, owner: assessor, due: P14D",
        {"unknown_level"},
    ),
    "a level that another scale has": (
        AWARD,
        "when: {node_is: {node: mutu, levels: [tinggi]}}",
        {"unknown_level"},
    ),
    "a number where a level is needed": (
        AWARD,
        "when: {node_is: {node: nilai, levels: [baik]}}",
        {"level_needed"},
    ),
    "a level where a number is needed": (
        AWARD,
        "when: {value_below: {node: mutu, limit: 5}}",
        {"number_needed"},
    ),
    "one of several conditions is wrong": (
        AWARD,
        "when: [{result_is: [istimewa]}, {value_from: {node: mutu, limit: 5}}]",
        {"number_needed"},
    ),
    "a branch on the wrong kind": (
        "to: told, by: [assessor], takes: {mutu",
        "to: [{when: {value_from: {node: mutu, limit: 5}}, state: told}, {else: told}],"
        " by: [assessor], takes: {mutu",
        {"number_needed"},
    ),
    "a level among numbers that are compared": (
        "to: told, by: [assessor], takes: {mutu",
        "to: [{when: {nodes_agree: {nodes: [nilai, mutu], within: 5}}, state: told}, {else: told}],"
        " by: [assessor], takes: {mutu",
        {"number_needed"},
    ),
    "a node that is not there": (
        AWARD,
        "when: {value_from: {node: mutuu, limit: 5}}",
        {"unknown_node"},
    ),
    "no condition at all": (AWARD, "when: []", {"too_few"}),
    "a further one that is not there": (
        "open_follow_up: konseling",
        "open_follow_up: konselling",
        {"unknown_follow_up"},
    ),
    "one that nothing opens": (
        ", does: [{open_follow_up: konseling}]",
        "",
        {"follow_up_never_opened"},
    ),
    "one of another parent": (
        "  coaching:\n    label: {id: Pembinaan, en: Coaching}\n    parent: appraisal",
        "  coaching:\n    label: {id: Pembinaan, en: Coaching}\n    parent: improvement",
        {"follow_up_of_other_parent"},
    ),
    "a further one from an appraisal": (
        "does: [open_follow_ups], notify",
        "does: [open_follow_ups, {open_follow_up: konseling}], notify",
        {"only_in_child"},
    ),
    "steps that nobody may write": (
        "opens: {steps: [employee, assessor]}",
        "opens: {feedback: [assessor]}",
        {"steps_unwritable"},
    ),
}
OTHER_SCALE = "scales:\n  tingkat: {levels: [{key: rendah, label: R}, {key: tinggi, label: T}]}\n"


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_carried_out_is_refused(fault: str) -> None:
    old, new, expected = FAULTS[fault]
    assert old in FOLLOW
    source = FOLLOW.replace(old, new, 1)
    if "tinggi" in new:
        source = source.replace("scales:\n", OTHER_SCALE, 1)
    _, problems = check(parse(source), vocabulary())
    assert expected <= {problem.code for problem in problems}
    allowed = {"unused_scale", "follow_up_never_opened"}
    assert {problem.code for problem in problems} <= expected | allowed


def test_one_condition_and_a_list_of_one_are_the_same_template() -> None:
    listed = FOLLOW.replace(AWARD, "when: [{result_is: [istimewa]}]")
    assert read(listed, vocabulary()).digest == read(FOLLOW, vocabulary()).digest


def test_levels_of_bands_and_matrices_are_those_of_the_node() -> None:
    scoring = (
        "  - {node: mutu, label: {id: Mutu, en: Quality}, rule: {bands: {of: nilai, bands:"
        " [{level: kurang}, {level: baik, from: 50}]}}}\n"
    )
    lines = FOLLOW.splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if line.startswith("  - {node: mutu"))
    banded = "".join([*lines[:place], scoring, *lines[place + 1 :]])
    assert check(parse(banded), vocabulary())[1] == []
    wrong = banded.replace("levels: [kurang]", "levels: [istimewa]", 1)
    assert "unknown_level" in {p.code for p in check(parse(wrong), vocabulary())[1]}
