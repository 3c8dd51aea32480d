"""Who is signed in at an agency, for those who look after its accounts, and for auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.config import Settings
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.models import Account, Person, SignInSession
from kinerja_flow.policy import OFFICES, Actor, only_office
from kinerja_flow.services import account_events
from kinerja_flow.services.accounts import kept_account
from kinerja_flow.services.sessions import alive, ended

MOST = 100


@dataclass(frozen=True, slots=True)
class SignedIn:
    """That somebody is signed in; from where is theirs alone to see."""

    id: UUID
    person_id: UUID
    name: str
    begun_at: datetime
    seen_at: datetime


def sessions_of_agency(
    actor: Actor, settings: Settings, *, after: UUID | None = None, most: int = MOST
) -> list[SignedIn]:
    """Who is signed in, the latest first, from before the session `after`. One query."""
    only_office(actor, frozenset(OFFICES), "session")
    s, a, p = SignInSession, Account, Person
    of = (s.agency_id == actor.agency_id, s.is_whole.is_(True), *alive(settings))
    found = select(s.id, p.id, p.name, s.begun_at, s.seen_at).join(a, a.id == s.account_id)
    found = found.join(p, (p.agency_id == a.agency_id) & (p.id == a.person_id)).where(*of)
    if after is not None:
        found = found.where(s.id < after)
    with reading() as session:
        page = found.order_by(s.id.desc()).limit(max(1, min(most, MOST + 1)))
        return [SignedIn(*row) for row in session.execute(page)]


def end_session(actor: Actor, session_id: UUID) -> None:
    """End somebody's session, as one who looks after their account. Raises NotFound, Forbidden."""
    s, a = SignInSession, Account
    of = (s.agency_id == actor.agency_id, s.id == session_id)
    with transaction() as session:
        person = session.scalar(select(a.person_id).join(s, s.account_id == a.id).where(*of))
        if person is None:
            raise NotFound.of("no_such_session", "session")
        account = kept_account(session, actor, person)
        account_events.note(session, account, "session_ended", actor.person_id)
        ended(session, s.id == session_id)
