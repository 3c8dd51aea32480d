"""What the agency may choose, and how a choice enters the template."""

import pytest

from tests.workflows.words import TEMPLATE, VOCABULARY
from workflows import TemplateError, parse, read, resolve
from workflows.definition import Term

SOURCE = """
key: xx
settings: {term: {default: P14D}, most: {default: 5}, names: {default: [a]}, flag: {default: true},
  text: {default: x}, none: {default: null}, tree: {default: {a: 1}}}
due: {setting: term}
deep: [{list: [{setting: most}]}, {setting: names}]
not_alone: {setting: text, other: 1}
"""


def test_a_setting_is_replaced_by_its_default_wherever_it_stands_alone():
    data = resolve(parse(SOURCE), {}).data
    assert data["due"] == "P14D"
    assert data["deep"] == [{"list": [5]}, ["a"]]
    assert data["not_alone"] == {"setting": "text", "other": 1}


def test_the_settings_section_itself_stays():
    assert resolve(parse(SOURCE), {"term": "P7D"}).data["settings"]["term"] == {"default": "P14D"}


KINDS = [
    ("term", "P7D", True), ("term", {"working_days": 14}, True), ("term", {"window": "w"}, True),
    ("term", "soon", False), ("term", 14, False), ("most", 7, True), ("most", "7", False),
    ("most", True, False), ("most", 7.5, False), ("most", None, False), ("names", ["b"], True),
    ("names", "b", False), ("flag", False, True), ("flag", 0, False), ("flag", "false", False),
    ("text", "y", True), ("text", 1, False), ("none", None, True), ("none", 1, False),
    ("tree", {"b": 2}, True), ("tree", [1], False), ("text", object(), False),
    ("tree", {"b": 2.5}, False), ("names", [object()], False),
    ("most", float("nan"), False),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "fits"), KINDS)
def test_a_choice_must_be_of_the_kind_of_the_default(key, value, fits):
    codes = [problem.code for problem in resolve(parse(SOURCE), {key: value}).problems]
    assert codes == ([] if fits else ["other_kind"])


@pytest.mark.parametrize("value", ["a\u202eb", "a\x00b"])
def test_a_choice_may_not_hide_characters(value):
    for key, chosen in (("text", value), ("names", [value]), ("tree", {"a": {value: 1}})):
        (problem,) = resolve(parse(SOURCE), {key: chosen}).problems
        assert problem.code == "bad_character"


def test_a_choice_for_what_is_no_setting_is_a_problem_with_the_known_ones():
    (problem,) = resolve(parse(SOURCE), {"terms": "P7D"}).problems
    assert problem.code == "unknown_choice"
    assert "term, text, tree" in problem.say("en")


def test_a_choice_is_checked_by_whatever_reads_it():
    with pytest.raises(TemplateError) as refused:
        read(TEMPLATE, VOCABULARY, {"objection_term": {"window": "someday"}})
    (problem,) = refused.value.problems
    assert problem.code == "unknown_window"
    line = TEMPLATE.splitlines()[problem.line - 1]
    assert "{setting: objection_term}" in line


def test_a_choice_becomes_part_of_the_definition_and_of_its_digest():
    usual = read(TEMPLATE, VOCABULARY)
    same = read(TEMPLATE, VOCABULARY, {"objection_term": "P2W"})
    chosen = read(TEMPLATE, VOCABULARY, {"objection_term": {"working_days": 14}})
    assert chosen.machines["objection"].states["filed"].due == Term(working_days=14)
    assert usual.digest == same.digest != chosen.digest
