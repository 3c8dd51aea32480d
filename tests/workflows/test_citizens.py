"""The word citizen: named only where somebody answers, and always anonymous."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinerja_flow.services.templates import read_template
from kinerja_flow.workflow import vocabulary
from workflows import TemplateError
from workflows.definition import LANGUAGES

CITIZENS = (Path(__file__).parents[1] / "templates" / "citizens.yaml").read_text(encoding="utf-8")


def test_their_answers_are_anonymous_without_saying_so() -> None:
    relation = read_template(CITIZENS).relations["citizen"]
    assert (relation.anonymous, relation.min_count) == (True, 5)
    plain = read_template(CITIZENS.replace(", min_count: 5}", "}"))
    assert plain.relations["citizen"].min_count == 3


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("by: [assessor]", "by: [assessor, citizen]", "only_answers"),
        ("notify: [employee]", "notify: [employee, citizen]", "only_answers"),
        ("phase: delivered,", "phase: delivered, opens: {feedback: [citizen]},", "only_answers"),
        ("min_count: 5}", "min_count: 5, min: 3}", "nobody_stands_there"),
        ("min_count: 5}", "nominated_by: employee}", "nobody_stands_there"),
        ("min_count: 5}", "anonymous: false}", "always_anonymous"),
        ("min_count: 5}", "min_count: 1}", "out_of_range"),
        ("answered_by: [citizen]", "answered_by: [clock]", "not_a_person"),
        ("requires: [received]", "requires: [{somebody_is: {relation: citizen}}]", "only_answers"),
    ],
)
def test_a_misuse_is_told_in_plain_words(old: str, new: str, code: str) -> None:
    assert old in CITIZENS
    with pytest.raises(TemplateError) as refused:
        read_template(CITIZENS.replace(old, new, 1))
    found = {problem.code: problem for problem in refused.value.problems}
    assert code in found
    assert all(found[code].say(language) for language in LANGUAGES)


def test_who_is_named_among_those_who_answer_is_described() -> None:
    lines = CITIZENS.splitlines(keepends=True)
    bare = "".join(line for line in lines if not line.startswith(("relations:", "  citizen:")))
    with pytest.raises(TemplateError) as refused:
        read_template(bare.replace("answered_by: [citizen]", "answered_by: [assessor, citizen]"))
    assert "nobody_to_answer" in {problem.code for problem in refused.value.problems}


def test_the_word_stands_in_the_vocabulary_as_one_that_only_answers() -> None:
    words = vocabulary().relations
    assert [name for name, word in words.items() if word.rates] == ["citizen"]
    assert not words["citizen"].person
