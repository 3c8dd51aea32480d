"""Numbers and sentences as people read them, and the registry as templates see it."""

from __future__ import annotations

import ast
import inspect
from fractions import Fraction
from pathlib import Path

import pytest

from kinerja_flow import scoring
from kinerja_flow.scoring import SCORING, Material, vocabulary
from kinerja_flow.scoring import node as kinds
from kinerja_flow.scoring.achievement import FORMULAS
from kinerja_flow.scoring.figures import written
from kinerja_flow.scoring.saying import MESSAGES, sentence
from kinerja_flow.scoring.shares import Shares
from tests.scoring.build import NUMBER, SCALES, indicator, item, last
from workflows import Ref
from workflows.definition import Label

CODE = Path(inspect.getfile(scoring)).parent


@pytest.mark.parametrize(
    ("number", "unlike", "indonesian", "english"),
    [
        ("90", (), "90", "90"),
        ("0", (), "0", "0"),
        ("95.5", (), "95,5", "95.5"),
        ("28.125", (), "28,125", "28.125"),
        ("1/3", (), "0,33", "0.33"),
        ("2/3", (), "0,67", "0.67"),
        ("-1/3", (), "-0,33", "-0.33"),
        ("1234567.5", (), "1.234.567,5", "1,234,567.5"),
        ("89.9999", (), "90", "90"),
        ("89.9999", ("90",), "89,9999", "89.9999"),
        ("90", ("90",), "90", "90"),
        ("0.004", (), "0,004", "0.004"),
        ("0.0004", (), "0", "0"),
    ],
)
def test_numbers_are_written_for_people(
    number: str, unlike: tuple[str, ...], indonesian: str, english: str
) -> None:
    found = written(Fraction(number), [Fraction(other) for other in unlike])
    assert (found.id, found.en) == (indonesian, english)


def test_a_long_list_of_what_is_missing_is_cut_off() -> None:
    plan = tuple(item(name, indicator(None, id=name)) for name in "abcde")
    node = last(Material(plan=plan), NUMBER)
    assert len(node.lacks) == 5
    assert node.sentence.id.endswith("Dan 2 hal lain.")


def test_a_mean_over_a_single_part_is_told_without_a_sum() -> None:
    plan = last(Material(plan=(item("a", indicator(99)),)), NUMBER)
    for node in (plan, plan.parts[0]):
        assert node.sentence.id.startswith("Hanya satu "), node.sentence.id
        assert "sehingga nilainya sama: 99." in node.sentence.id


def test_both_languages_of_a_message_ask_for_the_same_words() -> None:
    for code in MESSAGES.texts:
        named = MESSAGES.placeholders(code)
        assert named["id"] == named["en"], code


def test_every_message_is_said_and_every_sentence_has_its_message() -> None:
    said = {f"formula_{name}" for name in FORMULAS} | _said()
    assert said == set(MESSAGES.texts)


def _said() -> set[str]:
    """Every message code that the code names: in a call, or as one of two ways to say it."""
    texts = set()
    for path in CODE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts |= {node.value, f"missing_{node.value}"}
    return texts & set(MESSAGES.texts) | _called("sentence") | _called("lack", "missing_")


def _called(name: str, prefix: str = "") -> set[str]:
    calls = (
        node
        for path in CODE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )
    named = (
        call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == name
    )
    firsts = (call.args[0] for call in named if call.args)
    codes = (first.value for first in firsts if isinstance(first, ast.Constant))
    return {f"{prefix}{code}" for code in codes if isinstance(code, str)}


def test_a_title_with_braces_is_only_a_title() -> None:
    assert sentence("missing_target", indicator="{0.__class__}").en == (
        'The target of "{0.__class__}" has not been given.'
    )


def test_every_rule_has_a_meaning_a_version_and_parameters() -> None:
    assert list(vocabulary()) == list(SCORING)
    for name, word in vocabulary().items():
        assert word.name == name
        assert word.params is SCORING[name].params
        assert word.meaning.splitlines()[0].endswith(".")
        assert SCORING[name].version >= 1


@pytest.mark.parametrize("name", sorted(SCORING))
def test_every_rule_says_which_kind_it_makes_and_which_kind_its_nodes_must_be(name: str) -> None:
    word = vocabulary()[name]
    fields = word.params().fields if word.params else {}
    nodes = {key for key, field in fields.items() if _names_nodes(field)}
    assert word.yields in {kinds.NUMBER, kinds.LEVEL} | nodes
    assert set(word.needs) | {word.yields} & nodes == nodes
    assert set(word.needs.values()) <= {kinds.NUMBER, kinds.LEVEL}
    assert set(word.levels) <= fields.keys()


def _names_nodes(field: object) -> bool:
    """Whether a parameter names earlier steps (`optional` only repeats some of `of`)."""
    named = field.named if isinstance(field, Shares) else field
    return isinstance(named, Ref) and named.kind == "node"


def test_names_without_a_text_are_still_readable() -> None:
    given = Material(scales=SCALES, labels={"relation:peer": Label("rekan kerja", "peer")})
    assert given.label("relation", "peer").id == "rekan kerja"
    assert given.label("criterion", "kerja_sama.menolong_orang").id == "menolong orang"
    assert given.level("baik").en == "Good"
    assert given.level("sesuai", "predikat").id == "sesuai"
    assert given.level("asing").id == "asing"
