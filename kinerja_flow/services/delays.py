"""Whoever fails to sign in waits longer each time, where they are: nobody can lock others out."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Blocker, TooMany
from kinerja_flow.models import SignInDelay
from kinerja_flow.services.networks import household

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
#: A place at which nobody failed for so long is forgotten.
FORGOTTEN_AFTER = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Place:
    """Where attempts are counted. After `free` failures each doubles the wait, up to `most`
    seconds; every `forgives` seconds without one takes a failure back."""

    words: tuple[str, ...]
    free: int
    most: int
    forgives: int

    @property
    def digest(self) -> str:
        said = "".join(f"{len(word)}:{word}" for word in self.words)
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()

    def wait(self, failures: int) -> timedelta:
        over = min(failures - self.free, 20)
        return timedelta(seconds=0 if over <= 0 else min(2**over, self.most))


def at_address(address: str) -> Place:
    """Many people share an address (an office, a mobile network), so this one is gentle."""
    return Place(("address", household(address)), free=60, most=30, forgives=6)


def of_account(account: str, address: str) -> Place:
    """Somebody's account, tried from one address."""
    words = ("account", account, household(address))
    return Place(words, free=4, most=900, forgives=3600)


def of_second_step(account: str) -> Place:
    """The second step of an account: only who knows its password gets as far."""
    return Place(("second", account), free=4, most=900, forgives=3600)


def count_attempt(*places: Place) -> None:
    """Count an attempt as failed before it is looked at, so that many at once count as many.

    Raises TooMany where somebody has to wait; such an attempt is not counted.
    """
    with transaction() as session:
        for place in sorted(places, key=lambda one: one.digest):
            _count(session, place)


def _count(session: Session, place: Place) -> None:
    d, now = SignInDelay, clock.now()
    new = {"place": place.digest, "failures": 0, "last_at": now, "until_at": now}
    row = _INSERT[session.get_bind().dialect.name](d.__table__).values(new)
    # Writes nothing new over an old row, and yet holds it until the transaction ends.
    held = row.on_conflict_do_update(index_elements=[d.place], set_={"place": d.place})
    columns = (d.failures, d.last_at, d.until_at)
    failures, last_at, until_at = session.connection().execute(held.returning(*columns)).one()
    if until_at > now:
        seconds = math.ceil((until_at - now).total_seconds())
        raise TooMany([Blocker("too_many_attempts", params={"seconds": seconds})])
    forgiven = int((now - last_at).total_seconds() // place.forgives)
    failures = max(0, failures - max(0, forgiven)) + 1
    values = {"failures": failures, "last_at": now, "until_at": now + place.wait(failures)}
    session.execute(update(d).where(d.place == place.digest).values(values))


def hold(session: Session, place: Place) -> None:
    """Write to a place where an attempt was counted: whatever else is written with it, writing
    takes as long as where nothing else is."""
    d = SignInDelay
    session.execute(update(d).where(d.place == place.digest).values(last_at=clock.now()))


def forgive(session: Session, *places: Place) -> None:
    """Take back the attempt that was counted: it did not fail."""
    d, now = SignInDelay, clock.now()
    for place in sorted(places, key=lambda one: one.digest):
        of = (d.place == place.digest, d.failures > 0)
        session.execute(update(d).where(*of).values(failures=d.failures - 1, until_at=now))


def forget(session: Session, *places: Place) -> None:
    """Begin anew at places: who came in there is who they say."""
    digests = [place.digest for place in places]
    session.execute(delete(SignInDelay).where(SignInDelay.place.in_(digests)))


def forget_old(session: Session) -> None:
    """Delete what is counted no more."""
    old = SignInDelay.last_at < clock.now() - FORGOTTEN_AFTER
    session.execute(delete(SignInDelay).where(old))
