"""Word to HR of what concerns no case, but the agency's own affairs."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import new_id
from kinerja_flow.models import Notification, RoleGrant
from kinerja_flow.services.unit_people import today_of
from workflows.vocabulary import OFFICER


def tell_officers(
    session: Session, agency_id: int, event: str, *, also: Collection[UUID] = (), but: UUID | None
) -> None:
    """Notify the HR officers of the day of an event, and `also` these people; never `but`, whose
    doing it is (None: nobody's)."""
    r, today = RoleGrant, today_of(session, agency_id)
    held = (r.role == OFFICER, r.from_on <= today, or_(r.until_on.is_(None), r.until_on >= today))
    officers = session.scalars(select(r.person_id).where(r.agency_id == agency_id, *held))
    said = {"agency_id": agency_id, "event": event, "created_at": clock.now()}
    told = sorted({*officers, *also} - {but})
    rows = [{"id": new_id(), **said, "recipient_id": one} for one in told]
    if rows:
        session.execute(insert(Notification), rows)
