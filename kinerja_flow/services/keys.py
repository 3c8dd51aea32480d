"""Secrets of ours: drawn at random, shown once, and kept as their hash alone."""

from __future__ import annotations

import hashlib
import secrets

#: Letters and digits that nobody mistakes for one another on paper (Crockford).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", " ": None, "-": None})


def token() -> str:
    """A secret for a cookie: 256 bits."""
    return secrets.token_urlsafe(32)


def code(groups: int = 4) -> str:
    """A secret for people to type, in groups of four of five bits each: 80 bits in four."""
    drawn = ["".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(groups)]
    return "-".join(drawn)


def typed(text: str) -> str:
    """A code as it was drawn, however somebody typed it."""
    plain = text[:100].upper().translate(_READ_AS)
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def sha256(secret: str) -> str:
    """What is kept of a secret; it is random and long, so that a plain hash tells nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
