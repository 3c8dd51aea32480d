"""A template where nobody could follow is refused: no examiner, a mute former assessor."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinerja_flow.services.templates import read_template, shipped_source
from workflows import TemplateError

WORK = (Path(__file__).parents[1] / "engine" / "work.yaml").read_text("utf-8")
APPOINT = "      - {name: appoint, from: filed, by: [hr], takes: {person: person}, does: [{appoint: {relation: examiner, field: person}}], notify: [examiner]}\n"  # noqa: E501


def problems(source: str) -> list[tuple[str, int]]:
    try:
        read_template(source)
    except TemplateError as error:
        return [(problem.code, problem.line) for problem in error.problems]
    return []


def test_an_objection_that_nobody_could_examine_is_refused_where_it_waits() -> None:
    line = next(n for n, text in enumerate(WORK.splitlines(), 1) if "filed: {phase" in text)
    assert problems(WORK.replace(APPOINT, "")) == [("nobody_appoints_examiner", line)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{relation: examiner, field: person}", "{relation: owner, field: person}"),
        ("by: [hr], takes: {person: person}", "by: [examiner], takes: {person: person}"),
    ],
)
def test_only_somebody_else_who_appoints_an_examiner_will_do(old: str, new: str) -> None:
    assert APPOINT in WORK
    changed = WORK.replace(APPOINT, APPOINT.replace(old, new))
    assert [code for code, _ in problems(changed)] == ["nobody_appoints_examiner"]


def test_the_check_asks_nothing_of_a_machine_that_is_no_objection() -> None:
    source = shipped_source("nasional")
    assert problems(source) == []
    other = WORK.replace(APPOINT, "").replace("does: [{open_objection: objection}], ", "")
    codes = [code for code, _ in problems(other)]
    assert "nobody_appoints_examiner" not in codes


def test_a_former_assessor_who_can_do_nothing_is_refused() -> None:
    declared = "relations:\n  former_assessor: {}\n"
    told = WORK.replace("relations:\n", declared).replace(
        "does: [compute_result, deliver], notify: [employee]}",
        "does: [compute_result, deliver], notify: [employee, former_assessor]}",
        1,
    )
    assert [code for code, _ in problems(told)] == ["former_assessor_idle"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("feedback: [assessor]", "feedback: [assessor, former_assessor]"),
        ("answered_by: [peer, employee]", "answered_by: [peer, employee, former_assessor]"),
        ("by: [assessor], takes: {response", "by: [assessor, former_assessor], takes: {response"),
    ],
)
def test_writing_answering_and_acting_are_each_enough(old: str, new: str) -> None:
    assert old in WORK
    source = WORK.replace("relations:\n", "relations:\n  former_assessor: {}\n").replace(old, new)
    assert problems(source) == []


def test_where_somebody_else_may_decide_as_well_nobody_need_appoint() -> None:
    shared = WORK.replace(APPOINT, "").replace(
        "to: decided, by: [examiner],", "to: decided, by: [examiner, hr],"
    )
    assert problems(shared) == []
