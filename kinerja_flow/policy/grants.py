"""Grants of substitution as an act sees them: for whom somebody stands in, and as what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

#: Capacities of an office, which a substitute may hold for an absent official (Plt, Plh, leave).
DELEGABLE = frozenset({"assessor", "reviewer", "examiner", "chair"})


@dataclass(frozen=True, slots=True)
class Grant:
    """That somebody stands in for the absent person, from a day through a last day (inclusive, in
    the agency's zone)."""

    id: UUID
    absent_id: UUID
    from_on: date
    until_on: date


def on_behalf(grant: Grant | None) -> dict[str, UUID | None]:
    """The columns that say on whose behalf something is done, and under which grant."""
    of, under = (grant.absent_id, grant.id) if grant else (None, None)
    return {"on_behalf_of_id": of, "grant_id": under}


class Held(NamedTuple):
    """A relation in which somebody may act; under a grant where it is another's."""

    relation: str
    grant: Grant | None = None


def first_held(held: Mapping[str, Grant | None], names: Iterable[str]) -> Held | None:
    """The first of the names that somebody holds: by themself, else for another."""
    found = [Held(name, held[name]) for name in names if name in held]
    own = (one for one in found if one.grant is None)
    return next(own, found[0] if found else None)
