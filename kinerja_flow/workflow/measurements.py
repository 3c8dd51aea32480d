"""Measurements as they are kept: which of them concern a case, and which still hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kinerja_flow.facts import CaseFacts
from kinerja_flow.models import Measurement
from workflows.definition import Definition, Indicator
from workflows.measured import MEASURED_OF

#: Of whom a value is, under which key and in which unit it was measured.
Subject = tuple[UUID | None, str, str]

_m = Measurement
#: All that is kept of a measurement.
COLUMNS = tuple(Measurement.__table__.columns)


@lru_cache(maxsize=64)
def measured_in(definition: Definition) -> Mapping[str, Indicator]:
    """The indicators of the catalogue that outside systems measure, by their keys."""
    return {one.key: one for one in definition.indicators if one.measured is not None}


def subject_of(case: CaseFacts, indicator: Indicator) -> Subject:
    """Whose measurements of an indicator concern a case: the employee's, or those of its unit."""
    assert indicator.measured is not None
    is_person = indicator.measured.of == MEASURED_OF[0]
    return case.subject_id if is_person else case.unit_id, indicator.key, indicator.unit


class Wanted(NamedTuple):
    """The measurements that cases of one agency may be concerned by."""

    agency_id: int
    years: Collection[int]
    people: Collection[UUID]
    units: Collection[UUID]
    keys: Collection[str]

    @classmethod
    def of(cls, agency_id: int, concerned: Iterable[tuple[CaseFacts, Indicator]]) -> Wanted:
        """What concerns these cases under these indicators, in the years of their periods."""
        years, people, units, keys = set[int](), set[UUID](), set[UUID](), set[str]()
        for case, indicator in concerned:
            assert indicator.measured is not None
            years.update(range(case.from_on.year, case.until_on.year + 1))
            keys.add(indicator.key)
            if indicator.measured.of == MEASURED_OF[0]:
                people.add(case.subject_id)
            elif case.unit_id is not None:
                units.add(case.unit_id)
        return cls(agency_id, years, people, units, keys)


def fetch(session: Session, wanted: Wanted) -> Sequence[Any]:
    """The rows, corrections included, as they were noted: one query for one case or thousands."""
    if not (wanted.people or wanted.units):
        return []
    statement = select(*COLUMNS).where(
        _m.agency_id == wanted.agency_id,
        _m.year.in_(sorted(wanted.years)),
        _m.key.in_(sorted(wanted.keys)),
        or_(_m.person_id.in_(sorted(wanted.people)), _m.unit_id.in_(sorted(wanted.units))),
    )
    return session.execute(statement.order_by(_m.day_on, _m.noted_at, _m.id)).all()


def still_held(rows: Sequence[Any]) -> list[Any]:
    """The last of each chain of corrections, unless it takes the measurement back."""
    corrected = {row.corrects_id for row in rows}
    return [row for row in rows if row.id not in corrected and row.value is not None]
