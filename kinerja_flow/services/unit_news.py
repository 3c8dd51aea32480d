"""Word of a unit's new predikat: to the unit's head, whose achievement it is, and to HR.

It is about the head's own appraisal in the cycle, whose assessor hears too. Where the head has none
that is open, it is the agency's own affair, and HR sees whether a result has to be made anew.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.models import Case, Cycle, Notification
from kinerja_flow.policy import Actor
from kinerja_flow.services.officers import tell_officers
from kinerja_flow.workflow import Insert, always, load_one, notification, recipients, write

#: What is heard of, of an appraisal and of none; neither the unit's name nor its predikat goes out.
RATED, RATED_ALONE = "unit_rated", "unit.rated"
_TOLD = ("employee", "assessor", "hr")
_NEEDS = always("people", "officers")
_OUTBOX: Any = Notification.__table__


def tell_head(session: Session, cycle: Cycle, head: UUID | None, actor: Actor) -> None:
    """Notify the head of a unit, and HR, that its predikat was set; never whoever set it."""
    case_id = _appraisal_of(session, cycle, head)
    if case_id is None:
        also = () if head is None else (head,)
        tell_officers(session, cycle.agency_id, RATED_ALONE, also=also, but=actor.person_id)
        return
    facts = load_one(session, cycle.agency_id, case_id, _NEEDS)
    key = {"agency_id": cycle.agency_id, "year": cycle.year, "case_id": case_id}
    told = recipients(facts, _TOLD, facts.people) - {actor.person_id}
    event, table = f"{facts.case.kind}.{RATED}", _OUTBOX
    lines = [notification(key, facts.case.version, event, one, facts) for one in sorted(told)]
    write(session, [Insert(table, line) for line in lines])


def _appraisal_of(session: Session, cycle: Cycle, head: UUID | None) -> UUID | None:
    """The head's appraisal in the cycle that is open; of several segments the last."""
    c = Case
    of_cycle = (c.agency_id == cycle.agency_id, c.year == cycle.year, c.cycle_id == cycle.id)
    own = (c.subject_id == head, c.parent_id.is_(None), c.closed_at.is_(None))
    return session.scalar(select(c.id).where(*of_cycle, *own).order_by(c.from_on.desc()).limit(1))
