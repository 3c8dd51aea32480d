"""What the words of the installation are given: levels there are, inputs of a kind, numbers."""

from pathlib import Path

import pytest

from kinerja_flow.workflow import vocabulary
from workflows import check, parse

TEXT = (Path(__file__).parents[1] / "templates" / "small.yaml").read_text("utf-8")
# Without the briefing, which comes last: what is added is a step of the scoring.
SMALL = TEXT.partition("briefing:\n")[0]
PEERS, PERSON, PLAN = "peers: {people: peer}", "{person: person}", "requires: [plan_complete,"
MATRIX = """\
  - node: tabel
    rule: {matrix: {rows: hasil, columns: hasil, cells: {sesuai: {CELL}}}}
"""


def bands(*given: str) -> str:
    steps = f"{{of: capaian, bands: [{', '.join(given)}]}}"
    return f"{SMALL}  - {{node: pita, rule: {{bands: {steps}}}}}\n"


def required(rule: str) -> str:
    return SMALL.replace(PLAN, f"{PLAN} {rule},", 1)


def taking(name: str, kind: str, rule: str) -> str:
    takes = f"takes: {{{name}: {kind}}}, {PLAN} {rule},"
    return SMALL.replace(PLAN, takes, 1)


SOURCES = {
    "the template as it is": (SMALL, ""),
    # levels
    "a level of a scale": (required("{result_is: [sesuai, di_atas]}"), ""),
    "a level that is misspelt": (required("{result_is: [sesuai, di_atsa]}"), "unknown_level"),
    "a level in capitals": (required("{result_is: [Sesuai]}"), "unknown_level"),
    "a level that is a number": (required("{result_is: [3]}"), "not_text"),
    "an indicator of the catalogue": (required("{judged_listed: [lama_layanan]}"), ""),
    "an indicator that is not there": (required("{judged_listed: [lama]}"), "unknown_indicator"),
    "no level": (required("{result_is: []}"), "too_few"),
    "a level twice": (required("{result_is: [sesuai, sesuai]}"), "duplicate"),
    "a cell of levels": (SMALL + MATRIX.replace("CELL", "di_atas: sesuai"), ""),
    "a cell with a strange level": (
        SMALL + MATRIX.replace("CELL", "di_atas: sesuia"),
        "unknown_level",
    ),
    "a column with a strange level": (
        SMALL + MATRIX.replace("CELL", "diatas: sesuai"),
        "unknown_level",
    ),
    "bands of a scale": (bands("{level: di_atas, from: 90}", "{level: sesuai}"), ""),
    "a band beside its scale": (
        bands("{level: di_ats, from: 90}", "{level: sesuai}"),
        "unknown_level",
    ),
    "a band with a label of its own": (
        bands("{level: puncak, from: 90, label: Puncak}", "{level: sesuai}"),
        "",
    ),
    "bands that are their own scale": (bands("{level: hijau, from: 90}", "{level: merah}"), ""),
    "a band that cannot be read": (bands("{level: ' '}"), "empty_value"),
    # kinds of input
    "peers that are a text": (SMALL.replace(PEERS, "peers: text"), "input_of_other_kind"),
    "peers of whom there is one": (SMALL.replace(PEERS, "peers: {person: peer}"), ""),
    "an appointment of a text": (
        SMALL.replace(PERSON, "{person: text}"),
        "input_of_other_kind",
    ),
    "an appointment of several": (
        SMALL.replace(PERSON, "{person: {people: peer}}"),
        "input_of_other_kind",
    ),
    "a rating that is a text": (
        SMALL.replace("hasil: {rating: ekspektasi}, alasan", "hasil: text, alasan"),
        "input_of_other_kind",
    ),
    "a day that is a date": (
        taking("hari", "date", "{day_extends_window: {window: rating, field: hari}}"),
        "",
    ),
    "a day that is a text": (
        taking("hari", "text", "{day_extends_window: {window: rating, field: hari}}"),
        "input_of_other_kind",
    ),
    "a period of numbers": (
        taking("hari", "integer", "{period_inside: {starts: hari, ends: hari}}"),
        "input_of_other_kind",
    ),
    # numbers and words
    "a count": (required("{children_closed: {machine: objection, least: 2}}"), ""),
    "a count in quotes": (
        required("{children_closed: {machine: objection, least: '2'}}"),
        "not_whole",
    ),
    "half a count": (required("{plan_complete: 2.5}"), "not_whole"),
    "a count that is true": (required("{plan_complete: true}"), "not_whole"),
    "a count of nothing": (required("{plan_complete: 0}"), "out_of_range"),
    "an unknown receipt": (
        SMALL.replace("record_receipt: opened", "record_receipt: seen"),
        "not_one_of",
    ),
    "a signature under something else": (
        SMALL.replace("sign: result", "sign: letter"),
        "not_one_of",
    ),
    "weights that stand beside `of`": (
        SMALL + "  - {node: total, label: Total, rule: {weighted_sum: {capaian: 100}}}\n",
        "params_go_within",
    ),
    # results
    "a result that nobody delivers": (
        SMALL.replace("[compute_result, deliver]", "[compute_result]").replace(
            "does: [deliver], ", ""
        ),
        "result_never_delivered",
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_what_a_word_is_given_is_held_to_what_it_can_use(name: str) -> None:
    source, expected = SOURCES[name]
    assert name == "the template as it is" or source != SMALL
    _, problems = check(parse(source), vocabulary())
    assert {problem.code for problem in problems} == ({expected} if expected else set())
