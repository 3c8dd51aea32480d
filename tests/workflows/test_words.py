"""The parameters of words: what they may name, and how they are spelled."""

from fractions import Fraction

import pytest

from tests.workflows.words import TEMPLATE, VOCABULARY
from workflows import TemplateError, read
from workflows.definition import Call, Label, Term


def told(params: str):
    """The parameters of the rule `told` in the first action of the sound template."""
    source = TEMPLATE.replace("[plan_complete,", f"[{{told: {params}}},")
    return read(source, VOCABULARY).root.actions["submit"].requires[0].params


def problems(params: str):
    with pytest.raises(TemplateError) as refused:
        told(params)
    return [(problem.code, problem.path[7:]) for problem in refused.value.problems]


GOOD = [
    ("{steps: [drafting, closed]}", {"steps": ["drafting", "closed"]}),
    ("{act: rate}", {"act": "rate"}),
    ("{node: total}", {"node": "total"}),
    ("{act: objection.decide}", {"act": "objection.decide"}),
    ("{window: rating, scale: mutu, field: peers, setting: objection_term, machine: objection}",
     {"window": "rating", "scale": "mutu", "field": "peers", "setting": "objection_term",
      "machine": "objection"}),
    ("{result: baik, choice: '5'}", {"result": "baik", "choice": "5"}),
    ("{inner: {weights_total: 0.5}}", {"inner": Call("weights_total", {"total": Fraction(1, 2)})}),
    ("{inner: {in_time: {days: 3, from: receipt}}}",
     {"inner": Call("in_time", {"term": Term(days=3, start="receipt")})}),
    ("{least: 3, names: [a]}", {"least": 3, "names": ["a"]}),
    ("{each: {b: Teks, a: {id: X, en: Y}}}",
     {"each": {"b": Label("Teks", "Teks"), "a": Label("X", "Y")}}),
]  # fmt: skip

BAD = [
    ("{steps: [filed]}", [("unknown_state", ("steps", 0))]),
    ("{node: totals}", [("unknown_node", ("node",))]),
    ("{act: decide}", [("unknown_action", ("act",))]),
    ("{act: objection.rate}", [("unknown_action", ("act",))]),
    ("{field: os.system}", [("unknown_field", ("field",))]),
    ("{result: bai}", [("unknown_level", ("result",))]),
    ("{result: '6'}", [("unknown_level", ("result",))]),
    ("{choice: peers}", [("unknown_option", ("choice",))]),
    ("{setting: other, least: 1}", [("unknown_setting", ("setting",))]),
    ("{least: 0}", [("out_of_range", ("least",))]),
    ("{level: middle}", [("not_one_of", ("level",))]),
    ("{names: []}", [("refused_value", ("names",))]),
    ("{inner: {in_time: later}}", [("bad_term", ("inner", "in_time", "term"))]),
    ("{inner: {os.system: x}}", [("unknown_rules", ("inner",))]),
    ("{each: {a: {en: X}}}", [("bad_label", ("each", "a", "value"))]),
    ("{zero: 0, one: 1}", [("unknown_param", ("zero",)), ("unknown_param", ("one",))]),
    ("[1]", [("needs_named_params", ())]),
]


@pytest.mark.parametrize(("params", "value"), GOOD)
def test_a_parameter_is_loaded_with_its_type(params, value):
    assert told(params) == value


@pytest.mark.parametrize(("params", "found"), BAD)
def test_a_bad_parameter_is_named(params, found):
    assert problems(params) == found


def test_what_is_named_is_listed_when_the_name_is_wrong():
    source = TEMPLATE.replace("{answers_mean: collab}", "{answers_mean: colab}")
    with pytest.raises(TemplateError) as refused:
        read(source, VOCABULARY)
    assert "There are: collab." in str(refused.value)


def test_a_bare_value_fills_the_sole_parameter():
    (call,) = read(TEMPLATE, VOCABULARY).root.actions["close"].requires
    assert call == Call("all_children_closed", {"machine": "objection"})


def test_a_group_of_people_takes_its_numbers_from_the_relation():
    takes = read(TEMPLATE, VOCABULARY).root.actions["submit"].takes
    assert takes["peers"].options == {"relation": "peer", "min": 3, "max": 5}


def test_a_rating_knows_the_levels_of_its_scale():
    takes = read(TEMPLATE, VOCABULARY).root.actions["rate"].takes
    assert [key for key, _ in takes["work"].options["levels"]] == ["kurang", "baik"]
    assert read(TEMPLATE, VOCABULARY).scales["lima"].keys == ("0", "1", "2", "3", "4", "5")


def test_an_escalation_without_addressee_goes_to_hr():
    notices = read(TEMPLATE, VOCABULARY).machines["objection"].states["filed"].on_due
    assert [(notice.kind, notice.to) for notice in notices] == [
        ("remind", ()),
        ("escalate", ("hr",)),
    ]
