"""The SKP as an annex: results with their indicators, behaviour, and the lists beside them.

The form follows PermenPANRB 6/2022; a template whose plan has no such part leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from kinerja_flow.documents.blocks import Block, Column, cell, heading, listing, table, text
from kinerja_flow.documents.material import Material
from kinerja_flow.documents.signing import plan_signatures
from kinerja_flow.documents.voice import Voice

Item = Mapping[str, Any]
SECTIONS = ("utama", "tambahan")
#: The lists of the Lampiran, in their official order; expectations that are about no behaviour.
LISTS = ("resources", "accountability", "consequences", "expectation")


def plan(material: Material, say: Voice) -> Iterator[Block]:
    yield heading(say("plan"))
    if not material.content["plan"]["items"]:
        yield text(say("no_plan"))
    for section in SECTIONS:
        items = numbered(material, section)
        if items:
            yield heading(say(f"section.{section}"), 2)
            yield table(_columns(say), [row for one in items for row in _rows(*one, say)])
    yield from _behaviour(material, say)
    yield from _lists(material, say)
    yield from plan_signatures(material, say)


def numbered(material: Material, section: str) -> list[tuple[int, Item]]:
    """The RHK of a section under the numbers that the explanation calls them by."""
    items = enumerate(material.content["plan"]["items"], start=1)
    return [(number, item) for number, item in items if item["section"] == section]


def _columns(say: Voice) -> list[Column]:
    widths = (0.5, 2.6, 3.0, 1.2, 3.4, 1.6)
    names = ("number", "superior_item", "item", "aspect", "indicator", "target")
    return [(say(name), width) for name, width in zip(names, widths, strict=True)]


def _rows(number: int, item: Item, say: Voice) -> Iterator[list[Block]]:
    """One row for each indicator; what is of the RHK stands beside them all."""
    indicators = item["indicators"]
    rows = max(1, len(indicators))
    start = [
        cell(str(number), rows=rows),
        cell(item.get("superior") or say("unlinked"), rows=rows),
        cell(item["title"], *about(item, say), rows=rows),
    ]
    if not indicators:
        yield [*start, cell(""), cell(""), cell("")]
    for place, one in enumerate(indicators, start=1):
        is_odd = "" if one["is_objective"] else say("not_objective")
        row = [
            cell(say(f"aspect.{one['aspect']}")),
            cell(f"{number}.{place} {one['title']}", is_odd),
            cell(one["target_raw"] or say("none")),
        ]
        yield [*(start if place == 1 else ()), *row]


def about(item: Item, say: Voice) -> list[str]:
    """Perspective and weight of an RHK, where it has them."""
    said = []
    if "perspective" in item:
        said.append(say(f"perspective.{item['perspective']}"))
    if "weight" in item:
        said.append(say("weight", weight=say.number(Fraction(item["weight"]))))
    return said


def behaviours(material: Material) -> Iterator[Any]:
    """The criteria that the template's document lists as behaviour, as far as they apply."""
    name = material.definition.document.behaviour
    if name is not None:
        applying = material.criteria.get(name, ())
        asked = material.definition.instruments[name].criteria
        yield from (one for one in asked if one.key in applying)


def _behaviour(material: Material, say: Voice) -> Iterator[Block]:
    listed = list(behaviours(material))
    if not listed:
        return
    notes = material.content["plan"]["notes"]
    yield heading(say("behaviour"), 2)
    columns = [(say("number"), 0.5), (say("behaviour_column"), 6), (say("expectation"), 5)]
    rows = []
    for number, one in enumerate(listed, start=1):
        guide = say.label(one.guide) if one.guide else ""
        own = [note["text"] for note in notes if note.get("about") == one.key]
        expected = "\n".join(own) or say("no_expectation")
        rows.append([cell(str(number)), cell(say.label(one.label), guide), cell(expected)])
    yield table(columns, rows)


def _lists(material: Material, say: Voice) -> Iterator[Block]:
    shown = {one.key for one in behaviours(material)}
    notes = material.content["plan"]["notes"]
    for section in LISTS:
        own = [one for one in notes if one["section"] == section and one.get("about") not in shown]
        if own:
            yield heading(say(f"note.{section}"), 2)
            yield listing([one["text"] for one in own])
