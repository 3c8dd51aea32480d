"""How people and programs come in: whatever opens a door is kept as its hash alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Digest, Key, Name
from kinerja_flow.models.organisation import OfAgency, within_agency
from kinerja_flow.models.plans import one_of


class ServiceToken(OfAgency, Base):
    """A key for a program that acts for its owner, within its scopes, until it expires.

    `sha256` is the hash of its secret, which is random and long: nothing can be guessed from it.
    """

    __tablename__ = "service_tokens"
    __table_args__ = (within_agency("owner_id", "people"),)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[Name]
    sha256: Mapped[Digest] = mapped_column(unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OfAccount(OfAgency):
    """A row that belongs to somebody's account."""

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)


class SignInSession(OfAccount, Base):
    """That somebody is signed in on a device; `sha256` is the hash of what its cookie holds.

    `is_whole` is false between the password and the second step, and such a session may do nothing
    but take that step.
    """

    __tablename__ = "sign_in_sessions"
    sha256: Mapped[Digest] = mapped_column(unique=True)
    is_whole: Mapped[bool]
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[Key]
    agent: Mapped[Name]


class RecoveryCode(OfAccount, Base):
    """A code that takes the place of the second step, once."""

    __tablename__ = "recovery_codes"
    sha256: Mapped[Digest]
    used_at: Mapped[datetime | None]


class SignInCode(OfAccount, Base):
    """A one-time code with which somebody chooses a password: from paper, or by e-mail.

    It ends when it is used, when a newer one is issued, and when it expires. Who issued it and when
    it was used stays on record; nobody issued (`issued_by`) those that were asked for by e-mail.
    """

    __tablename__ = "sign_in_codes"
    __table_args__ = (CheckConstraint("kind IN ('paper', 'mail')", name="kind"),)
    kind: Mapped[Key]
    sha256: Mapped[Digest] = mapped_column(unique=True)
    issued_by: Mapped[UUID | None]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


#: What may happen to the way in which somebody signs in.
ACCOUNT_EVENTS = (
    *("signed_in", "second_step_asked", "sign_in_failed", "second_step_failed"),
    *("second_step_set", "second_step_forgotten", "recovery_codes_renewed"),
    *("code_issued", "code_mailed", "password_chosen", "password_changed", "password_failed"),
    *("session_ended", "other_sessions_ended", "email_set", "switched_on", "switched_off"),
    *("token_issued", "token_revoked", "role_granted"),
)


class AccountEvent(OfAgency, Base):
    """That something happened to somebody's way in: to whom, by whom, and what, as a code.

    Nobody is the actor of what failed, of what a code did, and of what an operator did at the
    machine. `network` is where it was done from, too wide to tell a household. The database refuses
    to change one, and to delete one but by a sweep that is on record.
    """

    __tablename__ = "account_events"
    __table_args__ = (
        within_agency("person_id", "people"),
        within_agency("actor_id", "people"),
        one_of("what", ACCOUNT_EVENTS),
        Index("ix_account_events_person", "agency_id", "person_id", "id"),
    )
    person_id: Mapped[UUID]
    actor_id: Mapped[UUID | None]
    what: Mapped[Key]
    network: Mapped[Key | None]
    at: Mapped[datetime]


class SignInDelay(Base):
    """How often signing in failed of late at a place, and until when nobody may try again there.

    A place is the hash of an account and an address, or of an address alone.
    """

    __tablename__ = "sign_in_delays"
    place: Mapped[Digest] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    until_at: Mapped[datetime]


class ResetRequest(Base):
    """That somebody asked for a new password under a login; the sweep looks whether it is one."""

    __tablename__ = "reset_requests"
    login: Mapped[Name] = mapped_column(primary_key=True)
    language: Mapped[Key]
    asked_at: Mapped[datetime]
