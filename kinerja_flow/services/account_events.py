"""What happened to the way in which somebody signs in: kept with the act, told to its owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import NotFound, Unauthenticated
from kinerja_flow.models import Account, AccountEvent, Person
from kinerja_flow.policy import READERS, Actor
from kinerja_flow.services.networks import provider
from kinerja_flow.services.tasks import names_of

MOST = 100
#: The account that no login leads to.
NOBODYS = UUID(int=0)


class Owner(Protocol):
    """Whose way in it is: an account, or somebody who acts."""

    @property
    def agency_id(self) -> Any: ...

    @property
    def person_id(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Told:
    """An event as its reader sees it; `actor_id` and `actor` are None where nobody signed in did
    it. `network` is for the owner alone."""

    id: UUID
    at: datetime
    what: str
    actor_id: UUID | None
    actor: str | None
    network: str | None


def note(
    session: Session, whose: Owner, what: str, by: UUID | None = None, address: str = ""
) -> None:
    """Keep what happened to somebody's account, within the transaction in which it does."""
    of = {"agency_id": whose.agency_id, "person_id": whose.person_id}
    network = provider(address)
    row = AccountEvent(**of, what=what, actor_id=by, network=network, at=clock.now())
    session.add(row)


def note_failure(session: Session, account_id: UUID | None, what: str, address: str) -> None:
    """Keep that somebody failed. Where there is no such account it is the same statement, which
    keeps nothing, so that its time tells nobody."""
    e, a = AccountEvent.__table__.c, Account
    said = {e.id: new_id(), e.what: what, e.network: provider(address), e.at: clock.now()}
    columns = [literal(value, one.type) for one, value in said.items()]
    found = select(a.agency_id, a.person_id, *columns).where(a.id == (account_id or NOBODYS))
    names = ["agency_id", "person_id", *(one.name for one in said)]
    session.execute(insert(AccountEvent.__table__).from_select(names, found))  # type: ignore[arg-type]


@contextmanager
def failures_noted(account_id: UUID, what: str, address: str) -> Iterator[None]:
    """Keeps that what is done within was refused to whoever knows the account, and refuses it."""
    try:
        yield
    except Unauthenticated:
        with transaction() as session:
            note_failure(session, account_id, what, address)
        raise


def events_of(
    actor: Actor, person_id: UUID | None, *, after: UUID | None = None, most: int = MOST
) -> list[Told]:
    """What happened to somebody's way in, newest first, from before the event `after`.

    For themself, and for HR and auditors of their agency without from where; NotFound for all
    others.
    """
    e, is_own = AccountEvent, person_id is not None and person_id == actor.person_id
    of = (e.agency_id == actor.agency_id, e.person_id == person_id)
    with reading() as session:
        if not is_own:
            _refuse_stranger(session, actor, person_id)
        found = select(e).where(*of) if after is None else select(e).where(*of, e.id < after)
        page = found.order_by(e.id.desc()).limit(max(1, min(most, MOST + 1)))
        rows = list(session.scalars(page))
        names = names_of(session, actor, (row.actor_id for row in rows if row.actor_id))
        return [_told(row, names, is_own=is_own) for row in rows]


def _refuse_stranger(session: Session, actor: Actor, person_id: UUID | None) -> None:
    here = (Person.agency_id == actor.agency_id, Person.id == person_id, Person.kind != "practice")
    if not actor.roles & READERS or session.scalar(select(Person.id).where(*here)) is None:
        raise NotFound.of("no_such_person", "person")


def _told(row: AccountEvent, names: dict[UUID, str], *, is_own: bool) -> Told:
    name = names.get(row.actor_id) if row.actor_id else None
    network = row.network if is_own else None
    return Told(row.id, row.at, row.what, row.actor_id, name, network)
