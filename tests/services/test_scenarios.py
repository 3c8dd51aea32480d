"""Scenarios: the ones that ship with the tests, the guide's examples, and what goes wrong."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.errors import INPUTS, Conflict
from kinerja_flow.models import Agency, Case
from kinerja_flow.models.plans import ASPECTS, NOTE_SECTIONS, PERSPECTIVES, POLARITIES, SECTIONS
from kinerja_flow.models.progress import FEEDBACK_KINDS
from kinerja_flow.services.organisations import create_agency
from kinerja_flow.services.scenarios import (
    Report,
    Scenario,
    ScenarioError,
    StepReport,
    play,
    read_scenario,
)
from kinerja_flow.services.scenarios.organisation import HOLDINGS, KINDS, ROLES
from kinerja_flow.services.scenarios.problems import WORDS
from kinerja_flow.services.scenarios.registry import EXPECTATIONS, VERBS
from kinerja_flow.services.scenarios.schema import ZONES, ScenarioRecord
from kinerja_flow.services.scenarios.scratch import scratch_database
from kinerja_flow.services.scenarios.words import REFUSALS
from workflows.definition import LANGUAGES

ROOT = Path(__file__).parents[2]
TEMPLATE = "arsip"
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yaml"))
FILES = [
    *sorted((ROOT / "tests" / "scenarios").glob("*.yaml")),
    *(path for path in EXAMPLES if path.stem != TEMPLATE),
]
PACKAGE = ROOT / "kinerja_flow" / "services" / "scenarios"
GUIDE = ROOT / "docs" / "scenarios.md"
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)

HEAD = """
scenario: {id: Coba, en: A try}
template: {path: ../templates/small.yaml}
people:
  sari: {superior: budi}
  budi: {superior: agus}
  agus: {}
  hana: {superior: agus, roles: [hr]}
