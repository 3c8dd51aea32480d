"""Whoever left without a successor: the next superior takes their part, or HR hears of the gap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Select, and_, func, select

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import reading, transaction
from kinerja_flow.facts import Facts
from kinerja_flow.models import Agency, Case, Participant, Person
from kinerja_flow.policy import CLOCK, Actor
from kinerja_flow.services.families import CHUNK, Family, change_of, families, own_parts
from kinerja_flow.workflow import (
    OFFICES,
    Move,
    Succession,
    next_assessor,
    next_examiner,
    next_reviewer,
    store_together,
)

log = structlog.get_logger()

#: The ground of a succession that nobody decided: the holder has left.
LEFT = "left"
People = frozenset[UUID]


def fall_back() -> int:
    """Let the parts of all who have left fall to the next superior by the lines of today; in how
    many appraisals they did.

    An assessor's part falls to the nearest superior who may assess, and a reviewer's to the next
    above the assessor; an examiner's to the next superior who has not rated. Where there is none
    the part is vacant, and HR hears of it. Safe when several run: whoever comes second finds
    nothing left to do.
    """
    homes, gone = _left()
    return sum(
        _in_sets(agency_id, found[start : start + CHUNK], frozenset(gone))
        for agency_id, found in homes.items()
        for start in range(0, len(found), CHUNK)
    )


def _left() -> tuple[dict[int, list[UUID]], set[UUID]]:
    """The appraisals, by agency, in which somebody who has left still has a part, and who."""
    homes: dict[int, list[UUID]] = defaultdict(list)
    gone: set[UUID] = set()
    with reading() as session:
        for agency_id, home_id, person_id, left_on, zone in session.execute(_parts_of_who_left()):
            if left_on and left_on <= Calendar(zone).day_of(clock.now()):
                gone.add(person_id)
                homes[agency_id].append(home_id)
    return {agency_id: sorted(set(found)) for agency_id, found in homes.items()}, gone


def _parts_of_who_left() -> Select[int, UUID, UUID, date | None, str]:
    p, c, person = Participant, Case, Person
    tomorrow = clock.now().date() + timedelta(days=1)  # it is later in the agency than here
    of_case = and_(c.agency_id == p.agency_id, c.year == p.year, c.id == p.case_id)
    has_part = and_(p.agency_id == person.agency_id, p.person_id == person.id)
    active = (p.from_at.is_not(None), p.until_at.is_(None), c.closed_at.is_(None))
    return (
        select(
            person.agency_id,
            func.coalesce(c.parent_id, c.id),
            person.id,
            person.left_on,
            Agency.zone,
        )
        .select_from(person)
        .join(p, has_part)
        .join(c, of_case)
        .join(Agency, Agency.id == person.agency_id)
        .where(person.left_on <= tomorrow, p.relation.in_((*OFFICES, "owner")), *active)
    )


def _in_sets(agency_id: int, homes: Sequence[UUID], gone: People) -> int:
    """In one transaction; where it fails, each appraisal alone, so that none holds others up."""
    try:
        with transaction() as session:
            actor = Actor(agency_id=agency_id, engine=CLOCK.engine)
            found = families(session, agency_id, homes)
            moves = {family.home_id: list(_moves(family, actor, gone)) for family in found}
            store_together(session, [move for of_one in moves.values() for move in of_one])
            return sum(bool(of_one) for of_one in moves.values())
    except Exception:
        if len(homes) > 1:
            return sum(_in_sets(agency_id, [home], gone) for home in homes)
        log.exception("fall_back_failed", appraisal=str(homes[0]))
        return 0


def _moves(family: Family, actor: Actor, gone: People) -> Iterator[Move]:
    assessor = None
    if family.root is not None:
        found = _root(family.root, family.examiners - gone, gone)
        new = [one.new for one in found if one.relation == "assessor"]
        assessor = new[0] if new else _sole(family.root, "assessor")
        if found:
            yield change_of(family.root, actor, found, frozenset())
    for facts in family.children:
        found = list(_child(facts, family, assessor, gone))
        if found:
            yield change_of(facts, actor, found, frozenset())


def _sole(facts: Facts, relation: str) -> UUID | None:
    return next(iter(own_parts(facts, relation)), None)


def _root(facts: Facts, examiners: People, gone: People) -> list[Succession]:
    """What becomes of assessor and reviewer: whoever moves up makes room above as well."""
    found = []
    assessor, reviewer = _sole(facts, "assessor"), _sole(facts, "reviewer")
    has_fallen = assessor in gone
    if has_fallen:
        assessor = next_assessor(facts, examiners)
        found.append(_part("assessor", assessor))
    if reviewer in gone or (has_fallen and reviewer in (assessor, None)):
        above = next_reviewer(facts, assessor)
        if above or reviewer:
            found.append(_part("reviewer", above))
    return found


def _child(
    facts: Facts, family: Family, assessor: UUID | None, gone: People
) -> Iterator[Succession]:
    """What becomes of the parts in a child case; `assessor` is whoever assesses from now on."""
    apart = gone | ({assessor} if assessor else set())
    if own_parts(facts, "examiner") & gone:
        yield _part("examiner", next_examiner(facts, apart))
    if own_parts(facts, "owner") & gone:
        by_office = family.owned.get(facts.case.id) == "assessor"
        yield _part("owner", _owner(facts, assessor, gone) if by_office else None)
    if own_parts(facts, "assessor") & gone:
        yield _part("assessor", next_assessor(facts, family.examiners - gone))
    if own_parts(facts, "reviewer") & gone:
        yield _part("reviewer", next_reviewer(facts, assessor))


def _owner(facts: Facts, assessor: UUID | None, gone: People) -> UUID | None:
    """Whoever assesses owns it; in an appraisal that is closed, the nearest superior of today."""
    standing = [assessor, *facts.people.get("assessor", ())]
    known = (person for person in standing if person is not None and person not in gone)
    return next(known, None) or next_assessor(facts, frozenset())


def _part(relation: str, new: UUID | None) -> Succession:
    return Succession(relation, new, LEFT, None)
