"""Sosialisasi: what a cycle is for, read and acknowledged by everybody who takes part in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Subquery, literal, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Blocker, Forbidden, NotFound, Stale
from kinerja_flow.models import BriefingReceipt, Case, Cycle, Participant, Person
from kinerja_flow.policy import Actor
from kinerja_flow.services.briefing_text import ScoreShown, StageShown, Text, text_of
from kinerja_flow.workflow import DEFINITIONS
from workflows.definition import Label

#: Whoever is appraised has this role, and the officers the other; the rest are parts in cases.
EMPLOYEE, OFFICER = "employee", "hr"


@dataclass(frozen=True, slots=True)
class RoleBriefing:
    """What one role is asked, the digest of all that it is shown, and when that was read."""

    role: str
    label: Label
    text: Label | None
    digest: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class CycleBriefing:
    """What a cycle is for, what happens when, how scores come about, and what is asked of whom."""

    cycle_id: UUID
    name: str
    purpose: Label
    stages: tuple[StageShown, ...]
    scores: Label | tuple[ScoreShown, ...]
    roles: tuple[RoleBriefing, ...]

    @property
    def unread(self) -> tuple[RoleBriefing, ...]:
        return tuple(role for role in self.roles if role.read_at is None)


def cycle_of(session: Session, cycle_id: UUID, actor: Actor) -> Cycle:
    """A cycle of the actor's agency that counts; NotFound for any other."""
    cycle = session.get(Cycle, cycle_id)
    is_here = cycle is not None and cycle.agency_id == actor.agency_id
    if cycle is None or not is_here or cycle.practice_of is not None or actor.confined_to:
        raise NotFound.of("no_such_cycle", "cycle")
    return cycle


def briefing_for(cycle_id: UUID, actor: Actor) -> CycleBriefing:
    """The briefing of a cycle for somebody of its agency, with the roles that they have in it.

    Raises NotFound where there is no such cycle, or its template has no briefing.
    """
    with reading() as session:
        cycle = cycle_of(session, cycle_id, actor)
        return _briefings(session, actor, {cycle_id: _roles(session, cycle, actor)}, [cycle])[0]


def unread(
    session: Session, actor: Actor, roles: Mapping[UUID, Collection[str]]
) -> tuple[CycleBriefing, ...]:
    """The briefings of these cycles that the actor still has to read in one of these roles."""
    of = (Cycle.agency_id == actor.agency_id, Cycle.id.in_(list(roles)))
    cycles = [*session.scalars(select(Cycle).where(*of).order_by(Cycle.year, Cycle.name))]
    told = [c for c in cycles if DEFINITIONS.get(session, c.digest).briefing is not None]
    return tuple(found for found in _briefings(session, actor, roles, told) if found.unread)


def _briefings(
    session: Session, actor: Actor, roles: Mapping[UUID, Collection[str]], cycles: list[Cycle]
) -> list[CycleBriefing]:
    r = BriefingReceipt
    read = select(r.cycle_id, r.role, r.digest, r.read_at).where(
        r.agency_id == actor.agency_id,
        r.person_id == actor.person_id,
        r.cycle_id.in_([cycle.id for cycle in cycles]),
    )
    known: dict[object, datetime] = {tuple(row[:3]): row[3] for row in session.execute(read)}
    found = []
    for cycle in cycles:
        text = text_for(session, cycle)
        of_roles = tuple(_role(text, cycle, role, known) for role in sorted(roles[cycle.id]))
        said = (text.purpose, text.stages, text.scores)
        found.append(CycleBriefing(cycle.id, cycle.name, *said, of_roles))
    return found


def _role(text: Text, cycle: Cycle, role: str, known: Mapping[object, datetime]) -> RoleBriefing:
    digest = text.digest(role)
    return RoleBriefing(role, *text.of_role(role), digest, known.get((cycle.id, role, digest)))


def text_for(session: Session, cycle: Cycle) -> Text:
    """What the cycle's briefing says; NotFound where its template has none."""
    text = text_of(cycle, DEFINITIONS.get(session, cycle.digest))
    if text is None:
        raise NotFound.of("no_briefing", "cycle")
    return text


def acknowledge(cycle_id: UUID, actor: Actor, role: str, digest: str) -> datetime:
    """Say that one has read the briefing for a role, as `digest` says it was shown; since when.

    Saying it twice changes nothing. Raises NotFound, Forbidden (not one's role), or Stale where
    the briefing has changed since it was shown, and so must be read anew.
    """
    with transaction() as session:
        cycle = cycle_of(session, cycle_id, actor)
        text = text_for(session, cycle)
        if not isinstance(role, str) or role not in _roles(session, cycle, actor):
            label = text.of_role(str(role)[:40])[0]
            raise Forbidden([Blocker("not_your_role", "role", (OFFICER,), {"role": label})])
        if digest != text.digest(role):
            raise Stale.of("briefing_changed", "digest")
        # Two windows of one person wait for each other here, so that both find one receipt.
        session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update())
        of = (cycle.agency_id, cycle.year, cycle.id, actor.person_id, role, digest)
        row = session.get(BriefingReceipt, of)
        if row is None:
            names = ("agency_id", "year", "cycle_id", "person_id", "role", "digest")
            row = BriefingReceipt(**dict(zip(names, of, strict=True)), read_at=clock.now())
            session.add(row)
        return row.read_at


def _roles(session: Session, cycle: Cycle, actor: Actor) -> frozenset[str]:
    """The roles that the actor has in the cycle's cases now, and their office."""
    parts = parts_in(cycle)
    mine = select(parts.c.role).where(parts.c.person_id == actor.person_id).distinct()
    return frozenset(session.scalars(mine)) | (actor.roles & {OFFICER})


def parts_in(cycle: Cycle) -> Subquery:
    """Who takes part in the cycle now: unit of the case, role, person, each once."""
    p, c = Participant, Case
    of_case = (c.agency_id == p.agency_id) & (c.year == p.year) & (c.id == p.case_id)
    here = (c.agency_id == cycle.agency_id, c.year == cycle.year, c.cycle_id == cycle.id)
    stands = (p.from_at.is_not(None), p.until_at.is_(None))
    taking = select(c.unit_id, p.relation.label("role"), p.person_id).join(c, of_case)
    own = select(c.unit_id, literal(EMPLOYEE).label("role"), c.subject_id.label("person_id"))
    own = own.where(*here, c.parent_id.is_(None))
    return taking.where(*here, *stands).union(own).subquery()
