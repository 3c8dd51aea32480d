"""Tokens by which programs act for whoever made them: shown once, limited, revocable."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Invalid, NotFound, Unauthenticated
from kinerja_flow.models import Person, ServiceToken
from kinerja_flow.policy import READERS, Actor
from kinerja_flow.services import account_events, forms
from kinerja_flow.services.account_events import Owner
from kinerja_flow.services.acting import owner_of_token
from workflows.faults import refuse, shown
from workflows.fields import Listed
from workflows.kinds import TextInput
from workflows.vocabulary import OFFICER

#: A token lasts no longer, so that a forgotten one ends by itself.
MOST_DAYS = 366
MOST_SCOPES = 40
#: Who ends tokens of others.
ENDING = frozenset({OFFICER})
PREFIX = "kf_"
_SCOPE = re.compile(r"(\*|[a-z_]{1,40}):(read|write)")


class _Scope(TextInput):
    def taken(self, value: Any) -> str:
        if not isinstance(value, str) or not _SCOPE.fullmatch(value):
            raise refuse("scope_unreadable", value=shown(value))
        return value


class TokenForm(forms.Form):
    """A new token: what it is for, what it may do, and how many days it lasts."""

    name = forms.text("name", 200)
    scopes = Listed(_Scope(forms.spec("scope")), required=True, least=1, most=MOST_SCOPES)
    days = forms.count("days", 1, MOST_DAYS)


FORM = TokenForm()


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token with its secret, which is nowhere kept and never shown again."""

    id: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its agency's HR sees it."""

    id: UUID
    owner_id: UUID
    owner: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Recognised:
    """For whom a program acts, and within which scopes."""

    id: UUID
    actor: Actor
    scopes: frozenset[str]


def covers(scopes: Collection[str], wanted: str) -> bool:
    """Whether one of the scopes holds the wanted one, by its noun or by `*`."""
    _, _, right = wanted.partition(":")
    return wanted in scopes or f"*:{right}" in scopes


def issue(actor: Actor, entry: Mapping[str, Any]) -> Issued:
    """A new token for a program that acts for the actor; its secret is answered this once.

    Nobody makes one for somebody else: with it they could rate, or object, in that one's name.
    """
    values, wrong = FORM.read(entry)
    if wrong:
        raise Invalid(wrong)
    now, secret = clock.now(), PREFIX + secrets.token_urlsafe(32)
    with transaction() as session:
        token = ServiceToken(
            agency_id=actor.agency_id,
            owner_id=actor.person_id,
            name=values["name"],
            sha256=_hash(secret),
            scopes=sorted(set(values["scopes"])),
            created_at=now,
            expires_at=now + timedelta(days=values["days"]),
        )
        session.add(token)
        session.flush()
        account_events.note(session, actor, "token_issued", actor.person_id)
        return Issued(token.id, secret)


def revoke(actor: Actor, token_id: UUID) -> None:
    """End a token of the actor's own at once, as HR any of the agency; one that has ended stays so.
    Raises NotFound."""
    with transaction() as session:
        token = session.scalar(_of(actor, ENDING).where(ServiceToken.id == token_id))
        if token is None:
            raise NotFound.of("no_such_token", "token")
        if token.revoked_at is None:
            token.revoked_at = clock.now()
            owner = Actor(token.owner_id, token.agency_id)
            account_events.note(session, owner, "token_revoked", actor.person_id)


def end_all(session: Session, owner: Owner) -> None:
    """End all tokens of somebody that are still open, within a transaction."""
    t = ServiceToken
    of = (t.agency_id == owner.agency_id, t.owner_id == owner.person_id, t.revoked_at.is_(None))
    session.execute(update(t).where(*of).values(revoked_at=clock.now()))


def tokens_of(actor: Actor) -> list[Token]:
    """The actor's own tokens, newest first; for HR and auditors those of the agency."""
    owner = and_(Person.agency_id == ServiceToken.agency_id, Person.id == ServiceToken.owner_id)
    found = _of(actor, READERS).join(Person, owner).add_columns(Person.name)
    newest = found.order_by(ServiceToken.created_at.desc(), ServiceToken.id)
    with reading() as session:
        return [_as_told(*row) for row in session.execute(newest)]


def _of(actor: Actor, offices: Set[str]) -> Select[Any]:
    """The actor's own tokens; of the whole agency for those who hold one of the offices."""
    here = select(ServiceToken).where(ServiceToken.agency_id == actor.agency_id)
    if actor.roles & offices:
        return here
    return here.where(ServiceToken.owner_id == actor.person_id)


def _as_told(row: ServiceToken, owner: str) -> Token:
    scopes = tuple(row.scopes)
    at = (row.created_at, row.expires_at, row.revoked_at)
    return Token(row.id, row.owner_id, owner, row.name, scopes, *at)


def recognised(secret: str) -> Recognised:
    """For whom a token acts.

    Unauthenticated where it is unknown, revoked or expired, or its owner's account is switched off;
    Forbidden where the owner has left.
    """
    found = owner_of_token(_hash(secret))
    if found is None:
        raise Unauthenticated.of("token_unknown", "Authorization")
    (token_id, scopes, expires_at, revoked_at), actor = found
    if revoked_at is not None or expires_at <= clock.now():
        raise Unauthenticated.of("token_unknown", "Authorization")
    return Recognised(token_id, actor, frozenset(scopes))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
