"""Who read somebody's result: for the one whose it is, and for HR."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Reading
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.tasks import names_of
from kinerja_flow.services.teams import hidden_from

MOST = 100
#: Whose the readings of a result are to see.
READERS = policy.READERS | {"employee"}


@dataclass(frozen=True, slots=True)
class ReadBy:
    """That somebody read a result, in which capacity and by which way.

    `reader_id` and `reader` are None where the reader rates anonymously: only the capacity is told.
    """

    id: UUID
    number: int
    reader_id: UUID | None
    reader: str | None
    capacity: str
    on_behalf_of_id: UUID | None
    way: str
    read_at: datetime


def readings_of(
    case_id: UUID, actor: Actor, *, after: UUID | None = None, most: int = MOST
) -> list[ReadBy]:
    """Who read the results of an appraisal, newest first, from before the reading `after`.

    For the employee, who is told of results that were delivered, and for HR; for all others there
    is nothing (NotFound). A number of queries that does not grow.
    """
    r = Reading
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        if not policy.relations(facts, actor) & READERS:
            raise NotFound.of("no_result", "result")
        told = books.delivered(session, facts)
        found = books.of_home(facts, r, r).where(r.number <= told)
        if after is not None:
            found = found.where(r.id < after)
        page = found.order_by(r.id.desc()).limit(max(1, min(most, MOST + 1)))
        rows = list(session.scalars(page))
        names = names_of(session, actor, (row.reader_id for row in rows))
        return [_told(facts, actor, row, names[row.reader_id]) for row in rows]


def _told(facts: Facts, actor: Actor, row: Reading, name: str) -> ReadBy:
    is_secret = row.capacity in hidden_from(facts, actor)
    return ReadBy(
        id=row.id,
        number=row.number,
        reader_id=None if is_secret else row.reader_id,
        reader=None if is_secret else name,
        capacity=row.capacity,
        on_behalf_of_id=None if is_secret else row.on_behalf_of_id,
        way=row.way,
        read_at=row.read_at,
    )
