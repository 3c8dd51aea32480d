"""Private notes: what somebody who assesses writes down for themself, and nobody else ever reads.

No other service reads them: not the employee's, not HR's, not whoever follows in the part, and no
export. Their author reads them also after the part has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from kinerja_flow import policy
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import PrivateNote
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.books import of_home
from kinerja_flow.services.entries import refuse_stranger
from kinerja_flow.services.remark_forms import MEMO, about, strangers
from kinerja_flow.workflow import named

BOOK = "notes"
#: Who may keep notes on a case: those who assess it, whatever its state opens.
KEEPERS = ("assessor", "reviewer", "examiner")


@dataclass(frozen=True, slots=True)
class Note:
    """One of the reader's own notes; `about` names a row by kind and id, or is empty."""

    id: UUID
    about: tuple[str, UUID] | None
    text: str
    version: int
    noted_at: datetime


def add(case_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Note something for oneself (`remark_forms.MemoForm`): text, and the row it is about.

    Raises NotFound, Forbidden (not whoever assesses), Conflict (the case is closed), or Invalid.
    """
    with transaction() as session:
        facts = books.facts_for(session, case_id, actor, lock="entry")
        _refuse_others(facts, actor)
        values, wrong = MEMO.read(entry)
        if wrong := [*wrong, *strangers(session, facts, values)]:
            raise Invalid(wrong)
        note_id = new_id()
        owned = {
            **books.home_key(facts),
            **books.author(facts, actor, PrivateNote.book),
            **about(values),
        }
        session.add(PrivateNote(id=note_id, text=values["text"], **owned))
        return note_id


def correct(
    case_id: UUID, actor: Actor, note_id: UUID, entry: Mapping[str, Any], version: int
) -> int:
    """Replace one of the actor's own notes, of which they saw `version`; its new version.

    Raises NotFound (also for somebody else's note), Stale or Invalid.
    """
    with transaction() as session:
        facts = books.facts_for(session, case_id, actor, lock="entry")
        n = PrivateNote
        mine = (n.id == note_id, n.author_id == actor.person_id)
        found = of_home(facts, n, n.version).where(*mine).with_for_update()
        present: int | None = session.scalar(found)
        if present is None:
            raise NotFound.of("no_such_memo", "note")
        if present != version:
            raise Stale.of("stale", "version", seen=version, present=present)
        values, wrong = MEMO.read(entry)
        if wrong := [*wrong, *strangers(session, facts, values)]:
            raise Invalid(wrong)
        key = [getattr(n, name) == value for name, value in books.home_key(facts).items()]
        said = {"text": values["text"], **about(values), "version": present + 1}
        session.execute(update(n).where(*key, *mine).values(**said))
        return present + 1


def mine(case_id: UUID, actor: Actor) -> tuple[Note, ...]:
    """The actor's own notes on an appraisal, oldest first; empty for whoever has none, NotFound
    where they may not even know of it."""
    n = PrivateNote
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        columns = (n.id, n.about_kind, n.about_id, n.text, n.version, n.noted_at)
        own = of_home(facts, n, *columns).where(n.author_id == actor.person_id)
        rows = session.execute(own.order_by(n.noted_at, n.id)).all()
        if not rows:
            refuse_stranger(facts, actor)
        return tuple(
            Note(note_id, (kind, row_id) if kind else None, *said)
            for note_id, kind, row_id, *said in rows
        )


def _refuse_others(facts: Facts, actor: Actor) -> None:
    if not policy.standing(facts, actor).keys() & set(KEEPERS):
        raise Forbidden(named(facts, [policy.not_yours(facts, actor, KEEPERS, BOOK)]))
    if facts.state.final:
        raise Conflict([books.closed(facts, BOOK)])
