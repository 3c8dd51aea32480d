"""The windows of a template: names alone, or names with what people call them."""

import pytest

from tests.workflows.words import TEMPLATE, VOCABULARY
from workflows import TemplateError, check, parse, read, read_canonical
from workflows.definition import Label

BARE = "windows: [planning, rating]"
LABELLED = "windows: {planning: {id: Perencanaan, en: Planning}, rating: Penilaian}"
LABELS = {
    "planning": Label("Perencanaan", "Planning"),
    "rating": Label("Penilaian", "Penilaian"),
}


def _with(windows):
    assert BARE in TEMPLATE
    return TEMPLATE.replace(BARE, windows)


@pytest.mark.parametrize(
    ("windows", "labels"),
    [
        (BARE, {"planning": Label("Planning", "Planning"), "rating": Label("Rating", "Rating")}),
        (LABELLED, LABELS),
    ],
    ids=["names alone", "with labels"],
)
def test_a_window_is_called_by_its_label_else_by_its_name(windows, labels):
    definition = read(_with(windows), VOCABULARY)
    assert definition.windows == ("planning", "rating")
    assert definition.window_labels == labels
    assert read_canonical(definition.canonical, VOCABULARY).window_labels == labels


def test_labels_in_short_and_in_full_are_one_canonical_form():
    full = LABELLED.replace("Penilaian}", "{en: Penilaian, id: Penilaian}}")
    assert read(_with(full), VOCABULARY).digest == read(_with(LABELLED), VOCABULARY).digest


@pytest.mark.parametrize(
    ("windows", "code", "place"),
    [
        ("windows: {planning: 3, rating: Penilaian}", "bad_label", "windows.planning"),
        ("windows: {Planning: A, rating: B}", "bad_key", "windows.Planning"),
        (LABELLED[:-1] + ", spare: Cadangan}", "unused_window", "windows.spare"),
        ("windows: planning", "not_list", "windows"),
        ("windows: [planning, rating, planning]", "duplicate", "windows.#3"),
    ],
)
def test_a_window_that_is_wrong_is_named_with_its_place(windows, code, place):
    found = {(p.code, p.place) for p in check(parse(_with(windows)), VOCABULARY)[1]}
    assert (code, place) in found


def test_a_mention_of_a_window_that_is_not_declared_is_refused():
    with pytest.raises(TemplateError) as error:
        read(_with(LABELLED.replace("rating:", "rated:")), VOCABULARY)
    assert "unknown_window" in {problem.code for problem in error.value.problems}
