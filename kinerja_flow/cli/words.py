"""The words of the template language as Markdown, from the registries themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from marshmallow import Schema

from kinerja_flow.errors import MESSAGES
from workflows.vocabulary import RelationWord, Vocabulary, Word

#: Each kind of word with its heading and where a template may use it.
KINDS = (
    ("rules", "Rules", "In `requires` of an action and in `when` of a branch or a follow-up."),
    ("effects", "Effects", "In `does` of an action, carried out in this order."),
    ("scoring", "Scoring rules", "In `scoring`, each as one node of the explanation."),
)


def as_markdown(vocabulary: Vocabulary) -> str:
    """Every relation, rule, effect and scoring rule with its parameters and meaning."""
    lines = ["### Relations", "", "In `by`, `notify`, `opens` and wherever people are named.", ""]
    for relation in vocabulary.relations.values():
        lines.append(_relation(relation))
    for kind, heading, use in KINDS:
        words: Mapping[str, Word] = getattr(vocabulary, kind)
        lines += ["", f"### {heading}", "", use]
        for name in sorted(words):
            lines += ["", *_word(words[name])]
    return "\n".join(lines) + "\n"


def _relation(relation: RelationWord) -> str:
    notes = "" if relation.single or not relation.person else " Several people at a time."
    return f"- `{relation.name}`: {_sentence(relation.meaning)}{notes}"


def _word(word: Word) -> Iterator[str]:
    yield f"#### `{word.name}`"
    yield ""
    yield word.meaning
    parameters = list(_parameters(word.params)) if word.params else []
    if parameters:
        yield ""
        yield from parameters
    if word.sole:
        yield ""
        yield f"A bare value fills `{word.sole}`: `{{{word.name}: …}}`."
    if word.of == "child":
        yield ""
        yield "Only in machines that have a parent."
    if codes := _codes(word.name):
        yield ""
        yield f"Refused as: {codes}."


def _codes(name: str) -> str:
    """The codes with which a rule or an effect refuses: its own name, and those that say why."""
    texts = MESSAGES.texts
    found = [c for c in texts if c.partition(".")[0] == name and not c.endswith(".way_out")]
    return ", ".join(f"`{code}`" for code in sorted(found))


def _parameters(schema: type[Schema]) -> Iterator[str]:
    for name, field in schema._declared_fields.items():
        use = "required" if field.required else "optional"
        kind = getattr(field, "kind", None) or type(field).__name__.lower()
        chosen = getattr(getattr(field, "inner", field), "words", ())
        words = f": {', '.join(f'`{word}`' for word in chosen)}" if chosen else ""
        yield f"- `{field.data_key or name}` ({kind}, {use}){words}"


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
