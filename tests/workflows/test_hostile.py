"""What a hostile author or sender may try beyond the file itself: each ends in words, at once."""

import time
from decimal import Decimal
from uuid import UUID

import pytest

from tests.workflows.words import TEMPLATE, VOCABULARY
from workflows import InputError, TemplateError, check, compile_machine, parse, read, take
from workflows.canonical import read_data
from workflows.checker import MOST_PROBLEMS
from workflows.faults import shown
from workflows.settings import resolve
from workflows.source import Document

HUGE = 10**5000
TAKES = """{tx: text?, nu: number?, wh: integer?, yn: boolean?, da: date?,
  ra: {rating: mutu, optional: true}, one: {person: peer, optional: true},
  all: {people: peer, optional: true}}"""


def nested(depth: int) -> list:
    """A list in a list in a list …"""
    outer: list = []
    for _ in range(depth):
        outer = [outer]
    return outer


DEEP = nested(100_000)


@pytest.fixture(scope="module")
def action():
    source = TEMPLATE.replace("takes: {comment: text}", f"takes: {TAKES}")
    return read(source, VOCABULARY).root.actions["send_back"]


@pytest.fixture(autouse=True)
def _at_once():
    started = time.perf_counter()
    yield
    assert time.perf_counter() - started < 5


SENT = {
    "a number too long to be written": HUGE,
    "a number with a huge exponent": Decimal("1e999999999"),
    "nothing with a tiny exponent": Decimal("1e-999999999"),
    "not a number": Decimal("sNaN"),
    "infinity": float("inf"),
    "a deep list": DEEP,
    "a lone surrogate": "\ud800",
    "ten million letters": "x" * 10_000_000,
    "Arabic digits": "\u0661\u0662",
    "wide digits": "\uff11\uff12",
    "a date in wide digits": "\uff12\uff10\uff12\uff16-01-01",
    "a Cyrillic look-alike": "b\u0430ik",
    "bytes": b"baik",
}


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("field", ["nu", "wh", "yn", "da", "ra", "one", "all"])
def test_a_hostile_value_of_an_input_is_refused_in_words_that_can_be_sent(action, field, name):
    with pytest.raises(InputError) as refused:
        take(action, {field: SENT[name]})
    for language in ("id", "en"):
        assert len(refused.value.problems[0].say(language).encode()) < 400


def test_a_hostile_text_is_refused(action):
    for value in ("x" * 10_000_000, "a\ud800", "a\U000e0041", "a\u2060", HUGE, DEEP):
        with pytest.raises(InputError):
            take(action, {"tx": value})


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164", "\u2800 \u200d", "\u00ad\n"])
def test_a_reason_in_which_there_is_nothing_to_see_is_none(unseen):
    reopen = read(TEMPLATE, VOCABULARY).root.actions["reopen"]
    with pytest.raises(InputError, match="must be filled in"):
        take(reopen, {"reason": unseen})


def test_a_label_in_which_there_is_nothing_to_see_is_refused():
    source = TEMPLATE.replace("id: Contoh,", 'id: "\\u200b\\u3164",')
    with pytest.raises(TemplateError, match="It is empty"):
        read(source, VOCABULARY)


def test_inputs_that_nobody_asked_for_are_named_only_up_to_a_point(action):
    with pytest.raises(InputError) as refused:
        take(action, {f"k{number}": 1 for number in range(100_000)})
    assert len(refused.value.problems) == 20


def test_any_value_can_be_repeated_in_a_sentence():
    for value in (HUGE, [HUGE], DEEP, {"a": DEEP}, "\ud800\u202e", Decimal("NaN"), b"\0"):
        assert len(shown(value).encode()) < 200


CHOSEN = {
    "a number too long to be written": HUGE,
    "a number with a huge exponent": Decimal("1e999999999"),
    "not a number": Decimal("NaN"),
    "a deep list": DEEP,
    "a long list": ["x"] * 1_000_000,
    "a term of a huge number": {"days": HUGE},
    "another setting": {"setting": "objection_term"},
}


@pytest.mark.parametrize("default", ["P14D", "30", "[a]", "{a: b}"])
@pytest.mark.parametrize("name", CHOSEN)
def test_a_hostile_choice_for_a_setting_is_refused(name, default):
    source = TEMPLATE.replace("default: P14D", f"default: {default}")
    document = resolve(parse(source), {"objection_term": CHOSEN[name]})
    definition, problems = check(document, VOCABULARY)
    assert definition is None
    assert all(len(problem.say("en")) < 600 for problem in problems)


def test_a_setting_that_is_used_often_cannot_make_a_template_huge():
    long = f"[{', '.join('x' * 190 + str(number) for number in range(290))}]"
    criteria = ", ".join(
        f"{{key: c{number}, label: X, applies_to: {{field: {{setting: objection_term}}}}}}"
        for number in range(250)
    )
    source = TEMPLATE.replace("default: P14D", f"default: {long}")
    source = source.replace("criteria: [", f"criteria: [{criteria}, ")
    with pytest.raises(TemplateError, match="With this setting filled in"):
        read(source, VOCABULARY)


