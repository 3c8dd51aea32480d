"""One template has one canonical form, however it is written; two templates have two."""

import dataclasses
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.strategies import sound_templates, written
from tests.workflows.words import TEMPLATE, VOCABULARY
from workflows import TemplateError, read, read_canonical
from workflows.canonical import canonical, read_data

templates = sound_templates(
    conditions=["plan_long", {"weights_total": 100}, {"weights_total": {"total": 99}}],
    effects=["deliver", {"record_receipt": None}],
    most_states=4,
    requirements=["plan_complete", {"in_time": "P3D"}, {"in_time": {"term": {"days": 3}}}],
)
# Fixed keys may stand in any order; what the author names keeps its own.
NAMED = {"machines", "states", "takes", "relations", "scales", "settings", "instruments", "roles"}


def shuffled(chance, data, is_named=False):
    if isinstance(data, list):
        return [shuffled(chance, item) for item in data]
    if not isinstance(data, dict):
        return data
    keys = list(data) if is_named else chance.sample(list(data), len(data))
    return {key: shuffled(chance, data[key], key in NAMED) for key in keys}


@given(templates)
def test_a_random_template_is_sound_and_its_canonical_form_makes_it_again(data):
    definition = read(written(data), VOCABULARY)
    again = read_canonical(definition.canonical, VOCABULARY)
    assert dataclasses.asdict(again) == dataclasses.asdict(definition)
    assert canonical_of(definition.canonical.decode()) == definition.canonical


def canonical_of(source):
    return read(source, VOCABULARY).canonical


@given(templates, st.randoms(use_true_random=False))
def test_the_order_of_fixed_keys_does_not_matter(data, chance):
    assert canonical_of(written(shuffled(chance, data))) == canonical_of(written(data))


SAME = {
    "a comment": ("key: contoh", "# why\nkey: contoh # so"),
    "quotes": ("key: contoh", "key: 'contoh'"),
    "a label in short": ("purpose: Untuk apa", "purpose: {en: Untuk apa, id: Untuk apa}"),
    "a label without English": ("purpose: Untuk apa", "purpose: {id: Untuk apa}"),
    "weeks for days": ("due: P2W", "due: {days: 14}"),
    "from entry said": ("due: P2W", "due: {from: entry, days: 14}"),
    "one state in a list": ("to: review", "to: [{else: review}]"),
    "one source in a list": ("from: drafting\n", "from: [drafting]\n"),
    "a parameter by name": ("{weights_total: 100}", "{weights_total: {total: 100}}"),
    "a number with a zero": ("{weights_total: 100}", "{weights_total: 100.0}"),
    "a word without parameters": ("[plan_complete,", "[{plan_complete: },"),
    "weights by name": ("{weighted: {kerja_sama: 100}}", "{weighted: {parts: {kerja_sama: 100}}}"),
    "an input in long": ("takes: {comment: text}", "takes: {comment: {text: {}, optional: false}}"),
    "an optional input in long": ("note: text?", "note: {optional: true, text: }"),
    "a rating in long": ("{rating: mutu}", "{rating: {scale: mutu}}"),
    "people in long": ("{people: peer}", "{people: {relation: peer}}"),
    "a notice in long": ("on_due: [remind]", "on_due: [{remind: []}]"),
    "days of a notice": ("after: P2D}]", "after: P2D, escalate: hr}]"),
    "another Unicode spelling": ("Untuk apa", "Untuk apa"),
}


@pytest.mark.parametrize("name", SAME)
def test_another_spelling_is_the_same_template(name):
    old, new = SAME[name]
    if name == "days of a notice":
        old = "{escalate: [hr], after: P2D}]"
        new = "{after: P2D, escalate: hr}]"
    assert old in TEMPLATE
    assert canonical_of(TEMPLATE.replace(old, new, 1)) == canonical_of(TEMPLATE)


OTHER = [
    ("{id: Contoh, en: Example}", "{id: Contoh, en: Sample}"),
    ("[planning, rating]", "[rating, planning]"),
    ("min: 3, max: 5", "min: 4, max: 5"),
    ("by: [examiner]", "by: [examiner, hr]"),
    ("{weights_total: 100}", "{weights_total: 100.01}"),
    ("rating: {phase: assessing}\n", "rating: {phase: assessing, label: Nilai}\n"),
]


@pytest.mark.parametrize(("old", "new"), OTHER)
def test_another_meaning_is_another_template(old, new):
    assert old in TEMPLATE
    assert canonical_of(TEMPLATE.replace(old, new, 1)) != canonical_of(TEMPLATE)


def test_the_order_of_states_is_kept_for_display():
    again = read_canonical(canonical_of(TEMPLATE), VOCABULARY)
    assert list(again.root.states)[:3] == ["drafting", "review", "peers"]


@given(st.decimals(-(10**14), 10**14, places=4))
def test_a_number_has_one_spelling(number):
    for spelling in (number, number + Decimal("0.00000"), number.normalize()):
        text = canonical({"n": spelling})
        assert text == canonical({"n": number})
        assert read_data(text) == {"n": number}
        assert b"e" not in text.lower()


def test_a_canonical_form_is_json_without_blanks():
    text = canonical_of(TEMPLATE)
    assert json.loads(text)["key"] == "contoh"
    assert b"\n" not in text
    assert b'": ' not in text


def test_a_pinned_version_is_made_once():
    text = canonical_of(TEMPLATE)
    assert read_canonical(text, VOCABULARY) is read_canonical(bytes(text), VOCABULARY)


def test_a_pinned_version_that_nobody_can_read_any_more_is_refused():
    text = canonical_of(TEMPLATE).replace(b"plan_complete", b"plan_perfect")
    with pytest.raises(TemplateError):
        read_canonical(text, VOCABULARY)


def test_what_was_published_stays_readable_when_checks_grow_stricter():
    text = canonical_of(TEMPLATE).replace(b'"min":3', b'"min":2')
    assert read_canonical(text, VOCABULARY).relations["peer"].min == 2
