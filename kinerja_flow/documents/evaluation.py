"""The evaluation: what the result is, what was said with it, and how it came about."""

from __future__ import annotations

from collections.abc import Iterator

from kinerja_flow.documents.blocks import Block, branch, facts, heading, note, text, tree
from kinerja_flow.documents.material import Material, Said
from kinerja_flow.documents.voice import Voice
from kinerja_flow.scoring import Node


def evaluation(material: Material, say: Voice) -> Iterator[Block]:
    """The organisation's result, the ratings and the predikat; then the notes."""
    yield facts(*_facts(material, say))


def _facts(material: Material, say: Voice) -> Iterator[tuple[str, ...]]:
    document, nodes = material.definition.document, material.score.nodes
    if document.organisation is not None or material.definition.organisation is not None:
        yield say("organisation"), _organisation(material, say)
    for name in document.shows:
        if name in nodes:
            yield _line(nodes[name], say)
    last = nodes.get(document.rating or "") or material.score.tree
    if last is not None:
        yield (*_line(last, say), "strong")
    code = "set_by" if material.decided_by else "set_day"
    day = say.day_of(material.computed_at)
    yield say("set_on"), say(code, day=day, name=material.decided_by)
    if material.is_delivered:
        yield say("received"), _received(material, say)


def _organisation(material: Material, say: Voice) -> str:
    """The predikat of the unit, else what was stated of the organisation's result."""
    said = material.stated.get(material.definition.document.organisation or "")
    found = material.unit_level or (said.text if said else None)
    return say.label(found) if found else say("not_stated")


def _line(node: Node, say: Voice) -> tuple[str, str]:
    return say.label(node.label), say.label(node.shown) or say("not_stated")


def _received(material: Material, say: Voice) -> str:
    if not material.receipts:
        return say("not_received")
    first = material.receipts[0]
    return say(f"received.{first.kind}", moment=say.moment(first.at))


def notes(material: Material, say: Voice) -> Iterator[Block]:
    """What was said in the inputs that the template shows as catatan."""
    told = [material.stated.get(name) for name in material.definition.document.notes]
    given = [one for one in told if one is not None]
    if not given:
        yield text(say("no_notes"))
    for one in given:
        yield heading(say.label(one.label), 2)
        yield text(say.label(one.text), _whose(one, say))


def _whose(one: Said, say: Voice) -> str:
    return say("said_by", name=one.by, day=say.day_of(one.at))


def explanation(material: Material, say: Voice) -> Iterator[Block]:
    """Every step of the score in the template's order, in plain sentences."""
    yield heading(say("explanation"))
    yield text(say("explanation.text"))
    if material.definition.basis:
        yield note(say("basis", basis="; ".join(material.definition.basis)))
    yield tree([_branch(node, say) for node in material.score.nodes.values()])


def _branch(node: Node, say: Voice) -> Block:
    """A step with its inner parts; other steps that it is made from stand by themselves."""
    inner = [_branch(part, say) for part in node.parts if "/" in part.name]
    shown = say.label(node.shown) if node.value is not None else ""
    return branch(say.label(node.label), shown, say.label(node.sentence), inner)
