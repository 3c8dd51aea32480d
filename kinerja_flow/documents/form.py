"""The evaluation form as an annex: what was reached, how behaviour was rated, and the feedback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from kinerja_flow.documents.blocks import Block, cell, heading, listing, table
from kinerja_flow.documents.material import Material, Remark
from kinerja_flow.documents.plan import SECTIONS, Item, about, behaviours, numbered
from kinerja_flow.documents.voice import Voice
from kinerja_flow.scoring import Node, number_of
from workflows.definition import Criterion, Instrument
from workflows.measured import SELF_REPORT


def form(material: Material, say: Voice) -> Iterator[Block]:
    """Every indicator with what was reached, every behaviour with its rating, the feedback."""
    yield heading(say("form"))
    parts = _inner(material)
    for section in SECTIONS:
        items = numbered(material, section)
        if items:
            yield heading(say(f"section.{section}"), 2)
            rows = [row for one in items for row in _reached(*one, material, parts, say)]
            yield table(_columns(say), rows)
    yield from _ratings(material, parts, say)
    if material.remarks:
        yield heading(say("feedback"), 2)
        yield listing([said for one in material.remarks for said in _remark(one, say)])


def _columns(say: Voice) -> list[tuple[str, float]]:
    widths = (0.7, 4.6, 1.8, 3.2, 1.4)
    names = ("number", "indicator", "target", "reached", "achievement")
    return [(say(name), width) for name, width in zip(names, widths, strict=True)]


def _reached(
    number: int, item: Item, material: Material, parts: Mapping[str, Node], say: Voice
) -> Iterator[list[Block]]:
    names = "; ".join(material.evidence.get(item["id"], ()))
    told = [*about(item, say), say("evidence", names=names) if names else ""]
    yield [cell(f"{number}. {item['title']}", *told, columns=5, strong=True)]
    for place, one in enumerate(item["indicators"], start=1):
        node = parts.get(f"indicator.{item['id']}.{one['id']}")
        yield [
            cell(f"{number}.{place}"),
            cell(one["title"], say(f"aspect.{one['aspect']}")),
            cell(one["target_raw"] or say("none")),
            _realisation(one, material, node, say),
            cell(say.label(node.shown) if node and node.value is not None else say("no_rating")),
        ]


def _realisation(
    one: Mapping[str, Any], material: Material, node: Node | None, say: Voice
) -> Block:
    """What the employee reported; and the figure that counted, where outside systems gave it."""
    entry, told = material.reached.get(one["id"]), _measured(one, node, say)
    if entry is None:
        return cell(told or say("not_reached"))
    source = say("source", source=entry.source) if entry.source else ""
    return cell(entry.raw, source, say("as_of", day=say.day(entry.day_on)), told)


def _measured(one: Mapping[str, Any], node: Node | None, say: Voice) -> str:
    """The figure that counted, where an outside system gave it; else nothing was measured."""
    inputs = node.inputs if node else {}
    if inputs.get("counts", SELF_REPORT) == SELF_REPORT:
        return ""
    space = "" if one["unit"] == "%" else " "
    number = say.number(Fraction(inputs["realisation"]))
    return say("measured", value=f"{number}{space}{one['unit']}")


def _inner(material: Material) -> dict[str, Node]:
    """The nodes inside the steps by what they are of: an indicator, a criterion."""
    found: dict[str, Node] = {}

    def walk(node: Node) -> None:
        _step, _, path = node.name.partition("/")
        if path:
            found.setdefault(path, node)
        for part in node.parts:
            walk(part)

    for node in material.score.nodes.values():
        walk(node)
    return found


def _ratings(material: Material, parts: Mapping[str, Node], say: Voice) -> Iterator[Block]:
    """How those who answer under their names rated each behaviour."""
    for instrument, criteria in behaviours(material):
        rated = _Rated(material, instrument, criteria, parts)
        if rated.relations:
            yield heading(say.label(instrument.label), 2)
            yield rated.table(say)


class _Rated:
    """An instrument with the ratings of those who answered it under their names."""

    def __init__(
        self,
        material: Material,
        instrument: Instrument,
        criteria: list[Criterion],
        parts: Mapping[str, Node],
    ) -> None:
        self.labels, self.criteria, self._parts = material.relations, criteria, parts
        scale = material.definition.scales[instrument.scale]
        self._levels = {number_of(scale, key): label for key, label in scale.levels}
        uses = material.definition.relations
        hidden = {name for name, use in uses.items() if use.anonymous}
        self.relations = [
            name
            for name in instrument.answered_by
            if name not in hidden and any(self._node(name, one) for one in criteria)
        ]

    def table(self, say: Voice) -> Block:
        columns = [(say("behaviour_column"), 5.0)]
        columns += [(say.label(self.labels[name]), 3.0) for name in self.relations]
        return table(columns, [self._row(one, say) for one in self.criteria])

    def _row(self, one: Criterion, say: Voice) -> list[Block]:
        told = (self._level(self._node(name, one), say) for name in self.relations)
        return [cell(say.label(one.label)), *map(cell, told)]

    def _node(self, relation: str, one: Criterion) -> Node | None:
        return self._parts.get(f"criterion.{relation}.{one.key}")

    def _level(self, node: Node | None, say: Voice) -> str:
        """The level of the instrument's scale that the number is, or the number itself."""
        if node is None or node.number is None:
            return say("no_rating")
        return say.label(self._levels.get(node.number, node.shown))


def _remark(one: Remark, say: Voice) -> Iterator[str]:
    words = {"text": one.text, "name": one.by, "day": say.day_of(one.at)}
    yield say("remark", kind=say(f"remark.{one.kind}"), **words)
    for reply in one.replies:
        yield from _remark(reply, say)
