"""Sessions: who is signed in where, since when, and how each ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, delete, select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.config import Settings
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Forbidden, NotFound
from kinerja_flow.models import Account, SignInSession
from kinerja_flow.policy import OFFICES, Actor
from kinerja_flow.services import account_events, keys
from kinerja_flow.services.organisations import actor_for

#: Between the password and the second step nobody takes longer.
HALF_FOR = timedelta(minutes=10)
#: That a session is used is written down so often at most.
NOTED_EVERY = timedelta(minutes=1)
#: Who holds one of these offices needs a second step.
GUARDED = frozenset(OFFICES)


@dataclass(frozen=True, slots=True)
class Device:
    """From where somebody signs in: the address, and what the browser says it is."""

    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: what its cookie holds, shown this once. `next_step` says what is still to be
    done before it is one: type a code of the second step, or set that step up."""

    secret: str
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is signed in by a session."""

    id: UUID
    account_id: UUID
    actor: Actor
    next_step: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A session as its owner sees it."""

    id: UUID
    begun_at: datetime
    seen_at: datetime
    address: str
    agent: str


def opened(session: Session, account: Account, device: Device, settings: Settings) -> Opened:
    """A new session of an account, half where a second step is due; within a transaction.

    Its secret is always a new one: what a browser brought along opens nothing.
    """
    actor = actor_for(account.agency_id, account.person_id)
    step = next_step(actor, account.totp_step, settings)
    return Opened(begun(session, account, device, is_whole=step is None), step)


def next_step(actor: Actor, totp_step: int | None, settings: Settings) -> str | None:
    """What somebody who gave their password still has to do: `code`, `setup`, or nothing."""
    if totp_step is not None:
        return "code"
    return "setup" if settings.second_step and actor.roles & GUARDED else None


def begun(session: Session, account: Account, device: Device, *, is_whole: bool) -> str:
    """Begin a session; the secret of its cookie."""
    now, secret = clock.now(), keys.token()
    row = SignInSession(
        agency_id=account.agency_id,
        account_id=account.id,
        sha256=keys.sha256(secret),
        is_whole=is_whole,
        begun_at=now,
        seen_at=now,
        address=device.address[:40],
        agent=device.agent[:200],
    )
    session.add(row)
    session.flush()
    what = "signed_in" if is_whole else "second_step_asked"
    account_events.note(session, account, what, account.person_id, device.address)
    return secret


def recognised(secret: str, settings: Settings) -> Signed | None:
    """Who is signed in by the secret of a cookie; None where it is unknown or has ended, or where
    its account was switched off or its person has left."""
    s, a = SignInSession, Account
    columns = (s.id, s.account_id, s.is_whole, s.seen_at, a.agency_id, a.person_id, a.totp_step)
    of = (s.sha256 == keys.sha256(secret), a.is_active.is_(True), *alive(settings))
    with reading() as session:
        row = session.execute(select(*columns).join(a, a.id == s.account_id).where(*of)).first()
        if row is None:
            return None
        try:
            actor = actor_for(row.agency_id, row.person_id)
        except Forbidden:
            return None
    if clock.now() - row.seen_at >= NOTED_EVERY:
        _note(row.id)
    step = next_step(actor, row.totp_step, settings)
    return Signed(row.id, row.account_id, actor, None if _is_done(row, step) else step)


def _is_done(row: Any, step: str | None) -> bool:
    """Whether a session may do all: also not where its person came to an office meanwhile."""
    return row.is_whole and step != "setup"


def alive(settings: Settings) -> tuple[ColumnElement[bool], ...]:
    """What is true of the sessions whose time is not over."""
    now, s = clock.now(), SignInSession
    idle, longest = (
        timedelta(minutes=settings.idle_minutes),
        timedelta(hours=settings.session_hours),
    )
    is_in_time = s.is_whole.is_(True) | (s.begun_at > now - HALF_FOR)
    return s.seen_at > now - idle, s.begun_at > now - longest, is_in_time


def _note(session_id: UUID) -> None:
    s = SignInSession
    with transaction() as session:
        session.execute(update(s).where(s.id == session_id).values(seen_at=clock.now()))


def my_sessions(actor: Actor, settings: Settings) -> list[Seen]:
    """Where the actor is signed in, the latest used first."""
    s = SignInSession
    columns = (s.id, s.begun_at, s.seen_at, s.address, s.agent)
    of = (s.account_id.in_(_own(actor)), s.is_whole.is_(True), *alive(settings))
    with reading() as session:
        newest = select(*columns).where(*of).order_by(s.seen_at.desc(), s.id)
        return [Seen(*row) for row in session.execute(newest)]


def revoke(actor: Actor, session_id: UUID) -> None:
    """End one of the actor's own sessions. Raises NotFound."""
    s = SignInSession
    with transaction() as session:
        of = (s.id == session_id, s.account_id.in_(_own(actor)))
        found = session.execute(delete(s).where(*of).returning(s.id)).first()
        if found is None:
            raise NotFound.of("no_such_session", "session")
        account_events.note(session, actor, "session_ended", actor.person_id)


def revoke_others(actor: Actor, but: UUID | None) -> None:
    """End all of the actor's sessions but one."""
    with transaction() as session:
        ended(session, SignInSession.account_id.in_(_own(actor)), but)
        account_events.note(session, actor, "other_sessions_ended", actor.person_id)


def sign_out(secret: str) -> None:
    """End the session of a cookie, whatever it is."""
    with transaction() as session:
        of = SignInSession.sha256 == keys.sha256(secret)
        session.execute(delete(SignInSession).where(of))


def ended(session: Session, whose: ColumnElement[bool], but: UUID | None = None) -> int:
    """End sessions within a transaction, but one; how many there were."""
    ending = delete(SignInSession).where(whose)
    if but is not None:
        ending = ending.where(SignInSession.id != but)
    return cast(CursorResult[Any], session.execute(ending)).rowcount


def forget_ended(session: Session, settings: Settings) -> None:
    """Delete the sessions whose time is over."""
    longest = timedelta(hours=settings.session_hours)
    ended(session, SignInSession.begun_at <= clock.now() - longest)


def _own(actor: Actor) -> Any:
    mine = (Account.agency_id == actor.agency_id, Account.person_id == actor.person_id)
    return select(Account.id).where(*mine)
