"""The rows of an export: one query each, read as a stream, however many people a cycle has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session, aliased

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.models import (
    Agency,
    Case,
    Cycle,
    FollowUp,
    HistoryEvent,
    Participant,
    Person,
    PlanIndicator,
    PlanItem,
    Post,
    Result,
    Unit,
)
from kinerja_flow.workflow import DEFINITIONS, provisional
from workflows.definition import Definition, Label

#: Rows are taken from the database so many at a time.
CHUNK = 1_000


@dataclass
class Source:
    """A cycle whose rows are read: its definition and calendar, and what its units are called."""

    session: Session
    cycle: Cycle
    definition: Definition = field(init=False)
    units: Mapping[UUID, str] = field(init=False)
    calendar: Calendar = field(init=False)
    #: The results that were told: whose, of which appraisal, its number.
    told: list[tuple[UUID, UUID, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        _read_whole(self.session)
        self.definition = DEFINITIONS.get(self.session, self.cycle.digest)
        zone = select(Agency.zone).where(Agency.id == self.cycle.agency_id)
        self.calendar = Calendar(str(self.session.scalar(zone)))
        self.units = _paths(self.session, self.cycle.agency_id)

    def stream(self, statement: Select[Any]) -> Iterator[Any]:
        return iter(self.session.execute(statement.execution_options(yield_per=CHUNK)))

    def day(self, instant: datetime | None) -> Any:
        return None if instant is None else self.calendar.day_of(instant)

    def cases(self, *columns: Any) -> Select[Any]:
        """The appraisals of the cycle by unit and name, with who they are about."""
        p, c = Person, Case
        of = (p.agency_id == c.agency_id) & (p.id == c.subject_id)
        is_post = (Post.agency_id == c.agency_id) & (Post.id == c.post_id)
        is_unit = (Unit.agency_id == c.agency_id) & (Unit.id == c.unit_id)
        person = (p.nip, p.name, p.rank, Post.title.label("post"), c.unit_id)
        of_case: tuple[Any, ...] = (c.id, c.subject_id, c.from_on, c.until_on)
        return (
            select(*of_case, *person, c._phase.label("phase"), *columns)
            .join(p, of)
            .outerjoin(Post, is_post)
            .outerjoin(Unit, is_unit)
            .where(c.agency_id == self.cycle.agency_id, c.year == self.cycle.year)
            .where(c.cycle_id == self.cycle.id, c.parent_id.is_(None))
            .order_by(Unit.name, c.unit_id, p.name, c.from_on, c.id)
        )

    def about(self, row: Any) -> list[Any]:
        """The first cells of every row: the appraisal, and who it is of, by unit."""
        return [str(row.id), self.units.get(row.unit_id), row.nip, row.name, row.rank, row.post]

    def level(self, key: str | None) -> Label | None:
        """What a level of the score is called: by the scale of the last step that has one."""
        if key is None:
            return None
        named = (str(step.call.params.get("scale")) for step in reversed(self.definition.scoring))
        known = self.definition.scales
        scales = [*(known[name] for name in named if name in known), *known.values()]
        found = (label for scale in scales for own, label in scale.levels if own == key)
        return next(found, None) or Label(key, key)


def _read_whole(session: Session) -> None:
    """Each table is read once and joined as a whole, until the end of the transaction.

    Right after a load PostgreSQL has no statistics, takes the tables for empty, and would read the
    people, results and plans of the agency again for every row.
    """
    if session.connection().dialect.name == "postgresql":
        for way in ("nestloop", "mergejoin"):
            session.execute(text(f"SET LOCAL enable_{way} = off"))


def _paths(session: Session, agency_id: int) -> dict[UUID, str]:
    """Each unit with those it stands in, from the top."""
    u = Unit
    rows = session.execute(select(u.id, u.name, u.parent_id).where(u.agency_id == agency_id))
    known = {row.id: row for row in rows}
    found = {}
    for unit_id in known:
        names: list[str] = []
        above, seen = known.get(unit_id), set[UUID]()
        while above is not None and above.id not in seen:
            seen.add(above.id)
            names.insert(0, above.name)
            above = known.get(above.parent_id)
        found[unit_id] = " / ".join(names)
    return found


def _provisional(source: Source) -> frozenset[UUID]:
    """The appraisals of the cycle whose newest result may still change."""
    c, cycle = Case, source.cycle
    here = (c.agency_id == cycle.agency_id, c.year == cycle.year, c.cycle_id == cycle.id)
    return provisional(source.session, cycle.agency_id, select(c.id).where(*here))


def delivered_in(session: Session, cycle: Cycle, at: datetime) -> Mapping[UUID, int]:
    """The number of the result that was delivered last till an instant, of each appraisal of a
    cycle that has one.

    By a query of its own: within the other one the database may ask the history anew for each row.
    """
    h, c = HistoryEvent, Case
    of_case = (c.agency_id == h.agency_id) & (c.year == h.year) & (c.id == h.case_id)
    newest = func.max(h.change["delivered"].as_integer())
    wanted = (
        select(h.case_id, newest)
        .join(c, of_case)
        .where(c.agency_id == cycle.agency_id, c.year == cycle.year, c.cycle_id == cycle.id)
        .where(c.parent_id.is_(None), h.at <= at)
        .group_by(h.case_id)
    )
    return {case_id: number for case_id, number in session.execute(wanted) if number}


def _delivered(source: Source) -> Mapping[UUID, int]:
    return delivered_in(source.session, source.cycle, clock.now())


def _assessors(source: Source) -> Mapping[UUID, str]:
    p, c, cycle = Participant, Case, source.cycle
    of_case = (c.agency_id == p.agency_id) & (c.year == p.year) & (c.id == p.case_id)
    wanted = (
        select(p.case_id, Person.name)
        .join(c, of_case)
        .join(Person, (Person.agency_id == p.agency_id) & (Person.id == p.person_id))
        .where(c.agency_id == cycle.agency_id, c.year == cycle.year, c.cycle_id == cycle.id)
        .where(p.relation == "assessor", p.from_at.is_not(None), p.until_at.is_(None))
    )
    return {row.case_id: row.name for row in source.session.execute(wanted)}


def results(source: Source, language: str) -> Iterator[list[Any]]:
    """The newest delivered result of each appraisal; what is not delivered is not there."""
    r, c, assessors = Result, Case, _assessors(source)
    of = (r.agency_id == c.agency_id) & (r.year == c.year) & (r.case_id == c.id)
    columns = (r.number, r.level, r.value, r.computed_at, r.digest, c.received_at)
    contested, delivered = _provisional(source), _delivered(source)
    for row in source.stream(source.cases(*columns).join(r, of)):
        if row.number != delivered.get(row.id):
            continue
        source.told.append((row.subject_id, row.id, row.number))
        level = source.level(row.level)
        yield [
            *source.about(row),
            *(row.from_on, row.until_on, assessors.get(row.id), row.number),
            level(language) if level else None,
            *(row.value, source.day(row.computed_at), source.day(row.received_at)),
            *(row.id in contested, row.digest),
        ]


def plans(source: Source, language: str) -> Iterator[list[Any]]:
    """Every indicator of every plan; a plan that is still being drafted is provisional."""
    i, n, c, above = PlanItem, PlanIndicator, Case, aliased(PlanItem)
    of = (i.agency_id == c.agency_id) & (i.year == c.year) & (i.case_id == c.id)
    own = (n.agency_id == i.agency_id) & (n.year == i.year) & (n.case_id == i.case_id)
    is_above = (above.agency_id == i.agency_id) & (above.id == i.superior_item_id)
    superior = func.coalesce(above.title, i.superior_text).label("superior")
    item = (i.section, i.ordinal, i.title.label("item"), i.weight, superior)
    indicator = (n.aspect, n.title.label("indicator"), n.target_raw, n.target, n.upper)
    rows = (
        source.cases(*item, *indicator, n.unit, n.polarity, n.is_objective)
        .join(i, of)
        .outerjoin(n, own & (n.item_id == i.id))
        .outerjoin(above, is_above)
        .order_by(i.ordinal, i.id, n.ordinal, n.id)
    )
    for row in source.stream(rows):
        yield [
            *source.about(row),
            *(row.section, row.item, row.weight, row.superior, row.aspect, row.indicator),
            *(row.target_raw, row.target, row.upper, row.unit, row.polarity, row.is_objective),
            row.phase == "planning",
        ]


def follow_ups(source: Source, language: str) -> Iterator[list[Any]]:
    """What delivered results opened, whose it is, and where it stands."""
    f, own, owner = FollowUp, aliased(Case), aliased(Person)
    of = (f.agency_id == Case.agency_id) & (f.year == Case.year) & (f.opened_by_id == Case.id)
    is_own = (own.agency_id == f.agency_id) & (own.year == f.year) & (own.id == f.case_id)
    told = (f.key, f.number, f.due_on, own.kind, own._state.label("stands"), own.closed_at)
    contested, delivered = _provisional(source), _delivered(source)
    rows = (
        source.cases(*told, owner.name.label("owner"))
        .join(f, of)
        .join(own, is_own)
        .outerjoin(owner, (owner.agency_id == f.agency_id) & (owner.id == f.owner_id))
        .order_by(f.case_id)
    )
    labels = {one.key: one.label for one in source.definition.follow_up}
    for row in source.stream(rows):
        if row.number > delivered.get(row.id, 0):
            continue
        state = source.definition.machines[row.kind].states[row.stands]
        yield [
            *source.about(row),
            *(labels[row.key](language), row.number, row.owner, row.due_on),
            *(state.label(language), source.day(row.closed_at), row.id in contested),
        ]
