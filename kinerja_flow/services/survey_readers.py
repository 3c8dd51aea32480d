"""Who may read what citizens said: HR, and the assessors of those whom it is about."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.errors import Forbidden
from kinerja_flow.models import Case, Participant
from kinerja_flow.policy import READERS, Actor
from workflows.vocabulary import OFFICER


def assessed_places(session: Session, actor: Actor) -> tuple[set[UUID], set[UUID]]:
    """The units of the people whom the actor assesses now, and their appraisals."""
    p, c = Participant, Case
    of_case = (c.agency_id == p.agency_id) & (c.year == p.year) & (c.id == p.case_id)
    mine = (
        *(p.agency_id == actor.agency_id, p.person_id == actor.person_id),
        *(p.relation == "assessor", p.from_at.is_not(None), p.until_at.is_(None)),
    )
    rows = session.execute(select(c.unit_id, c.id).join(p, of_case).where(*mine)).all()
    return {row.unit_id for row in rows if row.unit_id}, {row.id for row in rows}


def refuse_reader(
    session: Session, actor: Actor, unit_id: UUID | None, case_id: UUID | None
) -> None:
    """Forbidden for whoever is no HR officer, auditor or assessor there."""
    if not actor.roles & READERS:
        refuse_outsider(session, actor, unit_id, case_id)


def refuse_outsider(
    session: Session, actor: Actor, unit_id: UUID | None, case_id: UUID | None
) -> None:
    """Forbidden for whoever is neither an HR officer nor an assessor there."""
    if OFFICER in actor.roles:
        return
    units, cases = assessed_places(session, actor)
    if unit_id not in units and case_id not in cases:
        raise Forbidden.of("not_your_part", "survey", by="hr, assessor")
