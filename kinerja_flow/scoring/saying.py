"""The sentences of explanations, in Indonesian and English, from `messages.yaml`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from babel.dates import format_date

from kinerja_flow.scoring.figures import written
from kinerja_flow.scoring.node import Missing, Node
from workflows import Catalogue
from workflows.definition import LANGUAGES, Label

MESSAGES = Catalogue(Path(__file__).with_name("messages.yaml"))

#: How many missing things one sentence names; the node holds them all.
MOST_SAID = 3

#: What is said of a mean over a single part.
OF_ONE = {
    "item_mean": "one_indicator",
    "plan_mean": "one_work_result",
    "plan_weighted": "one_work_result",
    "raters_mean": "one_answer",
    "criteria_mean": "one_criterion",
    "answers_mean": "one_side",
}

#: What may stand in a sentence; numbers and labels are said in the language of the sentence.
Spoken: TypeAlias = Fraction | Label | date | str | int


def sentence(code: str, **words: Spoken) -> Label:
    """The message with its words filled in, in both languages."""
    spoken = {name: _label(word) for name, word in words.items()}
    return Label(*(_say(code, language, spoken) for language in LANGUAGES))


def mean_said(code: str, count: int, **words: Spoken) -> Label:
    """The sentence of a mean over so many parts; over a single one there is nothing to work out."""
    return sentence(OF_ONE[code] if count == 1 else code, count=count, **words)


def sentences(*labels: Label | None) -> Label:
    """Several sentences after one another; None stands for one that is not needed."""
    said = [label for label in labels if label]
    return Label(*(" ".join(label(language) for label in said) for language in LANGUAGES))


def lacking(missing: Collection[Missing]) -> Label:
    """The sentence of a node that has no value, with the first things that stand in its way."""
    required = [one.sentence for one in missing if one.required]
    said = required or [one.sentence for one in missing]
    more = len(said) - MOST_SAID
    rest = sentence("and_more", count=more) if more > 0 else None
    return sentences(sentence("pending"), *said[:MOST_SAID], rest)


def shown(node: Node, unlike: Collection[Fraction] = ()) -> Label:
    """The value as it is said in a sentence, told apart from the numbers in `unlike`."""
    return node.shown if node.number is None else written(node.number, unlike)


def _label(word: Spoken) -> Label:
    if isinstance(word, Label):
        return word
    if isinstance(word, Fraction):
        return written(word)
    if isinstance(word, date):
        return Label(*(format_date(word, "d MMMM y", locale=of) for of in LANGUAGES))
    return Label(str(word), str(word))


def _say(code: str, language: str, words: dict[str, Label]) -> str:
    return MESSAGES.say(code, language, **{name: word(language) for name, word in words.items()})
