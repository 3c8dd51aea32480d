"""What is wrong with a planned substitution: its days, its people, and the grants beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.errors import Blocker, Conflict
from kinerja_flow.models import Substitution

#: A grant lasts a year at most, in days; who is away for longer is replaced, not stood in for.
MOST_DAYS = 366


class Planned(NamedTuple):
    """Who is absent, who stands in, and from which day through which."""

    absent_id: UUID
    by_id: UUID
    from_on: date
    until_on: date


def wrong_days(planned: Planned, today: date) -> Iterator[Blocker]:
    """The days lie ahead, in order, and are no more than a year."""
    if planned.from_on < today:
        yield Blocker("substitution_past", "from_on", (), {"today": today})
    if planned.until_on < planned.from_on:
        yield Blocker("substitution_backwards", "until_on", (), {"first": planned.from_on})
    elif (planned.until_on - planned.from_on).days >= MOST_DAYS:
        yield Blocker("substitution_too_long", "until_on", (), {"most": MOST_DAYS})


def wrong_people(planned: Planned, kind: str, left: Mapping[str, date | None]) -> Iterator[Blocker]:
    """Two people, who are there: only a Plt stands in for somebody who has left."""
    if planned.absent_id == planned.by_id:
        yield Blocker("substitute_for_oneself", "by")
    for field, left_on in left.items():
        may_have_left = field == "absent" and kind == "plt"
        if left_on is not None and left_on <= planned.until_on and not may_have_left:
            yield Blocker("person_left", field, ("hr",), {"left_on": left_on})


def refuse_clash(session: Session, agency_id: int | None, planned: Planned) -> None:
    """Conflict where a grant of the same days leaves somebody with two substitutes, or makes
    somebody who is absent themself a substitute."""
    s = Substitution
    involved = (planned.absent_id, planned.by_id)
    same_days = select(s.absent_id, s.substitute_id, s.from_on, s.until_on).where(
        s.agency_id == agency_id,
        s.revoked_at.is_(None),
        s.from_on <= planned.until_on,
        s.until_on >= planned.from_on,
        s.absent_id.in_(involved) | (s.substitute_id == planned.absent_id),
    )
    found = []
    for absent_id, _, from_on, until_on in session.execute(same_days.order_by(s.from_on)):
        days = {"first": from_on, "last": until_on}
        if absent_id == planned.absent_id:
            found.append(Blocker("substitution_overlaps", "from_on", ("hr",), days))
        elif absent_id == planned.by_id:
            found.append(Blocker("substitute_is_absent", "by", ("hr",), days))
        else:
            found.append(Blocker("absent_is_substitute", "absent", ("hr",), days))
    if found:
        raise Conflict(found)
