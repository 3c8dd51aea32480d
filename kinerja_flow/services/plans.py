"""The plan book: the RHK of a case with their indicators and links, and the lists beside them.

What stands here is what a move decides on, so every verb bumps the version of the case and leaves
an event with ids and the SHA-256 of the new content, never its text. In each, `version` is the
version of the case that the actor saw, and the refusals are NotFound, Stale, Conflict (the book is
closed), Forbidden, and Invalid with every problem of what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kinerja_flow.db import new_id, transaction
from kinerja_flow.errors import Blocker, Conflict, Invalid, NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import ActionStep, PlanIndicator, PlanItem, PlanNote
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.plan_checks import (
    behaviour,
    in_catalogue,
    measured_fits,
    superiors,
    too_many,
)
from kinerja_flow.services.plan_forms import ITEM, LINK, MOST_ITEMS, MOST_NOTES, NOTE
from kinerja_flow.services.plan_rows import (
    OwnPlan,
    content_digest,
    indicator_rows,
    item_row,
    refuse_used,
    refuse_used_indicators,
)
from kinerja_flow.workflow import Amendment, Delete, Insert, Update, amend, store
from kinerja_flow.workflow.draft import Write

BOOK, LINKS = "plan", "plan_links"
_ITEMS: Any = PlanItem.__table__
_INDICATORS: Any = PlanIndicator.__table__
_NOTES: Any = PlanNote.__table__
_STEPS: Any = ActionStep.__table__


def put_item(
    case_id: UUID, actor: Actor, entry: Mapping[str, Any], version: int | None = None
) -> UUID:
    """Add an RHK with its indicators, or replace the one that `entry` names by `id`; its id.

    `plan_forms.ItemForm` is the shape of an entry. An indicator that keeps its `id` keeps its
    realisations; one that has some can't be left out.
    """
    with transaction() as session:
        facts = _opened(session, case_id, actor, version)
        own = OwnPlan.of(session, facts)
        values, wrong = ITEM.read(entry)
        wrong += [*in_catalogue(facts, values), *superiors(session, facts, values)]
        wrong += [*measured_fits(facts, values), *own.strangers(values)]
        if "id" not in values and len(own.ordinals) >= MOST_ITEMS:
            wrong.append(too_many(MOST_ITEMS))
        _refuse(wrong)
        item_id: UUID = values.setdefault("id", new_id())
        rows = _rows(facts, own, values)
        refuse_used_indicators(session, facts, own.lost(item_id, rows[1:]))
        _store(session, facts, _item_put(facts, actor, rows))
        return item_id


def _rows(facts: Facts, own: OwnPlan, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The row of the RHK, then those of its indicators."""
    item_id = values["id"]
    rows = [item_row(own.ordinal(item_id), values), *indicator_rows(item_id, values["indicators"])]
    return [{**books.home_key(facts), **row} for row in rows]


def _item_put(facts: Facts, actor: Actor, rows: list[dict[str, Any]]) -> _Change:
    item, *indicators = rows
    writes: list[Write] = [
        Delete(_INDICATORS, _match(facts, item_id=item["id"])),
        Delete(_ITEMS, _match(facts, id=item["id"])),
        Insert(_ITEMS, item),
        *(Insert(_INDICATORS, row) for row in indicators),
    ]
    ids = [str(row["id"]) for row in indicators]
    change = {"item": str(item["id"]), "indicators": ids, "sha256": content_digest(rows)}
    held = books.capacity(facts, actor, BOOK)
    return actor, Amendment("plan_item_put", held, change, writes)


def remove_item(case_id: UUID, actor: Actor, item_id: UUID, version: int | None = None) -> None:
    """Take an RHK out of the plan, with its indicators and rencana aksi.

    Conflict while something hangs on it: evidence, activities, a realisation, feedback, a
    subordinate's RHK.
    """
    with transaction() as session:
        facts = _opened(session, case_id, actor, version)
        OwnPlan.of(session, facts).refuse_unknown(item_id)
        refuse_used(session, facts, item_id)
        writes: list[Write] = [
            Delete(_STEPS, _match(facts, item_id=item_id)),
            Delete(_INDICATORS, _match(facts, item_id=item_id)),
            Delete(_ITEMS, _match(facts, id=item_id)),
        ]
        held = books.capacity(facts, actor, BOOK)
        removed = Amendment("plan_item_removed", held, {"item": str(item_id)}, writes)
        _store(session, facts, (actor, removed))


