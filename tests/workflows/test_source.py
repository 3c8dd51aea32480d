"""What a template file may be made of, and what is refused before anything is built from it."""

import time
from decimal import Decimal

import pytest

from tests.workflows.words import TEMPLATE
from workflows import TemplateError, parse

LAUGHS = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"

HOSTILE = {
    "10 MB": ("key: " + "x" * 10_000_000, "too_big"),
    "10 MB of bytes": (b"\xff" * 10_000_000, "too_big"),
    "a little over the limit in bytes": ("k: " + "é" * 140_000, "too_big"),
    "aliases that explode": (LAUGHS, "anchor"),
    "an alias without an anchor": ("a: *b\n", "alias"),
    "an alias as a key": ("*b : 1\n", "alias"),
    "an anchor on a text": ("a: &a x\n", "anchor"),
    "a merge key": ("a: {b: 1}\nc:\n  <<: {d: 1}\n", "merge_key"),
    "a Python object": ("a: !!python/object/apply:os.system [id]\n", "tag"),
    "a Python name": ("a: !!python/name:os.system\n", "tag"),
    "a private tag": ("a: !x y\n", "tag"),
    "a lone exclamation mark": ("a: ! y\n", "tag"),
    "a standard tag": ("a: !!str 1\n", "tag"),
    "a tag on a key": ("!!str a: 1\n", "tag"),
    "a set": ("a: !!set {b, c}\n", "tag"),
    "binary": ("a: !!binary aGVq\n", "tag"),
    "duplicate keys": ("a: 1\nb: 2\na: 3\n", "duplicate_key"),
    "duplicate keys inside": ("a: {b: 1, b: 1}\n", "duplicate_key"),
    "duplicate keys in two spellings": ('café: 1\n"cafe\\u0301": 1\n', "duplicate_key"),
    "a number as a key": ("1: a\n", "key_not_text"),
    "true as a key": ("true: a\n", "key_not_text"),
    "null as a key": ("~: a\n", "key_not_text"),
    "a list as a key": ("? [a, b]\n: c\n", "key_not_text"),
    "a mapping as a key": ("? {a: b}\n: c\n", "key_not_text"),
    "10,000 brackets": ("a: " + "[" * 10_000, "too_deep"),
    "10,000 braces": ("a: " + "{a: " * 10_000, "too_deep"),
    "10,000 dashes": ("a:\n " + "- " * 10_000 + "x\n", "too_deep"),
    "21 levels": ("a: " + "[" * 20 + "x" + "]" * 20, "too_deep"),
    "not UTF-8": (b"a: \xff\xfe\n", "not_utf8"),
    "UTF-16": ("a: b\n".encode("utf-16"), "not_utf8"),
    "a lone surrogate": ("a: \ud800\n", "not_utf8"),
    "a null byte": ("a: b\x00c\n", "bad_character"),
    "an escape": ("a: b\x1bc\n", "bad_character"),
    "text that runs backwards": ("a: b\u202ec\n", "bad_character"),
    "an isolate": ("# \u2066\na: b\n", "bad_character"),
    "a byte order mark inside": ("a: b\ufeffc\n", "bad_character"),
    "an escaped null byte": ('a: "b\\0c"\n', "bad_character"),
    "an escaped override": ('a: "b\\u202ec"\n', "bad_character"),
    "an escaped override in a key": ('"a\\u202e": b\n', "bad_character"),
    "several documents": ("a: 1\n---\nb: 2\n", "several_documents"),
    "nothing": ("", "not_mapping_top"),
    "only a comment": ("# nothing\n", "not_mapping_top"),
    "a list": ("- a\n", "not_mapping_top"),
    "a word": ("a\n", "not_mapping_top"),
    "a huge whole number": ("a: " + "9" * 5000, "number_too_long"),
    "a huge decimal": ("a: 0." + "1" * 5000, "number_too_long"),
    "a bracket too few": ("a: [b\n", "yaml_syntax"),
    "a tab as indentation": ("a:\n\tb: 1\n", "yaml_syntax"),
    "a colon too many": ("a: b: c\n", "yaml_syntax"),
    "a quote too few": ('a: "b\n', "yaml_syntax"),
    "another version of YAML": ("%YAML 3.0\n---\na: b\n", "yaml_syntax"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_once_and_in_words(name):
    source, code = HOSTILE[name]
    started = time.perf_counter()
    with pytest.raises(TemplateError) as refused:
        parse(source)
    assert time.perf_counter() - started < 0.5
    (problem,) = refused.value.problems
    assert problem.code == code
    assert problem.say("id") != problem.say("en")
    assert len(str(refused.value)) < 500


# what is written → what is read; everything that is not plainly a number or true/false is text
SCALARS = {
    "1": 1, "-3": -3, "+4": 4, "0": 0, "120": 120,
    "0.10": Decimal("0.10"), "-1.5": Decimal("-1.5"), "99.999": Decimal("99.999"),
    "true": True, "True": True, "FALSE": False, "null": None, "~": None, "": None,
    "on": "on", "off": "off", "yes": "yes", "no": "no", "y": "y", "N": "N", "TrUe": "TrUe",
    "2026-03-15": "2026-03-15", "12:30": "12:30", "1e3": "1e3", "1_000": "1_000",
    "0x1F": "0x1F", "0o17": "0o17", "007": "007", ".5": ".5", "5.": "5.", "1.2.3": "1.2.3",
    ".nan": ".nan", ".inf": ".inf", "-.inf": "-.inf", "NaN": "NaN", "=": "=",
    "'1'": "1", '"true"': "true", "'null'": "null", "''": "",
    "٣": "٣", "P14D": "P14D", '"e\\u0301"': "\u00e9", "e\u0301": "\u00e9",
}  # fmt: skip


@pytest.mark.parametrize("written", SCALARS)
def test_a_plain_value_is_read_as_it_looks(written):
    value = parse(f"a: {written}\n").data["a"]
    assert value == SCALARS[written]
    assert type(value) is type(SCALARS[written])


def test_every_value_has_its_line_and_column():
    marks = parse("a: 1\nb:\n  - c: 2\n  - [3,\n     4]\n").marks
    assert marks == {
        (): (1, 1), ("a",): (1, 1), ("b",): (2, 1), ("b", 0): (3, 5), ("b", 0, "c"): (3, 5),
        ("b", 1): (4, 5), ("b", 1, 0): (4, 6), ("b", 1, 1): (5, 6),
    }  # fmt: skip


def test_bytes_and_a_byte_order_mark_at_the_start_make_no_difference():
    assert parse(b"\xef\xbb\xbf" + TEMPLATE.encode()).data == parse(TEMPLATE).data


def test_twenty_levels_are_deep_enough():
    assert parse("a: " + "[" * 19 + "x" + "]" * 19).data