def test_a_setting_can_neither_be_a_key_nor_stand_for_another():
    for written in ("? {setting: objection_term}\n: x\n", "basis: [{setting: other}]\n"):
        with pytest.raises(TemplateError):
            read(TEMPLATE.replace("basis: [PP 30/2019 art. 41]\n", written), VOCABULARY)


def test_of_very_many_problems_the_first_are_told():
    wide = "".join(f"k{number}: 1\n" for number in range(20_000))
    with pytest.raises(TemplateError) as refused:
        read(TEMPLATE + wide, VOCABULARY)
    *first, last = refused.value.problems
    assert len(first) == MOST_PROBLEMS
    assert (last.code, last.params) == ("more_problems", {"count": 20_000 - MOST_PROBLEMS})


PYTHONS = ["trigger", "to_closed", "is_closed", "may_rate", "models", "events", "initial", "fields"]


@pytest.mark.parametrize("name", PYTHONS)
def test_a_name_that_a_library_also_has_is_only_a_name(name):
    source = TEMPLATE.replace("peers:", f"{name}:").replace("state: peers", f"state: {name}")
    source = source.replace("from: peers", f"from: {name}").replace("name: rate", f"name: {name}")
    source = source.replace("appraisal.rate", f"appraisal.{name}")
    definition = read(source, VOCABULARY)
    machine = compile_machine(definition, "appraisal")
    assert machine.table["rating", name] == ("delivered",)
    assert machine.table[name, "lapse"] == ("rating",)
    submit = definition.root.actions["submit"]
    people = [str(UUID(int=number)) for number in (1, 2, 3)]
    assert set(take(submit, {name: people})) == {name}


def test_a_machine_of_very_many_moves_is_refused():
    states = "".join(f"      s{number}: {{phase: running}}\n" for number in range(60))
    sources = ", ".join(f"s{number}" for number in range(60))
    actions = "".join(
        f"      - {{name: a{number}, from: [{sources}], to: s{number % 60}, by: [hr]}}\n"
        for number in range(100)
    )
    source = TEMPLATE.replace(
        "      rating: {phase: assessing}\n", f"      rating: {{phase: assessing}}\n{states}"
    )
    source = source.replace("      - {name: receive,", f"{actions}      - {{name: receive,")
    _, problems = check(parse(source), VOCABULARY)
    assert "too_many_moves" in {problem.code for problem in problems}


def test_an_action_has_no_more_than_fifty_branches():
    branches = "{when: plan_long, state: peers}, " * 60
    source = TEMPLATE.replace("{when: plan_long, state: peers}, ", branches)
    with pytest.raises(TemplateError, match="At most 50"):
        read(source, VOCABULARY)


def test_what_an_action_requires_or_does_uses_its_own_inputs():
    source = TEMPLATE.replace("[plan_complete,", "[{told: {field: comment}},")
    _, (problem,) = check(parse(source), VOCABULARY)
    assert (problem.code, problem.params) == (
        "input_not_taken",
        {"name": "comment", "word": "told"},
    )


def test_only_what_the_system_may_do_in_the_parent_can_be_caused_there():
    advance = TEMPLATE.replace("by: [examiner],", "by: [examiner], does: [{advance: correct}],")
    correct = "      - {name: correct, from: delivered, to: rating, by: [WHO]}\n  objection:\n"
    for who, codes in (("hr", ["unknown_parent_action"]), ("system", [])):
        source = advance.replace(
            "  objection:\n    parent", correct.replace("WHO", who) + "    parent"
        )
        _, problems = check(parse(source), VOCABULARY)
        assert [problem.code for problem in problems] == codes


@pytest.mark.parametrize("section", ["relations", "scoring", "machines", "instruments", "settings"])
@pytest.mark.parametrize("value", [True, -1, "x", [], None, [[]], {"x": []}])
def test_a_section_of_another_shape_is_refused_in_words(section, value):
    _, problems = check(Document({**parse(TEMPLATE).data, section: value}), VOCABULARY)
    assert problems
    assert all(problem.say(language) for problem in problems for language in ("id", "en"))


WRITTEN = read(TEMPLATE, VOCABULARY).canonical
TAMPERED = {
    "nothing": b"",
    "no text": b"\xff",
    "a list": b"[]",
    "a piece": WRITTEN[:-1],
    "brackets": b"[" * 100_000,
    "not a number": WRITTEN.replace(b'"to":5', b'"to":NaN'),
    "infinity": WRITTEN.replace(b'"to":5', b'"to":-Infinity'),
    "a number too long to be read": WRITTEN.replace(b'"to":5', b'"to":' + b"9" * 5000),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_damaged_canonical_form_is_refused(name):
    with pytest.raises(TemplateError, match="damaged"):
        read_data(TAMPERED[name])