cycle: {year: 2026, windows: {planning: [2026-01-01, 2026-01-31], rating: [2026-11-01, 2026-11-30]}}
clock: 2026-01-05T09:00
launch: [sari]
steps:
"""


@cache
def _small() -> str:
    return (ROOT / "tests" / "templates" / "small.yaml").read_text("utf-8")


def _read(text: str, folder: Path = ROOT / "tests" / "scenarios") -> Scenario:
    """A scenario of a text, as if it stood in a file of the folder."""
    with tempfile.TemporaryDirectory() as elsewhere:
        file = Path(elsewhere) / "try.yaml"
        file.write_text(text.replace("{path: ", f"{{path: {folder}/"), "utf-8")
        return read_scenario(file)


def _steps(*steps: str) -> Report:
    return play(_read(HEAD + "".join(f"  - {step}\n" for step in steps)), language="en")


def _complaints(report: Report) -> str:
    return "\n".join(report.lines())


# --- what ships -----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_scenario_passes(path: Path, database: str) -> None:
    report = play(read_scenario(path), database)
    assert report.passed, _complaints(report)


def test_a_scenario_passes_in_memory_and_again(tmp_path: Path) -> None:
    scenario = read_scenario(FILES[0])
    assert all(play(scenario).passed for _ in range(2))


# --- the guide ------------------------------------------------------------------------------------


def test_all_examples_of_the_guide_are_one_scenario_that_passes() -> None:
    _, head, *steps = BLOCKS
    indented = "".join(f"  {line}\n" for block in steps for line in block.splitlines())
    report = play(_read(f"{head}steps:\n{indented}", GUIDE.parent))
    assert report.passed, _complaints(report)
    played = {step.step.verb for step in report.steps}
    assert set(VERBS) <= played, "every verb has an example that runs"


def test_the_guide_s_template_within_a_scenario_runs_from_a_text() -> None:
    report = play(read_scenario(BLOCKS[0]))
    assert report.passed, _complaints(report)


def _keys(field: fields.Field[Any]) -> Iterator[str]:
    """Every key that may stand under a field."""
    if isinstance(field, fields.Nested):
        yield from _keys_of(field.schema)
    for name in ("inner", "many", "one", "keys", "nested", "blocked"):
        inner = getattr(field, name, None)
        if isinstance(inner, fields.Field):
            yield from _keys(inner)
        elif isinstance(inner, Schema):
            yield from _keys_of(inner)


def _keys_of(schema: Schema) -> Iterator[str]:
    for name, field in schema.fields.items():
        yield field.data_key or name
        yield from _keys(field)


def test_every_key_of_the_format_is_in_the_guide() -> None:
    text = GUIDE.read_text("utf-8")
    keys = {*_keys_of(ScenarioRecord()), *VERBS, *EXPECTATIONS}
    assert len(keys) > 90, "the walk through the schema finds them"
    missing = {key for key in keys if not re.search(rf"(?<![\w]){key}(?=[`:]|, )", text)}
    assert not missing


def test_every_key_of_a_table_has_an_example() -> None:
    examples = "\n".join(BLOCKS)
    unshown = {word for word in EXPECTATIONS if not re.search(rf"\b{word}:", examples)}
    assert not unshown


@pytest.mark.parametrize(
    "words",
    [
        *(ASPECTS, POLARITIES, SECTIONS, PERSPECTIVES, NOTE_SECTIONS, FEEDBACK_KINDS),
        *(REFUSALS, ZONES, ROLES, KINDS, HOLDINGS),
    ],
)
def test_every_closed_set_of_words_is_in_the_guide(words: tuple[str, ...]) -> None:
    text = GUIDE.read_text("utf-8")
    assert not [word for word in words if not re.search(rf"\b{re.escape(word)}\b", text)]


def test_every_verb_and_expectation_says_what_it_means() -> None:
    assert all(verb.meaning for verb in VERBS.values())
    assert all(word.meaning for word in EXPECTATIONS.values())


# --- what is found --------------------------------------------------------------------------------

UNMET: list[tuple[str, str, Any, Any]] = [
    ("{as: sari, act: look, refused: [received]}", "refused", ["received"], ["not_in_state"]),
    ("{as: sari, act: look, refused: forbidden}", "refused", "forbidden", "conflict"),
    ("{as: sari, act: nothing, refused: [x]}", "refused", ["x"], ["no_such_action"]),
    ("{clock: +P1D, refused: conflict}", "refused", "conflict", None),
    ("{expect: {state: sealed}}", "state", "sealed", "drafting"),
    ("{expect: {phase: closed}}", "phase", "closed", "planning"),
    ("{expect: {level: sesuai}}", "level", "sesuai", None),
    ("{expect: {value: 1/3}}", "value", "1/3", None),
    ("{expect: {nodes: {capaian: 90.50}}}", "nodes", {"capaian": "90.5"}, {}),
    ("{expect: {explanation: [because]}}", "explanation", ["because"], []),
    ("{expect: {results: 1}}", "results", 1, 0),
    ("{expect: {received: true}}", "received", True, False),
    ("{expect: {unchanged: false}}", "unchanged", False, True),
    ("{expect: {available: {sari: [look]}}}", "available", {"sari": ["look"]}, {"sari": []}),
    (
        "{expect: {blockers: {sari: {submit_plan: [plan_complete]}}}}",
        "blockers",
        {"sari": {"submit_plan": ["plan_complete"]}},
        {"sari": {"submit_plan": ["plan_complete", "weights_total"]}},
    ),
    ("{expect: {history: [look]}}", "history", ["look"], ["opened"]),
    ('{expect: {history: ["...", look]}}', "history", ["...", "look"], ["opened"]),
    ("{expect: {signatures: [{plan: budi}]}}", "signatures", [{"plan": "budi"}], []),
    ("{expect: {people: {peer: hana}}}", "people", {"peer": ["hana"]}, {"peer": []}),
    ("{expect: {children: [objection]}}", "children", ["objection"], []),
    ("{expect: {follow_ups: [award]}}", "follow_ups", ["award"], []),
    (
        "{expect: {due: {remind: 2026-01-29}}}",
        "due",
        {"remind": "2026-01-29T00:00"},
        {"remind": "2026-01-29T00:00"},
    ),
    ("{expect: {stuck: {close_input: received}}}", "stuck", {"close_input": "received"}, {}),
    ("{clock: +P1D, expect: {fired: [remind]}}", "fired", ["remind"], []),
    ("{expect: {notified: [sari, hana]}}", "notified", ["hana", "sari"], []),
    ("{expect: {opened: sari}}", "opened", ["sari"], []),
    ("{expect: {on: budi, state: drafting}}", "state", "drafting", None),
]


@pytest.mark.parametrize(("step", "name", "expected", "found"), UNMET, ids=lambda value: str(value))
def test_an_expectation_is_held_against_what_was_found(
    step: str, name: str, expected: Any, found: Any
) -> None:
    report = _steps(step)
    (check,) = report.steps[-1].checks
    assert (check.name, check.expected, check.found) == (name, expected, found)
    assert check.is_met is report.passed is (expected == found)


PLAN = (
    "{as: sari, plan: {title: Laporan, weight: 100,"
    " indicators: [{aspect: kuantitas, title: Jumlah, target: 2}]}}"
)
UNPLAYABLE = [
    ("{as: hana, act: look, on: budi}", "no_appraisal"),
    ("{as: budi, on: {child: objection, of: sari}, act: respond}", "no_child"),
    ("{as: sari, remove: {item: Lapooran}}", "no_such_name"),
    ("{as: sari, link: {item: {of: budi, name: x}, superior_text: y}}", "no_appraisal"),
    ("{clock: 2026-01-05T08:59}", "clock_backwards"),
    ("{appoint: {person: sari, post_of: tono}}", "no_post_held"),
]


@pytest.mark.parametrize(("step", "rule"), UNPLAYABLE)
@pytest.mark.parametrize("refused", ["", ", refused: not_found"])
def test_a_step_that_names_what_is_not_there_ends_the_story(
    step: str, rule: str, refused: str
) -> None:
    text = HEAD.replace("people:\n", "people:\n  tono: {kind: external}\n")
    allowed = refused if "appoint" not in step and "clock" not in step else ""
    steps = (step[:-1] + allowed + "}", "{expect: {state: drafting}}")
    report = play(_read(text + "".join(f"  - {one}\n" for one in steps)), language="en")
    broken, after = report.steps[-2:]
    assert broken.problem is not None
    assert [blocker.rule for blocker in broken.problem.blockers] == [rule]
    assert not broken.is_met
    assert not after.is_played
    assert not report.passed


def test_a_refusal_that_was_not_expected_ends_the_story_and_says_the_way_out() -> None:
    report = _steps(PLAN, "{as: budi, act: approve_plan}", "{as: sari, act: submit_plan}")
    assert [step.is_played for step in report.steps[-3:]] == [True, True, False]
    complaints = list(report.steps[-2].complaints("en"))
    said = "The step was refused with [not_in_state], and does not say “refused”."
    assert complaints[0] == said
    assert "only from Review" in complaints[1]


def test_a_cycle_that_cannot_be_opened_is_a_step_that_was_refused() -> None:
    text = HEAD.replace("rating: [", "judging: [")
    report = play(_read(text + "  - {expect: {state: drafting}}\n"))
    cycle = report.steps[1]
    assert cycle.problem is not None
    found = [(blocker.rule, blocker.field) for blocker in cycle.problem.blockers]
    assert found == [("window_missing", "rating"), ("window_unknown", "judging")]
    assert [step.is_played for step in report.steps] == [True, True, False, False]


def test_a_refusal_that_was_expected_lets_the_story_go_on() -> None:
    assert _steps("{as: sari, act: submit_plan, refused: refused}", PLAN).passed


def test_nobody_without_a_second_superior_is_launched() -> None:
    report = _steps("{as: hana, launch: [budi], refused: [no_examiner]}")
    assert report.passed, _complaints(report)


def test_a_launch_names_whom_it_could_not_open_and_opens_the_others() -> None:
    text = (
        HEAD.replace("launch: [sari]", "launch: [sari, agus]") + "  - {expect: {state: drafting}}\n"
    )
    report = play(_read(text))
    launch = report.steps[2]
    assert launch.problem is not None
    assert [blocker.rule for blocker in launch.problem.blockers] == ["no_assessor"]
    assert not report.steps[3].is_played


def test_the_versions_of_a_request_that_is_sent_again_are_the_same() -> None:
    again = "{as: sari, act: submit_plan, key: k}"
    report = _steps(PLAN, again, again, "{as: sari, act: look, key: k, refused: [key_reused]}")
    assert report.passed, _complaints(report)


# --- the report -----------------------------------------------------------------------------------


def _row(report: Report, number: int) -> StepReport:
    return next(step for step in report.steps if step.step.number == number)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_json_in_the_language_asked_for(language: str) -> None:
    text = HEAD + "  - {as: budi, act: submit_plan, refused: forbidden, expect: {state: told}}\n"
    report = play(_read(text), language=language)
    said = json.loads(json.dumps(report.as_json()))
    assert said["scenario"] == {"id": "Coba", "en": "A try"}[language]
    (people, cycle, launch, step) = said["steps"]
    assert [row["number"] for row in (people, cycle, launch, step)] == [0, 0, 0, 1]
    assert (step["line"], step["who"], step["verb"]) == (13, "budi", "act")
    assert step["refused"]["type"] == "forbidden"
    assert [check["met"] for check in step["checks"]] == [True, False]
    assert said["passed"] is False


def test_a_step_reports_its_states_and_who_was_told() -> None:
    report = _steps(PLAN, "{as: sari, act: submit_plan}", "{clock: 2026-01-20}")
    moved = _row(report, 2)
    assert (moved.case, moved.before, moved.after) == ("sari", "drafting", "plan_review")
    assert moved.notified == ["budi"]
    (fired,) = _row(report, 3).fired
    assert fired == {"name": "remind", "case": "sari", "at": "2026-01-13T00:00"}


@pytest.mark.parametrize(
    ("number", "text"), [("191/2", "95.5"), ("1/9", "1/9"), ("120", "120"), ("0", "0")]
)
def test_a_figure_is_written_exactly(number: str, text: str) -> None:
    from_text = EXPECTATIONS["value"].given.deserialize(number)
    assert from_text == text
    assert EXPECTATIONS["value"].given.deserialize(text) == text


# --- a file that cannot be read -------------------------------------------------------------------

GOOD = HEAD + "  - {as: sari, act: submit_plan}\n"
UNREADABLE = [
    ("scenario: {id: Coba, en: A try}\n", "", 2, "missing"),
    ("template: {path: ../templates/small.yaml}", "template: smal", 3, "unknown_template"),
    ("../templates/small.yaml", "nowhere.yaml", 3, "template_unreadable"),
    ("{path: ../templates/small.yaml}", "{key: x}", 3, "bad_template"),
    ("superior: budi", "superior: budo", 5, "unknown_person"),
    ("superior: budi", "supperior: budi", 5, "unknown_key"),
    ("roles: [hr]", "roles: [boss]", 8, "not_one_of"),
    ("agus: {}", "agus: {left: 2026-02-30}", 7, "no_such_date"),
    ("year: 2026", "year: last", 9, "not_whole"),
    ("[2026-01-01, 2026-01-31]", "[2026-01-01]", 9, "too_few"),
    ("[2026-01-01, 2026-01-31]", "[2026-01-01, January]", 9, "bad_day"),
    ("clock: 2026-01-05T09:00", "clock: soon", 10, "bad_moment"),
    ("clock: 2026-01-05T09:00", "settings: {no_such: 1}\nclock: 2026-01-05", 10, "unknown_choice"),
    ("launch: [sari]", "launch: [sari, sari]", 11, "duplicate"),
    ("{as: sari, act: submit_plan}", "{as: sari}", 13, "one_verb"),
    ("{as: sari, act: submit_plan}", "{as: sari, act: x, tick: true}", 13, "one_verb"),
    ("{as: sari, act: submit_plan}", "{act: submit_plan}", 13, "missing"),
    ("{as: sari, act: submit_plan}", "{as: sari, tick: true}", 13, "not_beside"),
    ("{as: sari, act: submit_plan}", "{as: sari, do: submit_plan}", 13, "unknown_key"),
    ("act: submit_plan}", "act: submit_plan, version: old}", 13, "bad_version"),
    ("act: submit_plan}", "act: submit_plan, refused: never}", 13, "not_one_of"),
    ("act: submit_plan}", "act: submit_plan, refused: []}", 13, "too_few"),
    ("act: submit_plan}", "act: x, refused: [{rule: x}]}", 13, "missing"),
    ("act: submit_plan}", "act: x, on: {child: objection}}", 13, "missing"),
    ("act: submit_plan}", "act: x, expect: {states: x}}", 13, "unknown_key"),
    ("act: submit_plan}", "act: x, expect: {value: true}}", 13, "bad_figure"),
    ("{as: sari, act: submit_plan}", "{clock: +P}", 13, "bad_moment"),
    ("{as: sari, act: submit_plan}", "{clock: +PT}", 13, "bad_moment"),
    ("{as: sari, act: submit_plan}", "{as: sari, plan: {titel: x}}", 13, "unknown_key"),
    ("steps:", "steps: {}\nclock: x", 13, "duplicate_key"),
    ("launch: [sari]", "launch: [sari", 12, "yaml_syntax"),
]


@pytest.mark.parametrize(("old", "new", "line", "rule"), UNREADABLE)
def test_a_file_that_cannot_be_read_says_where_and_why(
    old: str, new: str, line: int, rule: str
) -> None:
    assert old in GOOD
    with pytest.raises(ScenarioError) as caught:
        _read(GOOD.replace(old, new, 1))
    problem = caught.value.problems[0]
    assert (problem.line, problem.code) == (line, rule)
    for language in LANGUAGES:
        assert str(line) in problem.say(language)
        assert json.dumps(caught.value.as_json(language))


def test_every_problem_of_a_file_is_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        _read(GOOD.replace("budi}", "budo}").replace("09:00", "9"))
    assert [problem.code for problem in caught.value.problems] == ["unknown_person", "bad_moment"]


def test_a_problem_of_a_template_in_its_own_file_names_that_file(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text(_small().replace("initial: drafting", "initial: start"))
    with pytest.raises(ScenarioError) as caught:
        _read(GOOD.replace("../templates/small.yaml", "broken.yaml"), tmp_path)
    problem = caught.value.problems[0]
    assert problem.code == "unknown_state"
    assert "broken.yaml" in problem.say("en")


def test_a_problem_of_a_template_in_the_scenario_stands_in_its_own_line() -> None:
    text = BLOCKS[0].replace("initial: rating", "initial: start")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text)
    problem = caught.value.problems[0]
    assert text.splitlines()[problem.line - 1].strip() == "initial: start"


def test_a_text_names_no_file() -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(GOOD)
    assert [problem.code for problem in caught.value.problems] == ["path_not_here"]


def test_every_sentence_about_scenarios_is_used_and_every_code_has_one() -> None:
    code = "\n".join(path.read_text("utf-8") for path in PACKAGE.glob("*.py"))
    named = set(re.findall(r'(?:refuse|Fault|Blocker|\.of|_refused|say)\(\s*"(\w+)"', code))
    unsaid = {one for one in named if one not in WORDS.texts and one not in INPUTS.texts}
    assert not unsaid
    rephrased = {one for one in WORDS.texts if one in INPUTS.texts}
    bases = {one.removesuffix(".way_out") for one in WORDS.texts} - rephrased
    assert bases <= named | {"in_template", "passed", "failed", "bad_template"}
    assert all(set(texts) == set(LANGUAGES) for texts in WORDS.texts.values())


# --- beside a running application -----------------------------------------------------------------


def test_it_plays_within_a_transaction_of_another_database_and_leaves_it_alone(app: Flask) -> None:
    noon = clock.now()
    with app.app_context(), clock.at(noon), transaction() as session:
        agency = Agency(key="ours", name="Ours", zone="Asia/Jakarta")
        session.add(agency)
        session.flush()
        assert play(read_scenario(FILES[0])).passed
        assert clock.now() == noon
        assert session is db.session()
        assert agency in session
    with app.app_context():
        assert db.session.scalars(db.select(Agency.key)).all() == ["ours"]
        assert not db.session.scalars(db.select(Case.id)).all()


def test_it_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = read_scenario(FILES[0])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    play(scenario)
    assert not list(tmp_path.iterdir())


def test_a_database_with_an_agency_of_its_own_is_refused(app: Flask, database: str) -> None:
    with app.app_context():
        create_agency("ours", "Ours")
    with pytest.raises(Conflict) as caught, scratch_database(database):
        pass
    (blocker,) = caught.value.blockers
    assert blocker.rule == "not_scratch"
    assert blocker.say("en")
    assert blocker.way_out("id")


def test_a_scratch_database_may_be_used_again(database: str) -> None:
    scenario = read_scenario(FILES[0])
    assert all(play(scenario, database).passed for _ in range(2))
