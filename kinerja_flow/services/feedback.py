"""Umpan balik berkelanjutan: signed remarks on a case or on one of its RHK, and who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_

from kinerja_flow import policy
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Blocker, Forbidden, Invalid
from kinerja_flow.models import Feedback, PlanItem
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.books import of_home
from kinerja_flow.services.progress_forms import FEEDBACK

#: Who reads the open feedback on a case, beside each author their own.
READERS = frozenset({"employee", "assessor", "reviewer", "examiner", "hr"})


@dataclass(frozen=True, slots=True)
class Remark:
    """One feedback entry as its reader sees it."""

    id: UUID
    item_id: UUID | None
    kind: str
    text: str
    is_private: bool
    author_id: UUID
    noted_at: datetime


def give_feedback(case_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Give feedback: kind (strength, improvement, note, recognition), text, item, is_private.

    It carries its author's name, so who takes part anonymously gives none. Raises NotFound,
    Conflict (the book is closed), Forbidden, or Invalid with every problem.
    """
    with transaction() as session:
        facts = books.opened(session, case_id, actor, Feedback.book)
        books.refuse_anonymous(facts, actor, Forbidden.of("feedback_is_named", Feedback.book))
        values, wrong = FEEDBACK.read(entry)
        item = values.get("item")
        of_item = of_home(facts, PlanItem, PlanItem.id).where(PlanItem.id == item)
        if item is not None and session.scalar(of_item) is None:
            wrong.append(Blocker("no_such_item", "item"))
        if wrong:
            raise Invalid(wrong)
        owned = {
            **books.home_key(facts),
            **books.author(facts, actor, Feedback.book),
            "id": new_id(),
        }
        said = {name: values[name] for name in ("kind", "text", "is_private")}
        session.add(Feedback(**owned, **said, item_id=item))
        return UUID(str(owned["id"]))


def feedback_for(case_id: UUID, actor: Actor) -> list[Remark]:
    """The feedback on a case that the actor may read, oldest first.

    Private notes are their author's alone. The employee, those who assess and HR read the rest;
    others read what they wrote themselves.
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        f = Feedback
        columns = (f.id, f.item_id, f.kind, f.text, f.is_private, f.author_id, f.noted_at)
        mine = f.author_id == actor.person_id
        may_read = bool(policy.relations(facts, actor) & READERS)
        seen = or_(mine, f.is_private.is_(False)) if may_read else mine
        rows = of_home(facts, f, *columns).where(seen).order_by(f.noted_at, f.id)
        return [Remark(*row) for row in session.execute(rows)]
