"""The days on which an agency does not work, as a cycle freezes them when it is opened."""

from __future__ import annotations

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.models import DayOff


def days_off(session: Session, agency_id: int, year: int) -> list[str]:
    """The public holidays around a year and the agency's own days off, as ISO dates.

    The year before and the two after are included: terms cross the turn of the year.
    """
    found = set(holidays.country_holidays("ID", years=range(year - 1, year + 3)))
    own = select(DayOff.day_on, DayOff.is_worked).where(DayOff.agency_id == agency_id)
    for day, is_worked in session.execute(own):
        (found.discard if is_worked else found.add)(day)
    return sorted(day.isoformat() for day in found)
