"""Facts about cases, loaded in sets and, where an act follows, under a lock on the case's row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import CaseFacts, Facts, windows_of
from kinerja_flow.models import CASES, Agency, Cycle, StoredDefinition
from kinerja_flow.workflow import (
    credits,
    following,
    groups,
    parts,
    personas,
    pools,
    records,
    units,
)
from kinerja_flow.workflow.lines import line
from kinerja_flow.workflow.material import material
from kinerja_flow.workflow.scope import Loader, Scope
from kinerja_flow.workflow.shown import shown
from kinerja_flow.workflow.statements import Hot
from kinerja_flow.workflow.words import vocabulary
from workflows import read_canonical
from workflows.definition import Definition
from workflows.profiles import criteria_for

GROUPS: Mapping[str, Loader] = {
    "people": parts.people,
    "officers": groups.officers,
    "acts": groups.acts,
    "plan": groups.plan,
    "plan_digest": groups.plan_digest,
    "report_digest": records.report_digest,
    "observed": records.observed,
    "activities": records.activities,
    "claims": records.claims,
    "results": groups.results,
    "objections": groups.objections,
    "sheets": groups.sheets,
    "writers": groups.writers,
    "children": groups.children,
    "follow_ups": following.follow_ups,
    "steps": following.steps,
    "steps_digest": following.steps_digest,
    "told": following.told,
    "eligible": groups.eligible,
    "pools": pools.pools,
    "gone": groups.gone,
    "line": line,
    "material": material,
    "unit": units.units,
    "credit": credits.credit,
    "shown": shown,
}

# Tables, and statements made once: through the ORM, and built anew, each costs twice the time.
_AGENCIES, _CYCLES = Agency.__table__, Cycle.__table__
_COLUMNS = [CASES.c[name] for name in CaseFacts._fields]
_OF_CASE = (
    select(
        *_COLUMNS,
        _CYCLES.c.practice_of,
        _CYCLES.c.windows.label("cycle_windows"),
        _AGENCIES.c.zone,
    )
    .join(_AGENCIES, _AGENCIES.c.id == CASES.c.agency_id)
    .join(
        _CYCLES,
        and_(
            _CYCLES.c.agency_id == CASES.c.agency_id,
            _CYCLES.c.year == CASES.c.year,
            _CYCLES.c.id == CASES.c.cycle_id,
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Definitions:
    """The pinned definitions, read from the database once per process: they never change."""

    known: dict[str, Definition]

    def get(self, session: Session, digest: str) -> Definition:
        if digest not in self.known:
            row = session.get_one(StoredDefinition, digest)
            self.known[digest] = read_canonical(row.canonical.encode(), vocabulary())
        return self.known[digest]


DEFINITIONS = Definitions({})

#: The days off of each cycle, frozen when it was opened.
DAYS_OFF: dict[UUID, frozenset[date]] = {}


def calendar_of(session: Session, cycle_id: UUID, zone: str) -> Calendar:
    """The calendar as it stood when the cycle was opened."""
    if cycle_id not in DAYS_OFF:
        days = session.execute(select(Cycle.days_off).where(Cycle.id == cycle_id)).scalar_one()
        DAYS_OFF[cycle_id] = frozenset(date.fromisoformat(day) for day in days)
    return Calendar(zone, DAYS_OFF[cycle_id])


Needs = Callable[[Definition, str, str], Collection[str]]


def always(*groups: str) -> Needs:
    """The same groups of facts, whatever the template, the kind of case and its state."""
    wanted = frozenset(groups)
    return lambda _definition, _kind, _state: wanted


#: "move" excludes every other act on the case; "entry" only those that move it.
Lock = Literal["move", "entry"]


def _locked(statement: Select[Any], lock: Lock | None) -> Select[Any]:
    if lock is None:
        return statement
    return statement.with_for_update(of=CASES, read=lock == "entry", key_share=lock == "move")


# The case as its row stands once it is locked; beside it its version and people as the statement
# began, which the wait for the lock may have outlived.
_BEGUN = CASES.alias("begun")
_VERSION_THEN = (
    select(_BEGUN.c.version)
    .where(*(_BEGUN.c[name] == CASES.c[name] for name in ("agency_id", "year", "id")))
    .scalar_subquery()
)
_THE_CASE = _OF_CASE.add_columns(_VERSION_THEN, parts.PARTS_OF_CASE).where(
    CASES.c.agency_id == bindparam("agency"), CASES.c.id == bindparam("case")
)
_LOCKS: tuple[Lock | None, ...] = (None, "move", "entry")
_ONE = {lock: Hot(_locked(_THE_CASE, lock)) for lock in _LOCKS}


def load_one(
    session: Session, agency_id: int, case_id: UUID, needs: Needs, *, lock: Lock | None = None
) -> Facts:
    """The facts of one case of the agency; a case of another agency is not there."""
    rows = _ONE[lock].rows(session, {"agency": agency_id, "case": case_id})
    if not rows:
        raise NotFound.of("no_such_case", "case")
    *row, version_then, said = rows[0]
    read = _read(row)
    # Who takes part changes with the version. A child's parent has a version of its own.
    is_of_now = version_then == read.case.version and read.case.parent_id is None
    known = parts.listed(case_id, said) if is_of_now else None
    return _facts(session, [read], needs, lock, known)[0]


def load_many(
    session: Session,
    agency_id: int,
    case_ids: Iterable[UUID],
    needs: Needs,
    *,
    lock: Lock | None = None,
) -> list[Facts]:
    """The facts of many cases of one agency and year, in a number of queries that does not grow.

    Cases of another agency are left out. Rows are locked in the order of their ids, so that two
    runs over the same cases wait for each other and never for ever.
    """
    ids = list(case_ids)
    statement = _OF_CASE.where(CASES.c.agency_id == agency_id, CASES.c.id.in_(ids))
    statement = statement.order_by(CASES.c.year, CASES.c.id)
    rows = [_read(row) for row in session.execute(_locked(statement, lock))]
    years = sorted({row.case.year for row in rows})
    return [
        facts
        for year in years
        for facts in _facts(session, [row for row in rows if row.case.year == year], needs, lock)
    ]


class _Read(NamedTuple):
    """A case as it was read, with what of its cycle and agency goes with it."""

    case: CaseFacts
    practice_of: UUID | None
    windows: Mapping[str, Any]
    zone: str


def _read(row: Sequence[Any]) -> _Read:
    return _Read(CaseFacts(*row[:-3]), *row[-3:])


def _facts(
    session: Session,
    rows: list[_Read],
    needs: Needs,
    lock: Lock | None,
    known: list[Any] | None = None,
) -> list[Facts]:
    instant = clock.now()
    cases = tuple(row.case for row in rows)
    definitions = {case.digest: DEFINITIONS.get(session, case.digest) for case in cases}
    zones = {row.case.cycle_id: row.zone for row in rows}
    calendars = {cycle: calendar_of(session, cycle, zone) for cycle, zone in zones.items()}
    found = [
        Facts(
            case=case,
            definition=definitions[case.digest],
            now=instant,
            calendar=calendars[case.cycle_id],
            windows=windows_of(row.windows, case.windows),
            is_practice=row.practice_of is not None,
        )
        for case, row in zip(cases, rows, strict=True)
    ]
    if found:
        today = found[0].calendar.day_of(instant)
        of = (session, cases[0].agency_id, cases[0].year, cases)
        practised = frozenset(f.case.id for f in found if f.is_practice)
        moves = lock == "move"
        scope = Scope(
            *of, instant, today, definitions, parts=known, practised=practised, moves=moves
        )
        _fill(scope, found, needs)
    return found


def _fill(scope: Scope, found: list[Facts], needs: Needs) -> None:
    wanted = {name for f in found for name in needs(f.definition, f.case.kind, f.case.state)}
    for name in sorted(wanted):
        loaded = {**GROUPS[name](scope), **personas.stand_ins(scope, name)}
        for facts in found:
            facts.groups[name] = loaded[facts.case.id]
    for facts in found:
        facts.groups["criteria"] = criteria_for(facts.definition, facts.case.profile)
