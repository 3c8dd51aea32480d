"""Secrets of webhooks: drawn at random, and kept encrypted, since signing needs them as they are.

Whoever reads the database or a backup without the installation's secret key can sign nothing.
"""

from __future__ import annotations

import base64
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: How a secret begins by the Standard Webhooks scheme, and how many random bytes follow.
PREFIX, LENGTH = "whsec_", 32
#: What the key is derived for: another use of the secret key comes to another key.
_PURPOSE = b"kinerja_flow secrets of webhooks"


class Unsealable(Exception):
    """A secret was sealed under another secret key than the present one."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(LENGTH)).decode()


def sealed(secret: str, secret_key: str) -> str:
    """The secret as it is kept."""
    return _box(secret_key).encrypt(secret.encode()).decode()


def unsealed(kept: str, secret_key: str) -> str:
    """The secret as it was drawn; Unsealable under another key."""
    try:
        return _box(secret_key).decrypt(kept.encode()).decode()
    except InvalidToken:
        raise Unsealable from None


def _box(secret_key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
