"""Who is named in a document: each relation with its people, as they were kept at the delivery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kinerja_flow.documents.blocks import Block, beside, facts, heading, text
from kinerja_flow.documents.material import Material
from kinerja_flow.documents.voice import Voice

Person = Mapping[str, Any]
#: How wide the names of the facts about a person are, in centimetres.
LABEL = 3.1


def people(material: Material, say: Voice) -> Iterator[Block]:
    """One numbered section for each relation; whoever stands in it, one after the other."""
    relations = enumerate(material.definition.document.people, start=1)
    yield beside([[*_section(material, *one, say)] for one in relations], 2)


def _section(material: Material, number: int, relation: str, say: Voice) -> Iterator[Block]:
    yield heading(f"{number}. {say.label(material.relations[relation])}")
    found = named(material, relation)
    if not found:
        yield text(say("nobody"))
    for person in found:
        yield facts(*_rows(person, say), label=LABEL)


def named(material: Material, relation: str) -> list[Person]:
    return [one for one in material.content["people"] if one["relation"] == relation]


def _rows(person: Person, say: Voice) -> Iterator[tuple[str, ...]]:
    yield say("name"), person["name"], "strong"
    yield say("nip"), person["nip"] or say("none")
    yield say("rank"), person["rank"] or say("none")
    posts = person["posts"]
    held = [say(f"holds.{post['kind']}", title=post["title"]) for post in posts]
    units = dict.fromkeys(post["unit"] for post in posts)
    yield say("post"), "; ".join(held) or say("none")
    yield say("unit"), "; ".join(units) or say("none")
    for one in person["substitutes"]:
        first, last = map(say.iso_day, one["days"])
        words = {"name": one["name"], "nip": one["nip"] or say("none")}
        label = say(f"substitute.{one['kind']}")
        yield label, say("substitute", **words, first=first, last=last)
