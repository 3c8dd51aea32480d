"""What measurements are judged by: catalogues, people, units, and what was sent before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import new_id
from kinerja_flow.errors import Blocker
from kinerja_flow.models import Agency, Cycle, Measurement, Person, Unit
from kinerja_flow.policy import Actor
from kinerja_flow.services.realisations import same_unit
from kinerja_flow.workflow import DEFINITIONS
from kinerja_flow.workflow.measurements import measured_in
from workflows.definition import Indicator
from workflows.faults import shown
from workflows.measured import MEASURED_OF

#: What makes a measurement sent again the same one.
CONTENT = ("key", "person_id", "unit_id", "day_on", "measured_at", "value", "unit")
_WHOLE = {"key", "at", "value", "unit", "source", "reference"}
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a batch of entries is held against, loaded by six queries."""

    calendar: Calendar
    cycles: Sequence[tuple[date, date, Mapping[str, Indicator]]]
    people: frozenset[UUID]
    units: frozenset[UUID]
    sent: dict[tuple[str, str], Mapping[str, Any]]

    @classmethod
    def of(cls, session: Session, agency_id: int, entries: Sequence[Values]) -> Ground:
        zone = session.scalars(select(Agency.zone).where(Agency.id == agency_id)).one()
        calendar = Calendar(zone)
        days = [_day(calendar, entry["at"]) for entry in entries if "at" in entry]
        people, units = (_ids(entries, name) for name in ("person", "work_unit"))
        return cls(
            calendar,
            _cycles(session, agency_id, days),
            _known(session, Person, agency_id, people, Person.kind != "practice"),
            _known(session, Unit, agency_id, units),
            _sent(session, agency_id, entries),
        )

    def problems(self, values: Values, actor: Actor) -> Iterator[Blocker]:
        """What is wrong with an entry beside its form, as far as its form could be read."""
        person, unit = values.get("person"), values.get("work_unit")
        if person is not None and person not in self.people:
            yield Blocker("no_such_person", "person")
        if unit is not None and unit not in self.units:
            yield Blocker("no_such_unit", "work_unit")
        if person is not None and person == actor.person_id:
            yield Blocker("own_measurement", "person", ("hr",))
        if "at" in values:
            yield from self._not_yet(values["at"])
        if {"key", "at", "unit"} <= values.keys() and (person is None) != (unit is None):
            yield from self._unfit(values)
        if values.keys() >= _WHOLE:
            yield from self._sent_otherwise(values)

    def _not_yet(self, at: date | datetime) -> Iterator[Blocker]:
        day, today = _day(self.calendar, at), self.calendar.day_of(clock.now())
        if day > today or (isinstance(at, datetime) and at > clock.now()):
            yield Blocker("measured_later", "at", (), {"day": day, "today": today})

    def _unfit(self, values: Values) -> Iterator[Blocker]:
        """No cycle of that day measures this, of such a subject and in such a unit."""
        entries = self._entries(values)
        field = "person" if "person" in values else "work_unit"
        if not entries:
            yield Blocker("not_measured_then", "key", ("hr",), {"key": shown(values["key"])})
        elif not (of_it := [one for one in entries if _is_of(one, values)]):
            yield Blocker("measured_of_other", field, (), {"key": shown(values["key"])})
        elif not any(same_unit(one.unit, values["unit"]) for one in of_it):
            yield Blocker("measured_in_unit", "unit", (), {"unit": of_it[0].unit})

    def _entries(self, values: Values) -> list[Indicator]:
        day = _day(self.calendar, values["at"])
        known = (found for first, last, found in self.cycles if first <= day <= last)
        return [found[values["key"]] for found in known if values["key"] in found]

    def _sent_otherwise(self, values: Values) -> Iterator[Blocker]:
        before = self.sent.get((values["source"], values["reference"]))
        if before is not None and not _same(before, self.row(values)):
            yield Blocker("reference_reused", "reference", ("hr",))

    def row(self, values: Values) -> dict[str, Any]:
        """The columns of an entry without problems; its unit as the catalogue spells it."""
        at, day = values["at"], _day(self.calendar, values["at"])
        fit = (one.unit for one in self._entries(values) if same_unit(one.unit, values["unit"]))
        return {
            "year": day.year,
            "id": new_id(),
            "key": values["key"],
            "person_id": values.get("person"),
            "unit_id": values.get("work_unit"),
            "day_on": day,
            "measured_at": at if isinstance(at, datetime) else None,
            "value": Fraction(values["value"]),
            "unit": next(fit, values["unit"]),
            **{name: values[name] for name in ("source", "reference")},
            "corrects_id": None,
            "reason": None,
        }

    def known(self, row: Mapping[str, Any]) -> UUID | None:
        """The id under which the same was sent before; what is new is remembered from now on."""
        before = self.sent.setdefault((row["source"], row["reference"]), row)
        return None if before is row else before["id"]


def _day(calendar: Calendar, at: date | datetime) -> date:
    return calendar.day_of(at) if isinstance(at, datetime) else at


def _is_of(indicator: Indicator, values: Values) -> bool:
    assert indicator.measured is not None
    return (indicator.measured.of == MEASURED_OF[0]) == ("person" in values)


def _same(before: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return all(before[name] == row[name] for name in CONTENT)


def _ids(entries: Sequence[Values], name: str) -> list[UUID]:
    return sorted({entry[name] for entry in entries if name in entry})


def _known(
    session: Session, model: Any, agency_id: int, ids: Sequence[UUID], *also: ColumnElement[bool]
) -> frozenset[UUID]:
    here = select(model.id).where(model.agency_id == agency_id, model.id.in_(ids), *also)
    return frozenset(session.scalars(here)) if ids else frozenset()


def _cycles(
    session: Session, agency_id: int, days: Sequence[date]
) -> list[tuple[date, date, Mapping[str, Indicator]]]:
    if not days:
        return []
    running = select(Cycle.from_on, Cycle.until_on, Cycle.digest).where(
        Cycle.agency_id == agency_id, Cycle.from_on <= max(days), Cycle.until_on >= min(days)
    )
    return [
        (row.from_on, row.until_on, measured_in(DEFINITIONS.get(session, row.digest)))
        for row in session.execute(running.order_by(Cycle.from_on, Cycle.id))
    ]


def _sent(
    session: Session, agency_id: int, entries: Sequence[Values]
) -> dict[tuple[str, str], Mapping[str, Any]]:
    m = Measurement
    named = [entry for entry in entries if {"source", "reference"} <= entry.keys()]
    if not named:
        return {}
    before = select(m.__table__).where(
        m.agency_id == agency_id,
        m.source.in_({entry["source"] for entry in named}),
        m.reference.in_({entry["reference"] for entry in named}),
    )
    rows = session.execute(before).mappings()
    return {(row["source"], row["reference"]): dict(row) for row in rows}
