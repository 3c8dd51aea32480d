"""Accounts: what their owners change themselves, and what HR and administrators change for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Blocker, Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from kinerja_flow.models import Account, Agency, Person, RoleGrant, SignInCode, SignInSession
from kinerja_flow.policy import Actor
from kinerja_flow.services import (
    account_events,
    delays,
    forms,
    keys,
    logins,
    passwords,
    second_step,
    service_tokens,
    sessions,
)

ADMINISTRATOR = "administrator"
#: Who looks after the accounts of an agency.
KEEPERS = frozenset({"hr", ADMINISTRATOR})


class PasswordForm(forms.Form):
    """A new password in place of the present one."""

    present = passwords.typed("present")
    password = passwords.chosen("password")


class EmailForm(forms.Form):
    """The e-mail address of an account; none takes it away."""

    email = logins.email("email", optional=True)


PASSWORD, EMAIL = PasswordForm(), EmailForm()


def change_password(
    actor: Actor, entry: Mapping[str, Any], but: UUID | None = None, address: str = ""
) -> None:
    """The actor's own new password. It ends all of their sessions but the one (`but`) in which it
    was changed, every code and every service token. Raises Invalid, Unauthenticated (the present
    one is another), TooMany."""
    values, wrong = PASSWORD.read(entry)
    if wrong:
        raise Invalid(wrong)
    with transaction() as session:
        account = account_of(session, actor, actor.person_id)
        account_id, kept = account.id, account.password_hash
    place = delays.of_account(str(account_id), address)
    delays.count_attempt(place)
    with account_events.failures_noted(account_id, "password_failed", address):
        if not passwords.fits(kept, values["present"]):
            raise Unauthenticated.of("password_wrong", "present")
    new = passwords.hashed(values["password"])
    with transaction() as session:
        delays.forget(session, place)
        account = logins.held(session, account_id)
        if not passwords.still_fits(account.password_hash, kept, values["present"]):
            raise Unauthenticated.of("password_wrong", "present")
        set_password(session, account, new, but)
        account_events.note(session, actor, "password_changed", actor.person_id, address)


def set_password(session: Session, account: Account, hashed: str, but: UUID | None = None) -> None:
    """A new password within a transaction: what rested on the old one ends."""
    account.password_hash = hashed
    sessions.ended(session, SignInSession.account_id == account.id, but)
    end_codes(session, [account.id])
    service_tokens.end_all(session, account)


def end_codes(session: Session, account_ids: list[UUID], kind: str | None = None) -> None:
    """One-time codes of accounts that are still open end, of a kind or all."""
    c = SignInCode
    of = (c.account_id.in_(account_ids), c.used_at.is_(None), c.ended_at.is_(None))
    of_kind = () if kind is None else (c.kind == kind,)
    session.execute(update(c).where(*of, *of_kind).values(ended_at=clock.now()))


def code_row(account: Account, kind: str, lasts: timedelta, by: UUID | None) -> tuple[str, Any]:
    """A new code, and its row."""
    now, code = clock.now(), keys.code()
    of = {"agency_id": account.agency_id, "account_id": account.id, "kind": kind}
    when = {"issued_at": now, "expires_at": now + lasts}
    return code, SignInCode(**of, **when, sha256=keys.sha256(code), issued_by=by)


def set_email(actor: Actor, person_id: UUID, entry: Mapping[str, Any]) -> None:
    """The address to which somebody's mail goes, and by which they may sign in; codes that were
    sent to the former one end. Raises Forbidden, NotFound, Invalid, Conflict (somebody has it)."""
    values, wrong = EMAIL.read(entry)
    if wrong:
        raise Invalid(wrong)
    with transaction() as session:
        account = kept_account(session, actor, person_id)
        email = values.get("email")
        taken = select(Account.id).where(Account.email == email, Account.id != account.id)
        if email is not None and session.scalar(taken) is not None:
            raise Conflict.of("email_taken", "email")
        account.email = email
        account_events.note(session, account, "email_set", actor.person_id)
        end_codes(session, [account.id])


def switch(actor: Actor, person_id: UUID, *, is_active: bool) -> None:
    """Let somebody in again, or no longer: their sessions end, and their service tokens hold only
    while they are let in. Raises Forbidden, NotFound."""
    with transaction() as session:
        account = kept_account(session, actor, person_id)
        account.is_active = is_active
        what = "switched_on" if is_active else "switched_off"
        account_events.note(session, account, what, actor.person_id)
        sessions.ended(session, SignInSession.account_id == account.id)


def forget_second_step(actor: Actor, person_id: UUID) -> None:
    """Somebody lost their telephone and their codes: they set the second step up anew when they
    sign in next. Raises Forbidden, NotFound."""
    with transaction() as session:
        account = kept_account(session, actor, person_id)
        second_step.forget(session, account, actor.person_id)
        sessions.ended(session, SignInSession.account_id == account.id)


def account_of(session: Session, actor: Actor, person_id: UUID | None) -> Account:
    """Somebody's account within the actor's agency; NotFound where they have none."""
    of = (Account.agency_id == actor.agency_id, Account.person_id == person_id)
    account = session.scalar(select(Account).where(*of))
    if account is None:
        raise NotFound.of("no_such_account", "person")
    return account


def kept_account(session: Session, actor: Actor, person_id: UUID) -> Account:
    """Somebody's account, for whoever looks after it."""
    refuse_other_than_keepers(actor)
    refuse_above(session, actor, person_id)
    return account_of(session, actor, person_id)


def refuse_above(session: Session, actor: Actor, person_id: UUID) -> None:
    """Forbidden for somebody whose account the actor does not touch."""
    if person_id in above(session, actor, [person_id]):
        raise Forbidden.of("account_above", "person")


def refuse_other_than_keepers(actor: Actor) -> None:
    """Forbidden unless the actor looks after the accounts of their agency."""
    if not actor.roles & KEEPERS or actor.agency_id is None:
        raise Forbidden.of("not_a_keeper", "account")


def above(session: Session, actor: Actor, people: list[UUID]) -> set[UUID]:
    """Whose accounts the actor does not touch: their own, and those of administrators unless they
    are one. Whoever resets an account could else take its place."""
    if ADMINISTRATOR in actor.roles:
        return {actor.person_id} & set(people) if actor.person_id else set()
    r = RoleGrant
    of = (r.agency_id == actor.agency_id, r.person_id.in_(people), r.role == ADMINISTRATOR)
    held = (r.until_on.is_(None)) | (r.until_on >= clock.now().date())
    found = set(session.scalars(select(r.person_id).where(*of, held)))
    return found | ({actor.person_id} & set(people) if actor.person_id else set())


def refuse_stranger(session: Session, actor: Actor, person_id: UUID) -> None:
    """Invalid for somebody who is not of the actor's agency, or has left it."""
    of = (Person.agency_id == actor.agency_id, Person.id == person_id, Person.kind != "practice")
    found = select(Person.left_on, Agency.zone).join(Agency, Agency.id == Person.agency_id)
    row = session.execute(found.where(*of)).one_or_none()
    if row is None or not logins.is_here(row.left_on, row.zone):
        raise Invalid([Blocker("no_such_person", "person")])
