"""Redacted texts in delivered documents: their copies give way too, and the digest on record stays.

Each redaction says in the history of the document's case from which digest to which it led, so
that what is shown now can be led back to what was delivered, without the text.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.orm import Session

from kinerja_flow.facts import Facts
from kinerja_flow.models import Document, HistoryEvent, IdempotencyKey, PlanItem
from kinerja_flow.services.redaction_places import Target
from kinerja_flow.workflow import sha256_of

#: What stands in the place of a redacted text.
MARKER = "[disunting]"
#: The event of a case in which a text was redacted.
REDACTED = "text_redacted"


class Copied(NamedTuple):
    """A document in which a copy was redacted: the digest of its content before and after."""

    number: int
    seq: int
    before: str
    after: str


def redact_copies(
    session: Session, target: Target, text: str, facts: Facts
) -> Mapping[UUID, list[Copied]]:
    """Redact the copies of a text in the documents that showed it, by their cases."""
    if not target.place.is_shown:
        return {}
    d, found = Document, defaultdict[UUID, list[Copied]](list)
    cases = {facts.home_id, *_below(session, target)}
    of = (d.agency_id == target.agency_id, d.case_id.in_(cases))
    for row in session.execute(select(d.__table__).where(*of).with_for_update()).all():
        content = {**row.content, "plan": _without(row.content.get("plan"), text)}
        if content != row.content:
            key = (d.agency_id == row.agency_id, d.year == row.year, d.case_id == row.case_id)
            mine = (*key, d.number == row.number, d.seq == row.seq)
            session.execute(update(d).where(*mine).values(content=content))
            digests = (sha256_of(row.content), sha256_of(content))
            found[row.case_id].append(Copied(row.number, row.seq, *digests))
    return found


def _below(session: Session, target: Target) -> Iterable[UUID]:
    """The cases whose plans hang on an RHK, and so show its title."""
    i = PlanItem
    if target.place.model is not i:
        return ()
    of = (i.agency_id == target.agency_id, i.superior_item_id == UUID(target.row))
    return session.scalars(select(i.case_id).where(*of).distinct())


def _without(value: Any, text: str) -> Any:
    """The same value with the marker wherever the text stood as a whole."""
    if isinstance(value, Mapping):
        return {name: _without(one, text) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(one, text) for one in value]
    return MARKER if value == text else value


def forget_requests(
    session: Session, of: tuple[int, UUID | None], authors: Collection[UUID | None], text: str
) -> None:
    """Answers that are kept for requests sent again go, where the text stands in them: those about
    the case, by agency and id, and those of whoever wrote it."""
    k, (agency_id, case_id) = IdempotencyKey, of
    of_case = k.case_id.is_(None) if case_id is None else k.case_id == case_id
    where = (k.agency_id == agency_id, or_(of_case, k.actor_id.in_(authors)))
    said = json.dumps(text, ensure_ascii=False)[1:-1]
    for actor_id, key, answer in session.execute(
        select(k.actor_id, k.key, k.answer).where(*where)
    ).all():
        if said in json.dumps(answer, ensure_ascii=False):
            session.execute(delete(k).where(*where, k.actor_id == actor_id, k.key == key))


def as_redacted(connection: Connection, document: Any, told: str) -> str:
    """The digest that the content of a delivered document must have now: that of the delivery, or
    the one to which the recorded redactions led from it."""
    h = HistoryEvent
    of = (h.agency_id == document.agency_id, h.year == document.year)
    here = (h.case_id == document.home, h.action == REDACTED)
    for change in connection.scalars(select(h.change).where(*of, *here).order_by(h.seq)):
        for number, seq, before, after in change.get("documents", ()):
            if (number, seq, before) == (document.number, document.seq, told):
                told = after
    return told
