"""Keys of authenticator apps: sealed in the database, and the step of time whose code one is."""

from __future__ import annotations

import hashlib
from typing import Any

from passlib.exc import TokenError
from passlib.totp import TOTP

from kinerja_flow import clock
from kinerja_flow.config import Settings
from kinerja_flow.models import Account

#: How far the clock of a telephone may be off, in seconds.
SKEW = 30
ISSUER = "kinerja_flow"


def keys_under(settings: Settings) -> Any:
    """Keys of apps lie encrypted under the secret of the installation, if it has one."""
    key = hashlib.sha256(b"totp:" + settings.secret_key.encode()).hexdigest()
    # The name of the secret goes with what it seals, so that another secret is told apart.
    sealed = {"secrets": {key[:8]: key}} if settings.secret_key else {}
    return TOTP.using(issuer=ISSUER, now=lambda: clock.now().timestamp(), **sealed)


def is_unreadable(factory: Any, kept: str) -> bool:
    """Whether a key was sealed under another secret of the installation."""
    try:
        factory.from_source(kept)
    except (ValueError, TypeError, KeyError):
        return True
    return False


def step_of(account: Account, code: str, settings: Settings) -> int | None:
    """The step of time whose code it is, later than the last one that was used; else None."""
    factory = keys_under(settings)
    if account.totp_secret is None or is_unreadable(factory, account.totp_secret):
        return None
    used = {"last_counter": account.totp_step} if account.totp_step is not None else {}
    try:
        match = factory.verify(code, account.totp_secret, window=SKEW, **used)
    except (TokenError, ValueError):
        return None
    return int(match.counter)
