"""Signing in: a login and its password, or what a single sign-on says; the same refusal for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kinerja_flow.config import Settings
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Forbidden, Invalid, Unauthenticated
from kinerja_flow.models import Account
from kinerja_flow.services import account_events, delays, forms, logins, passwords, sessions
from kinerja_flow.services.logins import Known
from kinerja_flow.services.sessions import Device, Opened


class SignInForm(forms.Form):
    """Who somebody says they are, with their password; and the agency (its key), where their NIP is
    known to several."""

    login = logins.typed("login")
    password = passwords.typed("password")
    agency = forms.text("agency", 40, optional=True)


FORM = SignInForm()


def sign_in(entry: Mapping[str, Any], device: Device, settings: Settings) -> Opened:
    """Begin a session. Whatever was wrong, the refusal is one, and takes as long.

    A login that leads to accounts of several agencies leads to none until the agency is named.
    Raises Invalid, Unauthenticated, TooMany.
    """
    values, wrong = FORM.read(entry)
    if wrong:
        raise Invalid(wrong)
    with reading() as session:
        known = logins.accounts_of(session, values["login"], values.get("agency"))
    only = known[0] if len(known) == 1 else None
    at = delays.at_address(device.address)
    # By what was typed, known or not: a count tells nobody whether there is such an account.
    of = delays.of_account(values["login"], device.address)
    delays.count_attempt(at, of)
    if not passwords.fits(only.password_hash if only else None, values["password"]) or not only:
        with transaction() as session:
            delays.hold(session, of)
            tried = only.id if only else None
            account_events.note_failure(session, tried, "sign_in_failed", device.address)
        raise Unauthenticated.of("sign_in_refused", "login")
    with transaction() as session:
        delays.forgive(session, at)
        delays.forget(session, of)
        account = _still(session, only, values["password"])
        _made_anew(account, values["password"])
        return sessions.opened(session, account, device, settings)


def _account(session: Session, account_id: UUID) -> Account:
    return session.get_one(Account, account_id)


def _still(session: Session, known: Known, password: str) -> Account:
    """The account, held; refused where another password was set since this one was looked at."""
    account = logins.held(session, known.id)
    if not passwords.still_fits(account.password_hash, known.password_hash, password):
        raise Unauthenticated.of("sign_in_refused", "login")
    return account


def _made_anew(account: Account, password: str) -> None:
    """Keep the password at today's cost, now that it is known."""
    if account.password_hash is not None and passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hashed(password)


def sign_in_by_claim(claim: object, device: Device, settings: Settings) -> Opened:
    """Begin a session for whom a single sign-on vouches, by NIP, e-mail or login.

    No account is made by it. Raises Forbidden where the claim leads to no account, or to several.
    """
    key = logins.key_of(claim) if isinstance(claim, str) else ""
    with transaction() as session:
        only = _only(logins.accounts_of(session, key))
        return sessions.opened(session, _account(session, only.id), device, settings)


def _only(known: Sequence[Known]) -> Known:
    if not known:
        raise Forbidden.of("claim_unknown", "claim")
    if len(known) > 1:
        raise Forbidden.of("claim_of_several", "claim")
    return known[0]
