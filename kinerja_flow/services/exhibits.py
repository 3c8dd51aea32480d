"""Evidence of both sides in an objection: who shows it, who withdraws it, and who reads it.

Each side shows its own in the states that open the book. Nothing is changed or removed: what is
withdrawn stays readable, and that it was withdrawn is an event of the case. PP 30/2019 article 59:
whoever examines an objection hears both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Exhibit, HistoryEvent, Notification
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.progress_forms import EXHIBIT
from kinerja_flow.workflow import (
    Amendment,
    Insert,
    always,
    amend,
    notification,
    recipients,
    store,
    write,
)
from workflows.vocabulary import PARTIES

BOOK = Exhibit.book
#: The event of a case in which a piece of evidence was withdrawn.
WITHDRAWN = "exhibit_withdrawn"
#: No side shows more pieces of evidence, withdrawn ones included.
MOST_EXHIBITS = 50
_NEEDS = always("people", "officers")


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of evidence as its reader sees it: of which side, by whom, perhaps on whose behalf.

    `withdrawn_at` is when its author took it back; it stays readable, and carries no weight.
    """

    id: UUID
    side: str
    name: str
    shows: str
    link: str | None
    sha256: str | None
    media_type: str | None
    size: int | None
    author_id: UUID
    on_behalf_of_id: UUID | None
    noted_at: datetime
    withdrawn_at: datetime | None


def show_exhibit(
    case_id: UUID, actor: Actor, entry: Mapping[str, Any], entry_id: UUID | None = None
) -> UUID:
    """Show evidence in an objection: name, a link or sha256 with media_type and size, and what it
    shows; its id (`entry_id` where a file is kept under it). The other side and the examiner hear
    of it.

    What the actor shows already, and did not withdraw, is that one: nothing is doubled. Raises
    NotFound, Conflict (the book is closed, or holds MOST_EXHIBITS of that side), Forbidden, or
    Invalid with every problem.
    """
    with transaction() as session:
        # They are counted, so that whoever shows one waits for the other.
        facts = _opened(session, case_id, actor, "move")
        values, wrong = EXHIBIT.read(entry)
        if wrong:
            raise Invalid(wrong)
        said = {name: values.get(name) for name in ("name", "link", "sha256", "media_type", "size")}
        said |= {"shows": values["shows"], "side": books.capacity(facts, actor, BOOK)}
        if (known := _known(session, facts, actor, said)) is not None:
            return known
        exhibit_id = entry_id or new_id()
        owned = {**_key(facts), **books.author(facts, actor, BOOK), **said}
        session.add(Exhibit(id=exhibit_id, **owned))
        session.flush()
        _tell(session, facts, actor)
        return exhibit_id


def _known(session: Session, facts: Facts, actor: Actor, said: Mapping[str, Any]) -> UUID | None:
    """The same evidence, if the actor shows it already; Conflict where their side has too much."""
    rows = session.execute(select(Exhibit.__table__).where(*_of(facts, Exhibit))).all()
    gone = _withdrawn(session, facts)
    for row in rows:
        is_own = row.author_id == actor.person_id and row.id not in gone
        if is_own and all(getattr(row, name) == value for name, value in said.items()):
            return UUID(str(row.id))
    if sum(row.side == said["side"] for row in rows) >= MOST_EXHIBITS:
        raise Conflict.of("too_many_exhibits", BOOK, max=MOST_EXHIBITS)
    return None


def withdraw_exhibit(case_id: UUID, actor: Actor, exhibit_id: UUID) -> None:
    """Take back evidence that the actor showed, while the book is open to them: a recorded act.

    Raises NotFound where the case has no such evidence, Forbidden where it is somebody else's,
    Conflict where the book is closed or it was withdrawn before.
    """
    with transaction() as session:
        facts = _opened(session, case_id, actor, "move")
        e = Exhibit
        found = select(e.author_id).where(*_of(facts, e), e.id == exhibit_id)
        author_id = session.scalar(found)
        if author_id is None:
            raise NotFound.of("no_such_exhibit", BOOK)
        if author_id != actor.person_id:
            raise Forbidden.of("not_author", BOOK)
        if exhibit_id in _withdrawn(session, facts):
            raise Conflict.of("exhibit_withdrawn", BOOK)
        capacity, change = books.capacity(facts, actor, BOOK), {"exhibit": str(exhibit_id)}
        store(
            session, [amend(facts, actor, Amendment(WITHDRAWN, capacity, change, notify=PARTIES))]
        )


def exhibits_for(case_id: UUID, actor: Actor) -> list[Shown]:
    """The evidence in an objection, oldest first, withdrawn pieces included.

    For the employee, the assessor, the examiner and HR; anybody else is told that none is there.
    """
    with reading() as session:
        facts = readable(session, case_id, actor)
        return shown_in(session, facts)


def readable(session: Session, case_id: UUID, actor: Actor) -> Facts:
    """The facts of an objection for those who may read its record; NotFound for anybody else."""
    facts = books.facts_for(session, case_id, actor)
    is_reader = policy.relations(facts, actor) & policy.OBJECTION_READERS
    if not is_reader or facts.case.parent_id is None:
        raise NotFound.of("no_such_case", "case")
    return facts


def shown_in(session: Session, facts: Facts) -> list[Shown]:
    """All evidence in the case, in two queries."""
    gone, e = _withdrawn(session, facts), Exhibit
    of_file = (e.link, e.sha256, e.media_type, e.size)
    columns = (e.id, e.side, e.name, e.shows, *of_file, e.author_id, e.on_behalf_of_id, e.noted_at)
    rows = session.execute(select(*columns).where(*_of(facts, e)).order_by(e.noted_at, e.id))
    return [Shown(*row, withdrawn_at=gone.get(row.id)) for row in rows]


def _opened(session: Session, case_id: UUID, actor: Actor, lock: Any) -> Facts:
    """The facts of an objection whose book the actor may write in; not there for whoever may not
    read it either."""
    facts = books.facts_for(session, case_id, actor, lock=lock, needs=_NEEDS)
    if not policy.relations(facts, actor) & policy.OBJECTION_READERS:
        raise NotFound.of("no_such_case", "case")
    books.refuse_unless_open(facts, actor, BOOK)
    return facts


def _key(facts: Facts) -> dict[str, Any]:
    """Evidence belongs to the objection, and not to the appraisal that it hangs on."""
    case = facts.case
    return {"agency_id": case.agency_id, "year": case.year, "case_id": case.id}


def _of(facts: Facts, model: Any) -> list[Any]:
    return [getattr(model, name) == value for name, value in _key(facts).items()]


def _withdrawn(session: Session, facts: Facts) -> dict[UUID, datetime]:
    h = HistoryEvent
    of = select(h.change["exhibit"].as_string(), h.at).where(*_of(facts, h), h.action == WITHDRAWN)
    return {UUID(exhibit): at for exhibit, at in session.execute(of)}


def _tell(session: Session, facts: Facts, actor: Actor) -> None:
    heard = recipients(facts, PARTIES, facts.people) - {actor.person_id}
    event = f"{facts.case.kind}.{BOOK}"
    lines = [
        notification(_key(facts), facts.case.version, event, one, facts) for one in sorted(heard)
    ]
    write(session, [Insert(Notification.__table__, line) for line in lines])  # type: ignore[arg-type]
