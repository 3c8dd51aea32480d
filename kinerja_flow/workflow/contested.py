"""What is provisional: results under an open objection, and whatever rests on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from kinerja_flow.facts import ObjectionFacts
from kinerja_flow.models import Case, Objection, Result
from kinerja_flow.scoring import from_json, rests_on


def contests(
    session: Session, agency_id: int, case_ids: Collection[UUID]
) -> Mapping[UUID, list[ObjectionFacts]]:
    """The objections to results of these appraisals, oldest first, in one query."""
    o, c = Objection, Case
    of_case = (c.agency_id == o.agency_id) & (c.year == o.year) & (c.id == o.case_id)
    columns: Any = (
        o.contested_id,
        o.case_id,
        o.number,
        o.replaced_by,
        o.level,
        c.closed_at.is_(None),
    )
    ending: Any = (o.outcome, o.decided_by, o.decided_for_id, o.decided_at)
    rows = (
        select(*columns, *ending)
        .join(c, of_case)
        .where(o.agency_id == agency_id, o.contested_id.in_(case_ids))
        .order_by(o.case_id)
    )
    found: dict[UUID, list[ObjectionFacts]] = defaultdict(list)
    for contested_id, *said in session.execute(rows):
        found[contested_id].append(ObjectionFacts(*said))
    return found


def provisional(
    session: Session, agency_id: int, case_ids: Collection[UUID] | Select[UUID]
) -> frozenset[UUID]:
    """Which of these appraisals have a newest result that may still change: an objection to it is
    under way, or to a result of an earlier segment of the year that it is made from.

    `case_ids` are their ids, or a query for them.
    One query for all of them, however many; a second where the segment of somebody who moved is
    contested.
    """
    later, earlier, o, c = aliased(Case), aliased(Case), Objection, Case
    pairs = (
        select(later.id, earlier.id)
        .select_from(o)
        .join(c, (c.agency_id == o.agency_id) & (c.year == o.year) & (c.id == o.case_id))
        .join(earlier, (earlier.agency_id == o.agency_id) & (earlier.id == o.contested_id))
        .join(
            later,
            (later.agency_id == earlier.agency_id)
            & (later.cycle_id == earlier.cycle_id)
            & (later.subject_id == earlier.subject_id)
            & (later.from_on >= earlier.from_on),
        )
        .where(o.agency_id == agency_id, later.id.in_(case_ids), c.closed_at.is_(None))
    )
    found = {(case_id, contested) for case_id, contested in session.execute(pairs)}
    own = {case_id for case_id, contested in found if case_id == contested}
    apart = [(case_id, contested) for case_id, contested in found if case_id not in own]
    grounds = _grounds(session, agency_id, {case_id for case_id, _ in apart})
    return frozenset(own | {one for one, contested in apart if contested in grounds.get(one, ())})


def _grounds(
    session: Session, agency_id: int, case_ids: Collection[UUID]
) -> Mapping[UUID, set[UUID]]:
    """The other segments whose results the newest result of each of these cases is made from."""
    if not case_ids:
        return {}
    r = Result
    rows = select(r.case_id, r.explanation).where(r.agency_id == agency_id, r.case_id.in_(case_ids))
    newest = session.execute(rows.order_by(r.number))
    return {case_id: {UUID(of) for of, _ in rests_on(from_json(said))} for case_id, said in newest}
