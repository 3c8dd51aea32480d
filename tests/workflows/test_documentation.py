"""The language reference names every key, kind and phase, and its examples hold."""

import re
from pathlib import Path

import pytest

from kinerja_flow.workflow import vocabulary
from workflows import KINDS, parse, read
from workflows.definition import BOOKS, PHASES
from workflows.fields import Record
from workflows.schema import ASPECTS, MARKS, POLARITIES

DOCS = Path(__file__).parents[2] / "docs"
TEXT = "".join((DOCS / name).read_text("utf-8") for name in ("templates.md", "templates-more.md"))
CODE = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`\n]+`", TEXT))))
BLOCKS = re.findall(r"```yaml(?: template)?\n(.*?)```", TEXT, re.S)
(EXAMPLE,) = re.findall(r"```yaml template\n(.*?)```", TEXT, re.S)


def keys_of_the_language() -> set[str]:
    records = [r for r in Record.__subclasses__() if r.__module__.startswith("workflows.")]
    fields = [item for record in records for item in record().fields.items()]
    return {field.data_key or name for name, field in fields}


@pytest.mark.parametrize("key", sorted(keys_of_the_language()))
def test_every_key_is_described(key):
    assert key in CODE


@pytest.mark.parametrize("word", [*KINDS, *PHASES, *BOOKS, *MARKS, *ASPECTS, *POLARITIES])
def test_every_fixed_word_is_described(word):
    assert word in CODE


def test_the_example_is_sound():
    assert read(EXAMPLE, vocabulary()).key == "contoh"


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_example_is_readable(block):
    assert parse(block).data


@pytest.mark.parametrize("word", vocabulary().scoring.values(), ids=lambda word: word.name)
def test_every_scoring_rule_has_a_line_of_yaml_that_it_takes(word):
    [line] = re.findall(rf"^`(\{{{word.name}: .*\}})`$", word.meaning, re.M)
    given = parse(f"rule: {line}").data["rule"][word.name]
    fields = {field.data_key or name: field for name, field in word.params().fields.items()}
    needed = {name for name, field in fields.items() if field.required}
    assert needed <= given.keys() <= fields.keys()
