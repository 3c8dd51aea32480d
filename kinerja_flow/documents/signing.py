"""Signatures in a document: who, when, as what, for whom, of what; or that nobody signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kinerja_flow.documents import blocks
from kinerja_flow.documents.blocks import Block
from kinerja_flow.documents.material import Material, Signed
from kinerja_flow.documents.people import named
from kinerja_flow.documents.voice import Voice


def signatures(material: Material, say: Voice) -> Iterator[Block]:
    """The places of those who are to sign, and those of others who signed the same result."""
    to_sign = material.definition.document.signed_by
    yield blocks.signatures([_place(material, relation, say) for relation in to_sign])
    others = [one for one in material.signatures if one.capacity not in to_sign]
    if others:
        yield blocks.heading(say("other_signatures"), 2)
        yield blocks.signatures([signed_place(material, one, say) for one in others])


def _place(material: Material, relation: str, say: Voice) -> Block:
    """The latest signature in the relation, or who has yet to sign."""
    signed = [one for one in material.signatures if one.capacity == relation]
    if signed:
        return signed_place(material, signed[-1], say)
    role = say.label(material.relations[relation])
    names = ", ".join(one["name"] for one in named(material, relation))
    return blocks.place(role, names or say("none"), [say("unsigned")])


def signed_place(material: Material, one: Signed, say: Voice, *more: str) -> Block:
    role = say.label(material.relations[one.capacity])
    lines = [say("signed"), say.moment(one.at)]
    if one.for_name is not None:
        code = f"on_behalf.{one.grant_kind}" if one.grant_kind else "on_behalf"
        lines.append(say(code, name=one.for_name))
    return blocks.place(role, one.name, [*lines, *more], say("shown_was"), one.sha256)


def plan_signatures(material: Material, say: Voice) -> Iterator[Block]:
    """The latest signature under the plan in each capacity, and whether the plan changed since."""
    latest: dict[str, Signed] = {one.capacity: one for one in material.plan_signatures}
    first = [name for name in material.definition.document.signed_by if name in latest]
    if latest:
        yield blocks.heading(say("plan_signed"), 2)
        ordered = [latest[name] for name in dict.fromkeys([*first, *latest])]
        yield blocks.signatures([*_under_plan(material, ordered, say)])


def _under_plan(material: Material, signed: Iterable[Signed], say: Voice) -> Iterator[Block]:
    for one in signed:
        is_same = one.sha256 == material.content["plan_digest"]
        yield signed_place(material, one, say, *([] if is_same else [say("plan_changed")]))
