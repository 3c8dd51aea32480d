"""Passwords: what may be one, how it is kept, and whether one fits, at the same cost for nobody."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kinerja_flow.services import forms
from workflows.faults import refuse
from workflows.hygiene import forbidden
from workflows.kinds import TextInput

#: A password is at least as long; nothing else is asked of it (NIST SP 800-63B).
LEAST = 12
#: Nothing longer is hashed: whoever sends megabytes costs no more than others.
MOST = 200
#: Argon2id as OWASP recommends it at least: 19 MiB each, so that several at once fit in a worker.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class PasswordInput(TextInput):
    """A password that somebody types to come in: whatever it is, it is only compared."""

    def taken(self, value: Any) -> str:
        if not isinstance(value, str):
            raise refuse("input_not_text")
        if len(value) > MOST:
            raise refuse("text_length", min=1, max=MOST, length=len(value))
        return unicodedata.normalize("NFKC", value)


class NewPasswordInput(PasswordInput):
    """A password that somebody chooses."""

    def taken(self, value: Any) -> str:
        text = super().taken(value)
        if character := forbidden(text):
            raise refuse("input_bad_character", character=character)
        if len(text) < LEAST:
            raise refuse("password_short", least=LEAST)
        return text


def typed(name: str) -> PasswordInput:
    return PasswordInput(forms.spec(name, max=MOST))


def chosen(name: str) -> NewPasswordInput:
    return NewPasswordInput(forms.spec(name, min=LEAST, max=MOST))


class NewPasswordForm(forms.Form):
    """A new password."""

    password = chosen("password")


NEW = NewPasswordForm()


def hashed(password: str) -> str:
    """The password as it is kept."""
    return HASHER.hash(unicodedata.normalize("NFKC", password))


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; where none is, as much work for nothing."""
    spare = _nobodys(HASHER)
    try:
        is_right = HASHER.verify(kept or spare, password.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False
    return is_right and kept is not None


def still_fits(kept: str | None, looked_at: str | None, password: str) -> bool:
    """Whether a password that fitted what was kept when it was looked at fits what is kept now."""
    return kept == looked_at or fits(kept, password)


def is_outdated(kept: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=4)
def _nobodys(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this password")
