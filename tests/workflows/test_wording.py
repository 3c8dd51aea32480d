"""Both languages have a sentence for every code, and ask for the same things in it."""

import re
from pathlib import Path

import pytest
from marshmallow import Schema, ValidationError, fields, validate

import workflows
from workflows.faults import _STOCK, faults_in
from workflows.problems import MESSAGES

HOME = Path(workflows.__file__).parent
#: Scoring refuses its parameters in the words of the template checker.
SCORING = HOME.parent / "kinerja_flow" / "scoring"
FILES = sorted(HOME.rglob("*.py")) + sorted(SCORING.rglob("*.py"))
SOURCES = "\n".join(path.read_text() for path in FILES)
CALLS = r"\b(?:refuse|problem|Fault|finding|_report|_refuse|InputProblem|TemplateProblem)"
USES = re.compile(CALLS + r"""\(\s*(?:[\w()"]+, )?f?"([^"]+)\"""")
KINDS = {
    "unknown_{self.kind}": ["window", "machine", "child_machine", "state", "action",
                            "parent_action", "instrument", "criterion", "indicator",
                            "relation", "scale", "node", "field", "level", "option", "setting",
                            "follow_up"],
    "unknown_{self.registry}": ["rules", "effects", "scoring"],
    "unused_{kind}": ["scale", "instrument"],
    "{needed}_needed": ["number", "level"],
}  # fmt: skip


def codes_used() -> set[str]:
    found = {code for code in USES.findall(SOURCES) if code}
    for pattern, kinds in KINDS.items():
        found.remove(pattern)
        found |= {re.sub(r"\{.*\}", kind, pattern) for kind in kinds}
    named = {"required", "at", "at_line", "at_place", "at_line_place", "unknown_input"}
    return found | {code for _, code in _STOCK} | named


def test_every_code_that_is_used_has_a_sentence_and_none_is_left_over():
    assert codes_used() == set(MESSAGES.texts)


@pytest.mark.parametrize("code", sorted(MESSAGES.texts))
def test_both_languages_say_the_same_things(code):
    assert set(MESSAGES.texts[code]) == {"id", "en"}
    asked = MESSAGES.placeholders(code)
    assert asked["id"] == asked["en"]


def test_any_language_but_english_is_answered_in_indonesian():
    assert MESSAGES.say("required", "fr") == MESSAGES.say("required", "id") == "wajib diisi."


class Stock(Schema):
    whole = fields.Integer(strict=True, validate=validate.Range(1, 5))
    high = fields.Integer(validate=validate.Range(max=5))
    low = fields.Integer(validate=validate.Range(min=1))
    text = fields.String(validate=validate.OneOf(["a", "b"]))
    texts = fields.List(fields.String(), validate=validate.Length(1, 2))
    number = fields.Decimal()
    flag = fields.Boolean()
    tree = fields.Dict()
    inner = fields.Nested(lambda: Stock(only=("whole",)))
    needed = fields.String(required=True)


STOCK = [
    ({}, "missing", {}),
    ({"whole": "x"}, "not_whole", {}),
    ({"whole": 2.5}, "not_whole", {}),
    ({"whole": 9}, "out_of_range", {"min": "1", "max": "5"}),
    ({"high": 9}, "too_high", {"max": "5"}),
    ({"low": 0}, "too_low", {"min": "1"}),
    ({"text": 1}, "not_text", {}),
    ({"text": "c"}, "not_one_of", {"known": "a, b"}),
    ({"texts": "a"}, "not_list", {}),
    ({"texts": ["a", "b", "c"]}, "refused_value", None),
    ({"number": "x"}, "not_number", {}),
    ({"flag": 7}, "not_flag", {}),
    ({"tree": 7}, "not_mapping", {}),
    ({"inner": 7}, "not_mapping", {}),
    ({"text": None}, "empty_value", {}),
    ({"other": 1}, "unknown_entry", {}),
]


@pytest.mark.parametrize(("data", "code", "params"), STOCK)
def test_marshmallows_own_sentences_become_codes(data, code, params):
    given = {"needed": "x", **data} if data else {}
    with pytest.raises(ValidationError) as refused:
        Stock().load(given)
    ((_, fault),) = faults_in(refused.value.messages)
    assert fault.code == code
    assert params is None or fault.params == params
    assert all(MESSAGES.say(code, language, **fault.params) for language in ("id", "en"))
