"""The second step: a code of an app that moves with time (TOTP), or a recovery code, each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.config import Settings
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Conflict, Invalid, Refused, Unauthenticated
from kinerja_flow.models import Account, RecoveryCode, SignInSession
from kinerja_flow.policy import Actor
from kinerja_flow.services import account_events, apps, delays, forms, keys, logins, sessions
from kinerja_flow.services.sessions import Device, Signed

RECOVERY_CODES = 10


class CodeForm(forms.Form):
    """A code of the second step, or a recovery code."""

    code = forms.text("code", 100)


FORM = CodeForm()


@dataclass(frozen=True, slots=True)
class Setup:
    """What an app needs to give codes: the key as text, and the address that its QR code holds."""

    key: str
    uri: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A session that may do all, under a new secret; and the recovery codes, when the step was just
    set up, shown this once."""

    secret: str
    recovery_codes: tuple[str, ...] = ()


def set_up(signed: Signed, settings: Settings) -> Setup:
    """A key for an app; the same one until a code of it was typed. Raises Conflict where the second
    step is set up already, Refused where the installation has no secret to keep the key under."""
    if not settings.secret_key:
        raise Refused.of("second_step_needs_key", "code")
    with transaction() as session:
        account = logins.held(session, signed.account_id)
        if account.totp_step is not None:
            raise Conflict.of("second_step_there", "code")
        factory = apps.keys_under(settings)
        if account.totp_secret is None or apps.is_unreadable(factory, account.totp_secret):
            account.totp_secret = factory.new().to_json(encrypt=True)
        app = factory.from_source(account.totp_secret)
        return Setup(app.pretty_key(), app.to_uri(label=str(_name(account))))


def confirm(signed: Signed, entry: Mapping[str, Any], device: Device, settings: Settings) -> Whole:
    """The second step is set up, once a code of the app was typed. Raises Invalid, Conflict,
    Unauthenticated (the session was ended), TooMany."""
    code = _read(entry)
    place = delays.of_second_step(str(signed.account_id))
    delays.count_attempt(place)
    with transaction() as session:
        account = logins.held(session, signed.account_id)
        if account.totp_step is not None:
            raise Conflict.of("second_step_there", "code")
        step = apps.step_of(account, code, settings)
        if step is None:
            raise Invalid.of("code_wrong", "code")
        account.totp_step = step
        delays.forget(session, place)
        codes = _new_recovery_codes(session, account)
        by = (account.person_id, device.address)
        account_events.note(session, account, "second_step_set", *by)
        _end(session, signed)
        sessions.ended(session, SignInSession.account_id == account.id)
        return Whole(sessions.begun(session, account, device, is_whole=True), codes)


def finish(signed: Signed, entry: Mapping[str, Any], device: Device, settings: Settings) -> Whole:
    """The half session of somebody becomes a whole one under a new secret, by a code.

    A code of the app counts once, a recovery code too. Raises Invalid, Unauthenticated, TooMany.
    """
    code = _read(entry)
    place = delays.of_second_step(str(signed.account_id))
    delays.count_attempt(place)
    failed = (signed.account_id, "second_step_failed", device.address)
    with account_events.failures_noted(*failed), transaction() as session:
        account = logins.held(session, signed.account_id)
        if not (_uses_step(account, code, settings) or _uses_recovery(session, account, code)):
            raise Unauthenticated.of("code_wrong", "code")
        delays.forget(session, place)
        _end(session, signed)
        return Whole(sessions.begun(session, account, device, is_whole=True))


def renew_recovery_codes(actor: Actor) -> tuple[str, ...]:
    """New recovery codes in place of those that were left, shown this once."""
    with transaction() as session:
        account = session.scalar(_mine(actor).with_for_update())
        if account is None or account.totp_step is None:
            raise Conflict.of("second_step_missing", "code")
        account_events.note(session, account, "recovery_codes_renewed", actor.person_id)
        return _new_recovery_codes(session, account)


def recovery_codes_left(actor: Actor) -> int | None:
    """How many recovery codes the actor has left; None without a second step."""
    r = RecoveryCode
    with reading() as session:
        account = session.scalar(_mine(actor))
        if account is None or account.totp_step is None:
            return None
        left = select(func.count()).where(r.account_id == account.id, r.used_at.is_(None))
        return session.scalar(left)


def forget(session: Session, account: Account, by: UUID | None = None) -> None:
    """The account is without a second step, within a transaction."""
    account_events.note(session, account, "second_step_forgotten", by)
    account.totp_secret = account.totp_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _mine(actor: Actor) -> Any:
    mine = (Account.agency_id == actor.agency_id, Account.person_id == actor.person_id)
    return select(Account).where(*mine)


def _read(entry: Mapping[str, Any]) -> str:
    values, wrong = FORM.read(entry)
    if wrong:
        raise Invalid(wrong)
    return str(values["code"])


def _end(session: Session, signed: Signed) -> None:
    """The session gives way to another; Unauthenticated where it was ended meanwhile."""
    if not sessions.ended(session, SignInSession.id == signed.id):
        raise Unauthenticated.of("sign_in_first", "code")


def _name(account: Account) -> str:
    return account.login or account.email or "ASN"


def _uses_step(account: Account, code: str, settings: Settings) -> bool:
    if account.totp_step is None:
        return False
    step = apps.step_of(account, code, settings)
    if step is None or step <= account.totp_step:
        return False
    account.totp_step = step
    return True


def _uses_recovery(session: Session, account: Account, code: str) -> bool:
    r = RecoveryCode
    hashed = keys.sha256(keys.typed(code))
    of = (r.account_id == account.id, r.sha256 == hashed, r.used_at.is_(None))
    using = update(r).where(*of).values(used_at=clock.now()).returning(r.id)
    return session.execute(using).first() is not None


def _new_recovery_codes(session: Session, account: Account) -> tuple[str, ...]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = tuple(keys.code() for _ in range(RECOVERY_CODES))
    of = {"agency_id": account.agency_id, "account_id": account.id}
    session.add_all(RecoveryCode(**of, sha256=keys.sha256(code)) for code in codes)
    session.flush()
    return codes
