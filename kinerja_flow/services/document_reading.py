"""What is read for a document beside the result: entries, statements, signatures, receipts.

Only what was there when the result was computed or delivered: what comes later belongs to the
next one. Signatures and receipts are of the result itself, whenever they were given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from kinerja_flow.documents import Entry, Remark, Said, Signed, Word
from kinerja_flow.facts import Facts
from kinerja_flow.models import (
    Case,
    Evidence,
    Feedback,
    Objection,
    Person,
    Realisation,
    Receipt,
    Result,
    Signature,
    Statement,
    Substitution,
)
from kinerja_flow.services.books import of_home
from kinerja_flow.services.document_words import labels, told


class Ground(NamedTuple):
    """A result with the facts of its appraisal: when it was shown, and until when it was the
    newest. `kept` are the names that were kept at the delivery: whoever is renamed stays there
    as they were."""

    session: Session
    facts: Facts
    result: Result
    shown_at: datetime
    until: datetime | None
    kept: Mapping[UUID, str]

    def name(self, person_id: UUID | None, now: str | None) -> str:
        return (self.kept.get(person_id) if person_id else None) or now or ""


def read(ground: Ground) -> dict[str, Any]:
    """The parts of `documents.Material` that are read, by their names: eight queries."""
    signed = _signed(ground)
    return {
        "decided_by": _decided_by(ground),
        "is_provisional": _is_provisional(ground),
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
    """Whether an objection to the result is still open: it may yet be changed."""
    o, case = Objection, ground.facts.case
    of_case = (Case.agency_id == o.agency_id) & (Case.year == o.year) & (Case.id == o.case_id)
    still = (
        select(o.case_id)
        .join(Case, of_case)
        .where(o.agency_id == case.agency_id, o.year == case.year, o.contested_id == case.id)
        .where(o.number == ground.result.number, Case.closed_at.is_(None))
    )
    return ground.session.execute(still.limit(1)).first() is not None


def _named(statement: Any, person: Any) -> Select[Any]:
    """The statement with the present name of whoever its rows name."""
    is_person = Person.id == person
    named: Select[Any] = statement.add_columns(Person.name.label("who"))
    return named.outerjoin(Person, is_person)


def _family(ground: Ground) -> Any:
    """The appraisal and the cases that hang on it."""
    case = ground.facts.case
    here = (Case.agency_id == case.agency_id, Case.year == case.year)
    return select(Case.id).where(*here, or_(Case.id == case.id, Case.parent_id == case.id))


def _stated(ground: Ground) -> Mapping[str, Said]:
    """The latest statement of each input that the document shows, until it was shown."""
    s, case, document = Statement, ground.facts.case, ground.facts.definition.document
    wanted = {*document.notes, document.organisation} - {None}
    if not wanted:
        return {}
    rows = _named(select(s.field, s.value, s.text, s.said_at, s.actor_id), s.actor_id).where(
        s.agency_id == case.agency_id,
        s.year == case.year,
        s.case_id.in_(_family(ground)),
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
    rows = _named(of_home(ground.facts, f, *columns), f.author_id)
    until = f.noted_at <= ground.result.computed_at
    found: dict[UUID | None, list[Any]] = defaultdict(list)
    for row in ground.session.execute(rows.where(until).order_by(f.noted_at, f.id)):
        found[row.reply_to_id].append(row)

    def remark(row: Any) -> Remark:
        who = ground.name(row.author_id, row.who)
        replies = tuple(map(remark, found[row.id]))
        return Remark(row.kind, row.text, who, row.noted_at, replies)

    return tuple(map(remark, found[None]))


def _signed(ground: Ground) -> Mapping[str, tuple[Signed, ...]]:
    """The signatures under the result, and those under the plan until it was shown."""
    s, case, absent = Signature, ground.facts.case, aliased(Person)
    rows = (
        _named(select(s.__table__), s.person_id)
        .add_columns(absent.name.label("absent"), Substitution.kind.label("grant_kind"))
        .outerjoin(absent, absent.id == s.on_behalf_of_id)
        .outerjoin(Substitution, Substitution.id == s.grant_id)
        .where(s.agency_id == case.agency_id, s.year == case.year)
        .where(s.case_id.in_(_family(ground)))
    )
    found: dict[str, list[Signed]] = {"plan": [], "result": []}
    for row in ground.session.execute(rows.order_by(s.signed_at, s.seq)):
        if _is_of(row, ground):
            found[row.subject].append(_signature(row, ground))
    return {subject: tuple(signed) for subject, signed in found.items()}


def _is_of(row: Any, ground: Ground) -> bool:
    """Whether somebody signed this very result, or the plan before the result was shown."""
    if row.subject == "plan":
        return bool(row.signed_at <= ground.shown_at)
    is_after = row.signed_at >= ground.result.computed_at
    is_before_next = ground.until is None or row.signed_at < ground.until
    return bool(row.sha256 == ground.result.digest and is_after and is_before_next)


def _signature(row: Any, ground: Ground) -> Signed:
    absent = row.on_behalf_of_id
    return Signed(
        capacity=row.capacity,
        name=ground.name(row.person_id, row.who),
        at=row.signed_at,
        sha256=row.sha256,
        for_name=ground.name(absent, row.absent) if absent else None,
        grant_kind=row.grant_kind,
    )


def _receipts(ground: Ground) -> tuple[Word, ...]:
    r = Receipt
    rows = of_home(ground.facts, r, r.kind, r.received_at).where(r.number == ground.result.number)
    found = ground.session.execute(rows.order_by(r.received_at, r.seq))
    return tuple(Word(row.kind, row.received_at) for row in found)
