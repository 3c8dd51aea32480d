"""How to come into the demo: its invented people all have one password, and no second step."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from kinerja_flow.db import transaction
from kinerja_flow.demo.agency import Cast
from kinerja_flow.models import Account
from kinerja_flow.services import passwords

#: For invented people alone: it stands in the documentation.
PASSWORD = "demo kinerja 2026"  # nosec B105


def let_in(cast: Cast) -> None:
    """An account for everybody of an agency; who has no NIP signs in by name."""
    with transaction() as session:
        session.add_all(
            Account(
                agency_id=cast.agency_id,
                person_id=person_id,
                login=login_of(cast, name),
                password_hash=_hash(),
            )
            for name, person_id in cast.people.items()
        )


def login_of(cast: Cast, name: str) -> str | None:
    """What somebody types: None for whoever has a NIP."""
    if "nip" in cast.said["people"][name]:
        return None
    return f"{name}.{cast.said['key']}".replace("_", "-")[:100]


def worth_trying(cast: Cast) -> Iterator[tuple[str, str]]:
    """Three people to look around as, with what they type: HR, a superior and an employee."""
    people = cast.said["people"]
    officer = next(name for name, row in people.items() if "hr" in row.get("roles", ()))
    above = {row.get("superior") for row in people.values()}
    others = [name for name in people if name != officer and "nip" in people[name]]
    superior = next(name for name in others if name in above and people[name].get("superior"))
    employee = next(name for name in others if name not in above)
    for name in (officer, superior, employee):
        yield cast.called(name), people[name].get("nip") or str(login_of(cast, name))


@cache
def _hash() -> str:
    return passwords.hashed(PASSWORD)
