"""The SKP as an annex: results with their indicators, behaviour, and the lists beside them.

The form follows PermenPANRB 6/2022; a template whose plan has no such part leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from kinerja_flow.documents.blocks import Block, Column, beside, cell, heading, listing, table, text
from kinerja_flow.documents.material import Material
from kinerja_flow.documents.signing import plan_signatures
from kinerja_flow.documents.voice import Voice
from workflows.definition import Criterion, Instrument

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


def behaviours(material: Material) -> Iterator[tuple[Instrument, list[Criterion]]]:
    """The instruments that the template's document lists as behaviour, with the criteria that
    apply to the employee."""
    for name in material.definition.document.behaviour:
        instrument, applying = (
            material.definition.instruments[name],
            material.criteria.get(name, ()),
        )
        found = [one for one in instrument.criteria if one.key in applying]
        if found:
            yield instrument, found


def _behaviour(material: Material, say: Voice) -> Iterator[Block]:
    about = {note.get("about") for note in material.content["plan"]["notes"]}
    for instrument, criteria in behaviours(material):
        # Where nobody wrote an expectation the criteria have the room.
        share = 5 if about & {one.key for one in criteria} else 2
        columns = [(say("number"), 0.5), (say("behaviour_column"), 11 - share)]
        columns += [(say("expectation"), share)]
        yield heading(say.label(instrument.label), 2)
        numbered_ones = enumerate(criteria, start=1)
        yield table(columns, [_expected(material, *one, say) for one in numbered_ones])


def _expected(material: Material, number: int, one: Criterion, say: Voice) -> list[Block]:
    notes = material.content["plan"]["notes"]
    own = [note["text"] for note in notes if note.get("about") == one.key]
    guide = say.label(one.guide) if one.guide else ""
    expected = "\n".join(own) or say("no_expectation")
    return [cell(str(number)), cell(say.label(one.label), guide), cell(expected)]


def _lists(material: Material, say: Voice) -> Iterator[Block]:
    shown = {one.key for _, criteria in behaviours(material) for one in criteria}
    notes = material.content["plan"]["notes"]
    told: dict[str, list[str]] = {}
    for one in notes:
        if one.get("about") not in shown:
            told.setdefault(one["section"], []).append(one["text"])
    own = [name for name in LISTS if name in told]
    if own:
        lists = ([heading(say(f"note.{name}"), 2), listing(told[name])] for name in own)
        yield beside([*lists], len(own))
