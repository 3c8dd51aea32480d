"""What may be sent with an action: a table of inputs, and what becomes of each."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from workflows import KINDS, InputError, take
from workflows.definition import Action, Input, Label

A, B, C = (str(UUID(int=number)) for number in (1, 2, 3))
LEVELS = tuple((key, Label(key, key)) for key in ("0", "1", "2"))
OPTIONS = (("upheld", Label("Dikuatkan", "Upheld")), ("changed", Label("Diubah", "Changed")))
SCORE = ("number", {"from": Decimal(0), "to": Decimal(100), "places": 2})
SHORT = ("text", {"min": 3, "max": 5})
PEERS = ("people", {"relation": "peer", "min": 2, "max": 3})
DAYS = ("integer", {"from": 1, "to": 31})


def action(kind, options=None, optional=False):
    spec = Input("it", kind, Label("Isian", "Field"), optional, options or {})
    return Action("act", Label("a", "a"), ("here",), (), ("hr",), takes={"it": spec})


GOOD = [
    (("text", {}), " a\tb\r\nc ", "a\tb\nc"),
    (("text", {}), "e\u0301", "\u00e9"),
    (("text", {}), "x" * 10_000, "x" * 10_000),
    (("text", {}), "a\rb", "a\nb"),
    (("text", {}), "0", "0"),
    (("text", {}), "=1+1", "=1+1"),
    (SHORT, "abc", "abc"),
    (SCORE, 0, Decimal(0)),
    (SCORE, "0", Decimal(0)),
    (SCORE, "-0", Decimal(0)),
    (SCORE, 100, Decimal(100)),
    (SCORE, "100.00", Decimal(100)),
    (SCORE, Decimal("99.99"), Decimal("99.99")),
    (SCORE, " 7.5 ", Decimal("7.5")),
    (("number", {}), "-12.25", Decimal("-12.25")),
    (("number", {"places": 0}), "12", Decimal(12)),
    (("number", {}), "9" * 16 + ".99", Decimal("9" * 16 + ".99")),
    (DAYS, 1, 1),
    (DAYS, "31", 31),
    (DAYS, Decimal("7.0"), 7),
    (("integer", {}), "-5", -5),
    (("boolean", {}), True, True),
    (("boolean", {}), False, False),
    (("date", {}), "2024-02-29", date(2024, 2, 29)),
    (("choice", {"options": OPTIONS}), "changed", "changed"),
    (("rating", {"scale": "s", "levels": LEVELS}), "0", "0"),
    (("rating", {"scale": "s", "levels": LEVELS}), 0, "0"),
    (("person", {}), A, UUID(A)),
    (("person", {}), UUID(A), UUID(A)),
    (PEERS, [A, B], (UUID(A), UUID(B))),
    (("people", {}), [A], (UUID(A),)),
]

BAD = [
    (("text", {}), None, "required"),
    (("text", {}), "", "required"),
    (("text", {}), "  \n", "required"),
    (("text", {}), 12, "input_not_text"),
    (("text", {}), ["a"], "input_not_text"),
    (("text", {}), {"a": 1}, "input_not_text"),
    (("text", {}), True, "input_not_text"),
    (("text", {}), "x" * 10_001, "text_length"),
    (("text", {}), "a\x00b", "input_bad_character"),
    (("text", {}), "a\x1b[31m", "input_bad_character"),
    (("text", {}), "a\u202eb", "input_bad_character"),
    (("text", {}), "a\u2067b", "input_bad_character"),
    (("text", {}), "a\ud800b", "input_bad_character"),
    (SHORT, "ab", "text_length"),
    (SHORT, "abcdef", "text_length"),
    (SHORT, " ab ", "text_length"),
    (SCORE, None, "required"),
    (SCORE, "", "required"),
    (SCORE, "100.01", "too_high_given"),
    (SCORE, Decimal("100.01"), "too_high_given"),
    (SCORE, "-0.01", "too_low_given"),
    (SCORE, -1, "too_low_given"),
    (SCORE, "1.005", "too_many_places"),
    (SCORE, "1.500", "too_many_places"),
    (SCORE, "1,5", "input_not_number"),
    (SCORE, 99.5, "input_not_number"),
    (SCORE, float("nan"), "input_not_number"),
    (SCORE, True, "input_not_number"),
    (SCORE, "NaN", "input_not_number"),
    (SCORE, Decimal("NaN"), "input_not_number"),
    (SCORE, Decimal("sNaN"), "input_not_number"),
    (SCORE, "inf", "input_not_number"),
    (SCORE, Decimal("Infinity"), "input_not_number"),
    (SCORE, "1e2", "input_not_number"),
    (SCORE, Decimal("1E+2"), "input_not_number"),
    (SCORE, "0x10", "input_not_number"),
    (SCORE, "1_0", "input_not_number"),
    (SCORE, "٣", "input_not_number"),
    (SCORE, "５", "input_not_number"),
    (SCORE, "²", "input_not_number"),
    (SCORE, "1 0", "input_not_number"),
    (SCORE, ".5", "input_not_number"),
    (SCORE, [1], "input_not_number"),
    (SCORE, "9" * 5000, "too_many_digits"),
    (("number", {}), "9" * 19, "too_many_digits"),
    (("number", {"places": 9}), "1234567890.123456789", "too_many_digits"),
    (("number", {"places": 0}), "1.0", "too_many_places"),
    (DAYS, 0, "too_low_given"),
    (DAYS, 32, "too_high_given"),
    (DAYS, "1.0", "input_not_whole"),
    (DAYS, Decimal("1.5"), "input_not_whole"),
    (DAYS, Decimal("NaN"), "input_not_whole"),
    (DAYS, 1.0, "input_not_whole"),
    (DAYS, True, "input_not_whole"),
    (DAYS, "", "required"),
    (("integer", {}), "9" * 5000, "too_many_digits"),
    (("boolean", {}), "true", "input_not_flag"),
    (("boolean", {}), 1, "input_not_flag"),
    (("boolean", {}), 0, "input_not_flag"),
    (("boolean", {}), None, "required"),
    (("date", {}), "15-03-2026", "input_not_date"),
    (("date", {}), "2026-3-5", "input_not_date"),
    (("date", {}), "20260315", "input_not_date"),
    (("date", {}), "2026-03-15T00:00:00", "input_not_date"),
    (("date", {}), date(2026, 3, 15), "input_not_date"),
    (("date", {}), 20260315, "input_not_date"),
    (("date", {}), "2026-02-29", "no_such_date"),
    (("date", {}), "2026-13-01", "no_such_date"),
    (("date", {}), "0001-01-01", "no_such_date"),
    (("date", {}), "9999-12-31", "no_such_date"),
    (("choice", {"options": OPTIONS}), "Changed", "not_an_option"),
    (("choice", {"options": OPTIONS}), "chаnged", "not_an_option"),
    (("choice", {"options": OPTIONS}), ["changed"], "not_an_option"),
    (("rating", {"scale": "s", "levels": LEVELS}), "3", "not_an_option"),
    (("rating", {"scale": "s", "levels": LEVELS}), "0.0", "not_an_option"),
    (("rating", {"scale": "s", "levels": LEVELS}), False, "not_an_option"),
    (("rating", {"scale": "s", "levels": LEVELS}), Decimal(0), "not_an_option"),
    (("person", {}), "1", "input_not_person"),
    (("person", {}), A.replace("-", ""), "input_not_person"),
    (("person", {}), "{" + A + "}", "input_not_person"),
    (("person", {}), 1, "input_not_person"),
    (PEERS, A, "input_not_list"),
    (PEERS, {A: B}, "input_not_list"),
    (PEERS, [], "people_count"),
    (PEERS, [A], "people_count"),
    (PEERS, [A, B, C, str(UUID(int=4))], "people_count"),
    (PEERS, [A, A], "person_twice"),
    (PEERS, [A, A.upper().replace("0", "0")], "person_twice"),
    (PEERS, [A, "x"], "input_not_person"),
    (PEERS, [A, None], "input_not_person"),
    (("people", {}), [], "people_count"),
]


@pytest.mark.parametrize(("spec", "sent", "value"), GOOD)
def test_a_good_input_becomes_its_typed_value(spec, sent, value):
    taken = take(action(*spec), {"it": sent})
    assert taken == {"it": value}
    assert type(taken["it"]) is type(value)


@pytest.mark.parametrize(("spec", "sent", "code"), BAD)
def test_a_bad_input_is_refused_with_its_field_its_rule_and_a_way_out(spec, sent, code):
    with pytest.raises(InputError) as refused:
        take(action(*spec), {"it": sent})
    (problem,) = refused.value.problems
    assert (problem.field, problem.code) == ("it", code)
    assert problem.say("en").startswith("Field: ")
    assert problem.say("id").startswith("Isian: ")
    assert len(problem.say("en")) < 300


@pytest.mark.parametrize("blank", [None, "", "  "])
@pytest.mark.parametrize("kind", KINDS)
def test_an_optional_input_that_is_blank_is_absent(kind, blank):
    assert take(action(kind, {"levels": LEVELS}, optional=True), {"it": blank}) == {}
    assert take(action(kind, {"levels": LEVELS}, optional=True), {}) == {}


def test_all_problems_of_all_fields_come_at_once():
    takes = {
        name: Input(name, kind, Label(name, name))
        for name, kind in (("load", "text"), ("fields", "number"), ("day", "date"))
    }
    act = Action("act", Label("a", "a"), ("here",), (), ("hr",), takes=takes)
    with pytest.raises(InputError) as refused:
        take(act, {"fields": "x", "day": "y", "more": 1, "_schema": 2, 5: 6})
    found = {(problem.field, problem.code) for problem in refused.value.problems}
    assert found == {
        ("load", "required"), ("fields", "input_not_number"), ("day", "input_not_date"),
        ("more", "unknown_input"), ("_schema", "unknown_input"), ("5", "unknown_input"),
    }  # fmt: skip
    values = take(act, {"day": "2026-01-02", "fields": 1, "load": "x"})
    assert list(values) == ["load", "fields", "day"]


@pytest.mark.parametrize("sent", [None, [], "it", 5])
def test_inputs_must_be_names_with_values(sent):
    with pytest.raises(InputError) as refused:
        take(action("text"), sent)
    assert [problem.code for problem in refused.value.problems] == ["inputs_not_mapping"]


def test_an_action_that_takes_nothing_refuses_anything():
    act = Action("act", Label("a", "a"), ("here",), (), ("hr",))
    assert take(act, {}) == {}
    with pytest.raises(InputError):
        take(act, {"it": None})
