"""What is read for a document beside the result: entries, statements, signatures, receipts.

Only what was there when the result was computed or delivered: what comes later belongs to the
next one. Signatures and receipts are of the result itself, whenever they were given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.documents import Entry, Remark, Said, Word
from kinerja_flow.models import (
    Evidence,
    Feedback,
    Person,
    Realisation,
    Receipt,
    Statement,
    UnitRating,
)
from kinerja_flow.services.books import of_home
from kinerja_flow.services.document_ground import Ground, family, named
from kinerja_flow.services.document_signatures import signatures
from kinerja_flow.services.document_words import labels, told
from kinerja_flow.workflow import provisional
from workflows.definition import Label


def read(ground: Ground) -> dict[str, Any]:
    """The parts of `documents.Material` that are read, by their names: nine queries."""
    signed = signatures(ground)
    return {
        "decided_by": _decided_by(ground),
        "is_provisional": _is_provisional(ground),
        "unit_level": _unit_level(ground),
        "stated": _stated(ground),
        "reached": _reached(ground),
        "evidence": _evidence(ground),
        "remarks": _remarks(ground),
        "signatures": signed["result"],
        "plan_signatures": signed["plan"],
        "receipts": _receipts(ground),
    }


def _decided_by(ground: Ground) -> str | None:
    who = ground.result.decided_by
    found = select(Person.name).where(
        Person.agency_id == ground.facts.case.agency_id, Person.id == who
    )
    return ground.name(who, ground.session.scalar(found)) if who else None


def _is_provisional(ground: Ground) -> bool:
    """Whether this result, which none that was delivered replaced, may yet be changed by an
    objection that is open: what is in the making changes nothing that the employee sees."""
    case = ground.facts.case
    return not ground.is_past and bool(provisional(ground.session, case.agency_id, [case.id]))


def _unit_level(ground: Ground) -> Label | None:
    """The predikat of the employee's unit as it stood when the result was shown."""
    r, case, organisation = UnitRating, ground.facts.case, ground.facts.definition.organisation
    if organisation is None or case.unit_id is None:
        return None
    here = (r.agency_id == case.agency_id, r.year == case.year, r.cycle_id == case.cycle_id)
    until = (r.unit_id == case.unit_id, r.set_at <= ground.shown_at)
    newest = select(r.level).where(*here, *until).order_by(r.number.desc()).limit(1)
    level = ground.session.scalar(newest)
    return dict(ground.facts.definition.scales[organisation.scale].levels).get(level or "")


def _stated(ground: Ground) -> Mapping[str, Said]:
    """The latest statement of each input that the document shows, until it was shown."""
    s, case, document = Statement, ground.facts.case, ground.facts.definition.document
    wanted = {*document.notes, document.organisation} - {None}
    if not wanted:
        return {}
    rows = named(select(s.field, s.value, s.text, s.said_at, s.actor_id), s.actor_id).where(
        s.agency_id == case.agency_id,
        s.year == case.year,
        s.case_id.in_(family(ground)),
        s.field.in_(wanted),
        s.said_at <= ground.shown_at,
    )
    names = labels(ground.facts.definition)
    return {
        row.field: Said(
            label=names[row.field],
            text=told(ground.facts.definition, row.field, row.value, row.text),
            by=ground.name(row.actor_id, row.who),
            at=row.said_at,
        )
        for row in ground.session.execute(rows.order_by(s.said_at, s.seq))
    }


def _reached(ground: Ground) -> Mapping[str, Entry]:
    """The latest realisation of each indicator as it stood when the result was computed."""
    r = Realisation
    rows = of_home(ground.facts, r, r.indicator_id, r.raw, r.source, r.day_on).where(
        r.noted_at <= ground.result.computed_at
    )
    return {
        str(row.indicator_id): Entry(row.raw, row.source, row.day_on)
        for row in ground.session.execute(rows.order_by(r.day_on, r.noted_at, r.id))
    }


def _evidence(ground: Ground) -> Mapping[str, tuple[str, ...]]:
    e, found = Evidence, defaultdict[str, list[str]](list)
    rows = of_home(ground.facts, e, e.item_id, e.name).where(
        e.noted_at <= ground.result.computed_at
    )
    for row in ground.session.execute(rows.order_by(e.noted_at, e.id)):
        found[str(row.item_id)].append(row.name)
    return {item_id: tuple(names) for item_id, names in found.items()}


def _remarks(ground: Ground) -> tuple[Remark, ...]:
    f = Feedback
    columns = (f.id, f.reply_to_id, f.kind, f.text, f.author_id, f.noted_at)
    rows = named(of_home(ground.facts, f, *columns), f.author_id)
    until = f.noted_at <= ground.result.computed_at
    found: dict[UUID | None, list[Any]] = defaultdict(list)
    for row in ground.session.execute(rows.where(until).order_by(f.noted_at, f.id)):
        found[row.reply_to_id].append(row)

    def remark(row: Any) -> Remark:
        who = ground.name(row.author_id, row.who)
        replies = tuple(map(remark, found[row.id]))
        return Remark(row.kind, row.text, who, row.noted_at, replies)

    return tuple(map(remark, found[None]))


def _receipts(ground: Ground) -> tuple[Word, ...]:
    r = Receipt
    rows = of_home(ground.facts, r, r.kind, r.received_at).where(r.number == ground.result.number)
    found = ground.session.execute(rows.order_by(r.received_at, r.seq))
    return tuple(Word(row.kind, row.received_at) for row in found)
