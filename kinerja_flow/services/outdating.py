"""Cases whose result came before some of their data: an event, and word to whom it concerns.

A stored result never changes. What is recorded or corrected after it leaves an event in the case
with the indicators that it touches, from which readers of the result learn that it is outdated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from kinerja_flow.facts import Facts
from kinerja_flow.models import CASES, COUNTED, Case, HistoryEvent, PlanIndicator, Result
from kinerja_flow.policy import Actor
from kinerja_flow.services.books import of_home
from kinerja_flow.workflow import Amendment, Move, always, amend, load_many, store
from kinerja_flow.workflow.measurements import Subject, measured_in, subject_of

_NEEDS = always("people", "results")

#: The event of a case whose measurements changed after its result, and of one whose result is
#: older than a batch of citizens' answers.
CHANGED, RELEASED = "measurements_changed", "answers_released"
TOLD = ("employee", "assessor")
#: As many cases are loaded as one set: each of their ids is a parameter, of which SQLite takes
#: 32,766 and PostgreSQL 65,535, and a unit's measurement may concern more than that.
CHUNK = 5_000
Rows = Sequence[Mapping[str, Any]]


def hold_concerned(session: Session, agency_id: int, rows: Rows) -> None:
    """Lock the appraisals that measurements may concern, and the open cases below them, until the
    end of the transaction: no result is computed from values that another one is about to join.

    The lower ones first, since acts on them go on to the appraisal.
    """
    if rows:
        hold(session, agency_id, _concerned(agency_id, rows))


def hold(session: Session, agency_id: int, found: Select[Any]) -> None:
    """Lock the appraisals whose ids are found, and the open cases below them, as above."""
    c, among = CASES.c, found.correlate(None)
    years = session.scalars(found.with_only_columns(Case.year).order_by(None).distinct()).all()
    for cases in (c.parent_id.in_(among) & c.closed_at.is_(None), c.id.in_(among)):
        held = select(c.id).where(c.agency_id == agency_id, c.year.in_(years), cases)
        session.execute(held.order_by(c.id).with_for_update(key_share=True)).all()


def concerned_cases(
    session: Session, agency_id: int, rows: Rows, *, rated: bool = False
) -> list[Facts]:
    """The appraisals that measurements may concern, locked; `rated`: only those with a result."""
    if not rows:
        return []
    found = _concerned(agency_id, rows)
    if rated:
        return rated_cases(session, agency_id, found)
    return _loaded(session, agency_id, found)


def rated_cases(session: Session, agency_id: int, found: Select[Any]) -> list[Facts]:
    """Those of the appraisals whose ids are found that have a result, locked."""
    c, r = Case, Result
    of_case = (r.agency_id == c.agency_id, r.year == c.year, r.case_id == c.id)
    return _loaded(session, agency_id, found.where(exists().where(*of_case)))


def _loaded(session: Session, agency_id: int, found: Select[Any]) -> list[Facts]:
    ids = sorted(session.scalars(found))
    sets = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    return [one for of in sets for one in load_many(session, agency_id, of, _NEEDS, lock="move")]


def _concerned(agency_id: int, rows: Rows) -> Select[Any]:
    c, days = Case, [row["day_on"] for row in rows]
    people, units = ({row[name] for row in rows} - {None} for name in ("person_id", "unit_id"))
    return select(c.id).where(
        c.agency_id == agency_id,
        c.parent_id.is_(None),
        c.cycle_id.in_(COUNTED),
        or_(c.subject_id.in_(people), c.unit_id.in_(units)),
        c.from_on <= max(days),
        c.until_on >= min(days),
    )


def tell_rated(session: Session, actor: Actor, rows: Rows, cases: Iterable[Facts]) -> None:
    """Leave the event in each case that has a result and an indicator which the rows touch."""
    rated = {facts.case.id: facts for facts in cases if facts.results}
    days = _days(rows)
    touched = {case_id: _touched(facts, days) for case_id, facts in rated.items()}
    indicators = _indicators(session, rated, {key for keys in touched.values() for key in keys})
    moves = []
    for case_id, facts in sorted(rated.items()):
        ids = [own for key in touched[case_id] for own in indicators.get((case_id, key), ())]
        if ids:
            moves.append(_changed(facts, actor, ids))
    moves.sort(key=lambda move: move.facts.case.year)
    for _, of_year in groupby(moves, key=lambda move: move.facts.case.year):
        store(session, list(of_year))


def _days(rows: Rows) -> Mapping[Subject, set[date]]:
    found: dict[Subject, set[date]] = defaultdict(set)
    for row in rows:
        found[row["person_id"] or row["unit_id"], row["key"], row["unit"]].add(row["day_on"])
    return found


def _touched(facts: Facts, days: Mapping[Subject, set[date]]) -> set[str]:
    """The keys of the case's catalogue under which a row is of its subject, within its period."""
    case = facts.case
    return {
        key
        for key, indicator in measured_in(facts.definition).items()
        if any(
            case.from_on <= day <= case.until_on
            for day in days.get(subject_of(case, indicator), ())
        )
    }


def _indicators(
    session: Session, cases: Mapping[UUID, Facts], keys: Iterable[str]
) -> Mapping[tuple[UUID, str], list[UUID]]:
    n, wanted, ids = PlanIndicator, sorted(keys), sorted(cases)
    found: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    if not wanted:
        return found
    years = {facts.case.year for facts in cases.values()}
    agency_id = cases[ids[0]].case.agency_id
    of = (n.agency_id == agency_id, n.year.in_(years), n.catalogue_key.in_(wanted))
    rows = select(n.case_id, n.catalogue_key, n.id).where(*of)
    for start in range(0, len(ids), CHUNK):
        mine = rows.where(n.case_id.in_(ids[start : start + CHUNK]))
        for case_id, key, indicator_id in session.execute(mine):
            found[case_id, str(key)].append(indicator_id)
    return found


def _changed(facts: Facts, actor: Actor, ids: Iterable[UUID]) -> Move:
    newest = facts.results[-1].number
    change = {"indicators": sorted(map(str, ids)), "result": newest}
    return amend(facts, actor, Amendment(CHANGED, "hr", change, notify=TOLD))


def changes_after(session: Session, facts: Facts) -> Sequence[Mapping[str, Any]]:
    """What the appraisal's events say of data that came after a result: the number of that result,
    and the ids of the `indicators` or the keys of the `instruments` concerned. It outdates this
    result and every earlier one."""
    h = HistoryEvent
    told = of_home(facts, h, h.change).where(h.action.in_((CHANGED, RELEASED)))
    return list(session.scalars(told))


def touched(changes: Iterable[Mapping[str, Any]], kind: str) -> list[str]:
    """The `indicators` or `instruments` that events name, each once, in order."""
    return sorted({name for one in changes for name in one.get(kind, ())})
