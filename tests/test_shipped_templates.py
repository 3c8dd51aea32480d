"""The shipped templates are sound; their scenarios pass, and between them refuse at every guard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kinerja_flow.services.scenarios import play, read_scenario
from kinerja_flow.services.templates import read_template, shipped_keys, shipped_source
from tests.conftest import PARAMS
from workflows import parse
from workflows.definition import Action, Definition

SCENARIOS = sorted((Path(__file__).parents[1] / "workflows" / "scenarios").glob("*/*.yaml"))
KEYS = shipped_keys()
ENGINES = frozenset({"clock", "system"})

#: What the predikat of PermenPANRB 6/2022 is, by hasil kerja and then perilaku.
CELLS = {
    "di_atas": {"di_bawah": "kurang", "sesuai": "baik", "di_atas": "sangat_baik"},
    "sesuai": {"di_bawah": "kurang", "sesuai": "baik", "di_atas": "baik"},
    "di_bawah": {
        "di_bawah": "sangat_kurang",
        "sesuai": "butuh_perbaikan",
        "di_atas": "butuh_perbaikan",
    },
}


class Tried(NamedTuple):
    """An act in a scenario, by the kind of its case, and the codes that it was refused with."""

    kind: str
    action: str
    codes: frozenset[str]


@cache
def template(key: str) -> Definition:
    return read_template(shipped_source(key))


@cache
def tried(key: str) -> tuple[Tried, ...]:
    """Every act of the scenarios of a template; that they pass is a test of its own."""
    found = []
    for path in SCENARIOS:
        if path.parent.name == key:
            steps = parse(path.read_text("utf-8")).data["steps"]
            found += [_tried(key, step) for step in steps if "act" in step]
    return tuple(found)


def _tried(key: str, step: dict[str, Any]) -> Tried:
    on = step.get("on")
    child = on.get("child") if isinstance(on, dict) else None
    kind = child or template(key).root.name
    refused = step.get("refused", [])
    codes = {refused} if isinstance(refused, str) else {_code(one) for one in refused}
    return Tried(kind, step["act"], frozenset(codes))


def _code(refused: str | dict[str, str]) -> str:
    """The rule of an expected refusal: `window_open.early` is the rule window_open."""
    rule = refused if isinstance(refused, str) else refused["rule"]
    return rule.partition(".")[0]


@cache
def refusals(key: str) -> Counter[tuple[str, str, str]]:
    return Counter((kind, action, code) for kind, action, codes in tried(key) for code in codes)


def actions(key: str) -> Iterator[tuple[str, Action]]:
    for machine in template(key).machines.values():
        for action in machine.actions.values():
            yield machine.name, action


@pytest.mark.parametrize("key", KEYS)
def test_a_shipped_template_is_sound_and_named_like_its_file(key: str) -> None:
    assert template(key).key == key


@pytest.mark.parametrize("key", KEYS)
def test_a_shipped_template_has_scenarios(key: str) -> None:
    assert tried(key)


#: Played in `make quick` too: a whole year of the national cycle, and an objection that is upheld.
QUICK = ("baik", "keberatan_dikabulkan")


def played() -> Iterator[Any]:
    """Every scenario on SQLite; on PostgreSQL a year of each template, all of them nightly.

    They go through the same services and differ in what is acted: what can differ between the
    databases is tried by the tests of services and engine, on both.
    """
    for path in SCENARIOS:
        for param in PARAMS:
            is_quick = path.parent.name == "nasional" and path.stem in QUICK
            marks = [*param.marks, *([] if is_quick else [pytest.mark.slow])]
            if param.id == "postgresql" and path.stem != QUICK[0]:
                marks.append(pytest.mark.nightly)
            name = f"{path.parent.name}/{path.stem}-{param.id}"
            yield pytest.param(path, *param.values, id=name, marks=marks)


@pytest.mark.parametrize(("path", "database"), [*played()], indirect=["database"])
def test_a_shipped_scenario_passes(path: Path, database: str) -> None:
    scenario = read_scenario(path)
    assert scenario.definition.key == path.parent.name
    report = play(scenario, database)
    assert report.passed, "\n".join(report.lines())


@pytest.mark.parametrize("key", KEYS)
def test_every_action_of_a_person_is_taken_in_a_scenario(key: str) -> None:
    taken = {(kind, action) for kind, action, codes in tried(key) if not codes}
    wanted = {(kind, a.name) for kind, a in actions(key) if not ENGINES & set(a.by)}
    assert not sorted(wanted - taken)


@pytest.mark.parametrize("key", KEYS)
def test_every_requirement_refuses_in_a_scenario(key: str) -> None:
    wanted = {(kind, a.name, call.name) for kind, a in actions(key) for call in a.requires}
    assert not sorted(wanted - refusals(key).keys())


@pytest.mark.parametrize("key", KEYS)
def test_every_four_eyes_rule_refuses_in_a_scenario(key: str) -> None:
    found = refusals(key)
    short = {
        (kind, a.name)
        for kind, a in actions(key)
        if found[kind, a.name, "four_eyes"] < len(a.distinct_from)
    }
    assert not short


@pytest.mark.parametrize("key", KEYS)
def test_every_action_is_refused_to_a_stranger_to_it_in_a_scenario(key: str) -> None:
    wanted = {(kind, a.name, "not_your_part") for kind, a in actions(key)}
    assert not sorted(wanted - refusals(key).keys())


@pytest.mark.parametrize("key", KEYS)
def test_every_action_of_a_person_is_refused_at_the_wrong_time_in_a_scenario(key: str) -> None:
    wanted = {(kind, a.name, "not_in_state") for kind, a in actions(key) if not ENGINES & {*a.by}}
    assert not sorted(wanted - refusals(key).keys())


def test_the_national_predikat_is_the_matrix_of_the_regulation() -> None:
    steps = {step.node: step.call for step in template("nasional").scoring}
    assert steps["predikat_kinerja"].params["cells"] == CELLS


def test_no_two_templates_share_a_course() -> None:
    courses = [frozenset(template(key).root.states) for key in KEYS]
    assert all(not a & b for i, a in enumerate(courses) for b in courses[:i])


@pytest.mark.parametrize("key", KEYS)
def test_a_second_look_is_never_by_whoever_set_the_result_by_another_act(key: str) -> None:
    for machine in template(key).machines.values():
        sets = {
            name
            for name, action in machine.actions.items()
            if "compute_result" in {does.name for does in action.does}
        }
        for action in machine.actions.values():
            named = set(action.distinct_from)
            assert not named & sets or sets <= named, (key, action.name, sets - named)
