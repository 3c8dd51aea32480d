"""Whatever says that it was done on somebody's behalf names a grant that was in force that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, or_, select

from kinerja_flow.clock import Calendar
from kinerja_flow.models import (
    Agency,
    HistoryEvent,
    Result,
    Signature,
    Substitution,
)
from kinerja_flow.models.progress import Entry
from kinerja_flow.policy.grants import DELEGABLE

#: What does not hold: the rule, what was expected and found, the case, and the event.
Wrong = tuple[str, object, object, UUID, int | None]
_ENTRIES: tuple[Any, ...] = tuple(sorted(Entry.__subclasses__(), key=lambda one: one.__name__))


class _Grant(NamedTuple):
    """A grant as it is kept, with the zone of its agency."""

    absent_id: UUID
    substitute_id: UUID
    from_on: date
    until_on: date
    revoked_at: datetime | None
    zone: str

    def covers(self, who: UUID | None, behind: UUID | None, at: datetime) -> bool:
        """Whether it let the one act on behalf of the other on that day, till its revocation."""
        day = Calendar(self.zone).day_of(at)
        is_theirs = (who, behind) == (self.substitute_id, self.absent_id)
        is_over = self.revoked_at is not None and day > Calendar(self.zone).day_of(self.revoked_at)
        return is_theirs and self.from_on <= day <= self.until_on and not is_over


class _Grants:
    """The grants of an agency, or of all, by agency and id, and by agency and the two people."""

    def __init__(self, connection: Connection, agency_id: int | None) -> None:
        s = Substitution
        columns = (s.absent_id, s.substitute_id, s.from_on, s.until_on, s.revoked_at, Agency.zone)
        kept = select(s.agency_id, s.id, *columns).join(Agency, Agency.id == s.agency_id)
        self.by_id: dict[tuple[int, UUID], _Grant] = {}
        self.between: dict[tuple[int, UUID, UUID], list[_Grant]] = defaultdict(list)
        for agency, grant_id, *said in connection.execute(_of(kept, s, agency_id)):
            grant = _Grant(*said)
            self.by_id[agency, grant_id] = grant
            self.between[agency, grant.substitute_id, grant.absent_id].append(grant)


def on_behalf(connection: Connection, agency_id: int | None) -> Iterator[Wrong]:
    """All that is wrong with what substitutes did: one query for each kind of record."""
    grants = _Grants(connection, agency_id)
    h, g, r = HistoryEvent, Signature, Result
    named: list[tuple[Any, Any, Any, Any, Any]] = [
        (h, h.seq, h.actor_id, h.at, h.capacity),
        (g, g.seq, g.person_id, g.signed_at, g.capacity),
        *((e, None, e.author_id, e.noted_at, None) for e in _ENTRIES),
    ]
    for columns in named:
        yield from _under_a_grant(connection, agency_id, grants, columns)
    results = select(r.agency_id, r.case_id, r.seq, r.decided_by, r.decided_for_id, r.computed_at)
    of_others = results.where(r.decided_for_id.is_not(None))
    for agency, case_id, seq, who, behind, at in connection.execute(_of(of_others, r, agency_id)):
        between = grants.between.get((agency, who, behind), ())
        if not any(grant.covers(who, behind, at) for grant in between):
            yield "decided_for", "a grant in force", behind, case_id, seq


def _under_a_grant(
    connection: Connection, agency_id: int | None, grants: _Grants, columns: tuple[Any, ...]
) -> Iterator[Wrong]:
    model, seq, who, at, capacity = columns
    of = (model.agency_id, model.case_id, model.on_behalf_of_id, model.grant_id)
    more = [column for column in (seq, capacity) if column is not None]
    said = select(*of, who.label("who"), at.label("at"), *more).where(
        or_(model.on_behalf_of_id.is_not(None), model.grant_id.is_not(None))
    )
    for row in connection.execute(_of(said, model, agency_id)):
        number = row.seq if seq is not None else None
        grant = grants.by_id.get((row.agency_id, row.grant_id))
        if grant is None or not grant.covers(row.who, row.on_behalf_of_id, row.at):
            yield "grant", "a grant in force", row.grant_id, row.case_id, number
        if capacity is not None and row.capacity not in DELEGABLE:
            yield "delegable", ", ".join(sorted(DELEGABLE)), row.capacity, row.case_id, number


def _of(statement: Any, model: Any, agency_id: int | None) -> Any:
    """The rows of an agency, or of all, in the order of their keys."""
    statement = statement.order_by(*model.__table__.primary_key.columns)
    return statement if agency_id is None else statement.where(model.agency_id == agency_id)
