"""How often anybody may come: counted by the minute, for addresses and for people.

An address is counted under a keyed hash: whoever reads the store learns no address from it.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any, Protocol, cast

import structlog
from flask import Flask, current_app, request
from limits.errors import StorageError
from limits.storage import storage_from_string

from kinerja_flow.config import Settings
from kinerja_flow.errors import Blocker, TooMany
from kinerja_flow.services.networks import household

KEY = "kinerja_limits"
MEMORY = "memory://"
MINUTE = 60
#: The shared store answers within so many seconds, or is away; then it is let be for a while, so
#: that only few requests wait for it.
PATIENCE, PAUSE = 1, 5
log = structlog.get_logger()


class Store(Protocol):
    """Where counts are kept: of this process, or what the library `limits` offers."""

    def incr(self, key: str, expiry: int) -> int: ...


class Here:
    """The counts of the present minute in this process. Two threads that count at the very same
    moment may lose one, which a limit can bear."""

    def __init__(self) -> None:
        self._ends, self._counts = 0.0, dict[str, int]()

    def incr(self, key: str, expiry: int) -> int:
        now = time.monotonic()
        if now >= self._ends:
            self._ends, self._counts = now + expiry, {}
        counts = self._counts
        counts[key] = number = counts.get(key, 0) + 1
        return number


class Limits:
    """The limits of one application, by name, and what was spent of them."""

    def __init__(self, settings: Settings, secret: str) -> None:
        self._here = Here()
        self._store = self._here if settings.limit_store == MEMORY else _shared(settings)
        self._away_until = 0.0
        self._secret = hashlib.sha256(secret.encode()).digest()
        self._most = {
            "address": settings.limit_address,
            "actor": settings.limit_actor,
            "sign_in": settings.limit_sign_in,
            "tokens": settings.limit_tokens,
            "citizens": settings.limit_citizens,
        }

    def spend(self, name: str, whose: str) -> int:
        """Count one in the present minute; the seconds until the next, 0 where there is room."""
        most = self._most[name]
        if not most:
            return 0
        minute, passed = divmod(int(time.time()), MINUTE)
        who = hashlib.blake2b(whose.encode(), key=self._secret, digest_size=12).hexdigest()
        number = self._count(f"kinerja/{name}/{minute}/{who}")
        return MINUTE - passed if number > most else 0

    def _count(self, key: str) -> int:
        if time.monotonic() < self._away_until:
            return self._here.incr(key, MINUTE)
        try:
            return self._store.incr(key, MINUTE)
        except StorageError as error:
            # Without the store each process counts for itself, rather than refuse everybody.
            self._away_until = time.monotonic() + PAUSE
            log.error("limits_apart", error=type(error.storage_error).__name__)
            return self._here.incr(key, MINUTE)


def _shared(settings: Settings) -> Store:
    patience = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
    options: dict[str, Any] = patience if settings.limit_store.startswith("redis") else {}
    return cast(Store, storage_from_string(settings.limit_store, wrap_exceptions=True, **options))


def install(app: Flask, settings: Settings) -> None:
    """The application's own counts, under its secret."""
    app.extensions[KEY] = Limits(settings, str(app.config["SECRET_KEY"]))


def spend_of_address(name: str = "address") -> None:
    """Count a request for the network that it comes from; TooMany over the limit of that name."""
    if seconds := _counted().spend(name, household(request.remote_addr or "")):
        raise TooMany([Blocker("requests_of_address", params={"seconds": seconds})])


def spend_of_actor(person: object) -> None:
    """Count a request for the person for whom it is; TooMany over their limit."""
    if seconds := _counted().spend("actor", str(person)):
        raise TooMany([Blocker("requests_of_actor", params={"seconds": seconds})])


def _counted() -> Limits:
    found: Limits = current_app.extensions[KEY]
    return found
