"""Measurements from outside systems: taken in by the thousand, corrected one by one, never changed.

An outside system sends many values at once, may send them twice, and mends what was refused; so
each entry stands for itself: what is good is kept, what is not is reported with all that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import new_id, transaction
from kinerja_flow.errors import INPUTS, Blocker, Conflict, Forbidden, Invalid, NotFound, Problem
from kinerja_flow.models import Measurement
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.services.measurement_forms import CORRECTION, MEASUREMENT
from kinerja_flow.services.measurement_ground import Ground
from kinerja_flow.services.outdating import concerned_cases, hold_concerned, tell_rated
from kinerja_flow.workflow import Insert, write

#: No more entries are taken at once.
MOST_ENTRIES = 10_000
_MEASUREMENTS: Any = Measurement.__table__


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the entries, by their place in what was sent: the id of each measurement that
    is kept, `known` those of them that had been sent before, and the problem of each other one."""

    ids: dict[int, UUID] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    refused: dict[int, Problem] = field(default_factory=dict)


def record(actor: Actor, entries: Sequence[Mapping[str, Any]]) -> Recorded:
    """Keep what a source measured; `measurement_forms.MeasurementForm` is the shape of an entry.

    The same (source, reference) with the same content is one measurement, however often it is
    sent; with another content it is refused, since a measurement is corrected and not sent anew.
    Employees who have a result already, and their assessors, hear of what came late. Raises
    Forbidden for anybody but HR, Invalid for what is no list or too long a one.
    """
    agency_id = _agency_of(actor)
    _refuse_unlistable(entries)
    report = Recorded()
    with transaction() as session:
        read = [MEASUREMENT.read(entry) for entry in entries]
        ground = Ground.of(session, agency_id, [values for values, _ in read])
        rows: list[dict[str, Any]] = []
        for place, (values, wrong) in enumerate(read):
            blockers = [*wrong, *ground.problems(values, actor)]
            if blockers:
                report.refused[place] = Invalid(blockers)
                continue
            row = {**ground.row(values), "agency_id": agency_id, **_noted(actor)}
            known = ground.known(row)
            report.ids[place] = row["id"] if known is None else known
            if known is None:
                rows.append(row)
            else:
                report.known.add(place)
        hold_concerned(session, agency_id, rows)
        write(session, [Insert(_MEASUREMENTS, row) for row in rows])
        tell_rated(session, actor, rows, concerned_cases(session, agency_id, rows, rated=True))
    return report


def correct(actor: Actor, measurement_id: UUID, value: object, reason: str) -> UUID:
    """Put another value in the place of a measurement, or none to take it back; the new id.

    `reason` is one of `models.measurements.REASONS`. What was sent first stays beside it. Results
    that exist do not change: the employee and the assessor hear that their data did. Raises
    Forbidden, NotFound, Conflict (it was corrected already), or Invalid.
    """
    agency_id = _agency_of(actor)
    values, wrong = CORRECTION.read({"value": value, "reason": reason})
    if wrong:
        raise Invalid(wrong)
    with transaction() as session:
        known = _found(session, agency_id, measurement_id)
        if known["person_id"] is not None and known["person_id"] == actor.person_id:
            raise Forbidden.of("own_measurement", "person")
        hold_concerned(session, agency_id, [known])
        cases = concerned_cases(session, agency_id, [known])
        _refuse_corrected(session, agency_id, measurement_id)
        row = {**known, **_noted(actor), "id": new_id(), "reference": None}
        row |= {"corrects_id": measurement_id, "reason": values["reason"]}
        row["value"] = Fraction(values["value"]) if "value" in values else None
        write(session, [Insert(_MEASUREMENTS, row)])
        tell_rated(session, actor, [row], cases)
        return UUID(str(row["id"]))


def _agency_of(actor: Actor) -> int:
    """The agency for which the actor may write measurements."""
    only_hr(actor, "measurements")
    assert actor.agency_id is not None, "an officer is one of an agency"
    return actor.agency_id


def _refuse_unlistable(entries: object) -> None:
    if not isinstance(entries, list | tuple):
        raise Invalid([Blocker("input_not_list", "entries", catalogue=INPUTS)])
    if len(entries) > MOST_ENTRIES:
        params = {"max": MOST_ENTRIES}
        raise Invalid([Blocker("too_many", "entries", (), params, INPUTS)])


def _noted(actor: Actor) -> dict[str, Any]:
    return {"noted_at": clock.now(), "noted_by": actor.person_id}


def _found(session: Session, agency_id: int, measurement_id: object) -> dict[str, Any]:
    m = Measurement
    if isinstance(measurement_id, UUID):
        mine = select(_MEASUREMENTS).where(m.agency_id == agency_id, m.id == measurement_id)
        found = session.execute(mine).mappings().one_or_none()
        if found is not None:
            return dict(found)
    raise NotFound.of("no_such_measurement", "measurement")


def _refuse_corrected(session: Session, agency_id: int, measurement_id: UUID) -> None:
    m = Measurement
    later = select(m.id).where(m.agency_id == agency_id, m.corrects_id == measurement_id)
    if session.scalar(later) is not None:
        raise Conflict.of("corrected_already", "measurement")