def link_item(
    case_id: UUID, actor: Actor, item_id: UUID, link: Mapping[str, Any], version: int | None = None
) -> None:
    """Say which RHK of the superior an RHK serves (mengintervensi), also after it was drafted.

    `link` has `superior_item_id`, an RHK of the assessor's or reviewer's own plan of the same
    agency and year, or `superior_text`. It replaces an earlier link. The book is `plan_links`
    where the state opens it, else the plan.
    """
    with transaction() as session:
        facts = _locked(session, case_id, actor, version)
        book = LINKS if facts.state.opens.get(LINKS) else BOOK
        books.refuse_unless_open(facts, actor, book)
        OwnPlan.of(session, facts).refuse_unknown(item_id)
        values, wrong = LINK.read(link)
        _refuse([*wrong, *superiors(session, facts, values)])
        linked = {name: values.get(name) for name in ("superior_item_id", "superior_text")}
        change = {"item": str(item_id), "sha256": content_digest([linked])}
        writes = [Update(_ITEMS, _match(facts, id=item_id), linked)]
        held = books.capacity(facts, actor, book)
        _store(session, facts, (actor, Amendment("plan_item_linked", held, change, writes)))


def put_note(
    case_id: UUID, actor: Actor, note: Mapping[str, Any], version: int | None = None
) -> UUID:
    """Add a line to one of the plan's lists, or replace the one that `note` names by `id`; its id.

    The lists are those of the Lampiran (resources, accountability, consequences), and the
    superior's expectations of a behaviour (ekspektasi khusus pimpinan), which say what `about`.
    """
    with transaction() as session:
        facts = _opened(session, case_id, actor, version)
        values, wrong = NOTE.read(note)
        known = set(session.scalars(books.of_home(facts, PlanNote, PlanNote.id)))
        wrong += behaviour(facts, values)
        if "id" in values and values["id"] not in known:
            wrong.append(Blocker("no_such_note", "id"))
        if "id" not in values and len(known) >= MOST_NOTES:
            wrong.append(too_many(MOST_NOTES))
        _refuse(wrong)
        note_id: UUID = values.setdefault("id", new_id())
        _store(session, facts, _note_put(facts, actor, values))
        return note_id


def _note_put(facts: Facts, actor: Actor, values: Mapping[str, Any]) -> _Change:
    said = {name: values.get(name) for name in ("id", "section", "about", "text")}
    writes: list[Write] = [
        Delete(_NOTES, _match(facts, id=said["id"])),
        Insert(_NOTES, {**books.home_key(facts), **said}),
    ]
    change = {"note": str(said["id"]), "sha256": content_digest([said])}
    held = books.capacity(facts, actor, BOOK)
    return actor, Amendment("plan_note_put", held, change, writes)


def remove_note(case_id: UUID, actor: Actor, note_id: UUID, version: int | None = None) -> None:
    """Take a line out of the plan's lists."""
    with transaction() as session:
        facts = _opened(session, case_id, actor, version)
        known = books.of_home(facts, PlanNote, PlanNote.id).where(PlanNote.id == note_id)
        if session.scalar(known) is None:
            raise NotFound.of("no_such_note", "note")
        writes = [Delete(_NOTES, _match(facts, id=note_id))]
        held = books.capacity(facts, actor, BOOK)
        removed = Amendment("plan_note_removed", held, {"note": str(note_id)}, writes)
        _store(session, facts, (actor, removed))


def _opened(session: Session, case_id: UUID, actor: Actor, version: int | None) -> Facts:
    facts = _locked(session, case_id, actor, version)
    books.refuse_unless_open(facts, actor, BOOK)
    return facts


def _locked(session: Session, case_id: UUID, actor: Actor, version: int | None) -> Facts:
    """The facts of the case that has the plan, locked against everybody else's acts."""
    facts = books.facts_for(session, case_id, actor, lock="move")
    if facts.case.parent_id is not None:
        raise Conflict.of("plan_of_parent", "case")
    books.refuse_stale(facts, version)
    return facts


def _refuse(wrong: list[Blocker]) -> None:
    if wrong:
        raise Invalid(wrong)


#: A change to the plan, and who makes it.
_Change = tuple[Actor, Amendment]


def _store(session: Session, facts: Facts, change: _Change) -> None:
    actor, amendment = change
    store(session, [amend(facts, actor, amendment)])


def _match(facts: Facts, **columns: Any) -> dict[str, Any]:
    return {**books.home_key(facts), **columns}
