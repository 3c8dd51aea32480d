"""What the checker says of templates whose raters cannot be found, be enough, or stay anonymous."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinerja_flow.workflow import vocabulary
from workflows import check, parse

TEMPLATES = Path(__file__).parents[1] / "templates"
TEAM = (TEMPLATES / "tim.yaml").read_text("utf-8")
SMALL = (TEMPLATES / "small.yaml").read_text("utf-8")


def team(old: str, new: str) -> str:
    assert old in TEAM
    return TEAM.replace(old, new, 1)


def small(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new, 1)


SOURCES = {
    "the template as it is": (TEAM, set()),
    "nobody proposes whom the employee is to propose": (
        team("does: [{nominate: {relation: other_unit, field: mitra}}], ", ""),
        {"never_nominated"},
    ),
    "somebody else proposes": (
        team("nominated_by: employee", "nominated_by: reviewer"),
        {"never_nominated"},
    ),
    "nobody confirms whom HR is to confirm": (
        team("does: [{confirm: {relation: subordinate, field: bawahan}}], ", ""),
        {"never_confirmed"},
    ),
    "a quorum of more than there may be": (
        team("quorum: 3", "quorum: 4"),
        {"quorum_too_large"},
    ),
    "a quorum of one person": (
        team("confirmed_by: hr, pool: other_units}", "confirmed_by: hr, quorum: 2}"),
        {"quorum_too_large"},
    ),
    "a quorum of none": (team("quorum: 3", "quorum: 0"), {"out_of_range"}),
    "a quorum that is no number": (team("quorum: 3", "quorum: tiga"), {"not_whole"}),
    "no quorum where one is asked for": (
        team(", quorum: 3", ""),
        {"quorum_missing"},
    ),
    "a quorum of those without names": (
        team("min_count: 3, pool: subordinates", "min_count: 3, quorum: 3, pool: subordinates"),
        {"quorum_anonymous"},
    ),
    "a pool that nobody knows": (team("pool: colleagues", "pool: friends"), {"not_one_of"}),
    "a requirement that tells who is late": (
        team(
            "{quorum_answered: {instrument: kompetensi, relation: panel}}",
            "{answered: {instrument: masukan, by: subordinate}}",
        ),
        {"tells_who_is_late"},
    ),
    "a quorum that tells who is late": (
        small(
            "requires: [plan_complete,",
            "requires: [{quorum_answered: {instrument: kolaborasi, relation: peer}},"
            " plan_complete,",
        ),
        {"tells_who_is_late", "quorum_missing"},
    ),
    "observations by somebody without a name": (
        team("observation: [observer, assessor]", "observation: [other_unit]"),
        {"anonymous_book"},
    ),
    "feedback by somebody without a name": (
        small("feedback: [assessor]", "feedback: [assessor, peer]"),
        {"anonymous_book"},
    ),
    "somebody else steps aside for a member": (
        team("by: [panel], takes", "by: [hr], takes"),
        {"steps_aside_for_another"},
    ),
    "somebody else may also step aside": (
        team("by: [panel], takes", "by: [panel, chair], takes"),
        {"steps_aside_for_another"},
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_raters_are_checked(name: str) -> None:
    source, expected = SOURCES[name]
    _, problems = check(parse(source), vocabulary())
    assert {problem.code for problem in problems} == expected


def test_each_problem_names_its_line() -> None:
    source, _ = SOURCES["a quorum of more than there may be"]
    _, (problem,) = check(parse(source), vocabulary())
    assert "quorum: 4" in source.splitlines()[problem.line - 1]
