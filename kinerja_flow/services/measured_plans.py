"""Reading a plan with what was measured of it: each source beside the others, every correction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kinerja_flow.db import reading
from kinerja_flow.errors import Forbidden
from kinerja_flow.facts import Facts
from kinerja_flow.models import PlanIndicator
from kinerja_flow.policy import OPEN_READERS, Actor, not_yours, relations
from kinerja_flow.scoring.material import IndicatorRow
from kinerja_flow.scoring.objectivity import objective_share as share_of
from kinerja_flow.scoring.sources import Figure
from kinerja_flow.services import books
from kinerja_flow.services.books import of_home
from kinerja_flow.workflow import always, named
from kinerja_flow.workflow.measurements import (
    Subject,
    Wanted,
    fetch,
    measured_in,
    still_held,
    subject_of,
)

_NEEDS = always("people", "material")


@dataclass(frozen=True, slots=True)
class RawValue:
    """A value as a source sent it, or a correction of one; `counts` where it is the last word."""

    id: UUID
    source: str
    day: date
    measured_at: datetime | None
    value: Fraction | None
    noted_at: datetime
    corrects_id: UUID | None
    reason: str | None
    counts: bool


@dataclass(frozen=True, slots=True)
class IndicatorMeasurements:
    """An indicator of the plan: what was aimed at, what each source says, what counts.

    `figures` stand in order of trust, the self-report among them; `realisation` is the one that
    counts. `digest` names the values of a contradiction, `chosen` the source of its answer.
    """

    id: UUID
    place: str
    title: str
    key: str | None
    unit: str
    is_objective: bool
    target: Fraction | None
    upper: Fraction | None
    baseline: Fraction | None
    realisation: Fraction | None
    figures: tuple[Figure, ...]
    is_contradicted: bool
    digest: str
    chosen: str | None
    values: tuple[RawValue, ...]


def measurements_for(case_id: UUID, actor: Actor) -> list[IndicatorMeasurements]:
    """Every indicator of the plan with what was reported and measured of it, in the plan's order.

    For the employee, those who assess, and HR; Forbidden to others.
    """
    with reading() as session:
        facts = _facts(session, case_id, actor)
        raw, n = _raw(session, facts), PlanIndicator
        known = {str(r.id): r for r in session.execute(of_home(facts, n, n.id, n.title, n.unit))}
        rows = [one for item in facts.material.plan for one in item.indicators]
        return [_told(facts, row, known[row.id], raw) for row in rows]


def objective_share(case_id: UUID, actor: Actor) -> Fraction | None:
    """The percentage of the plan's weight that is measured objectively; None without a plan."""
    with reading() as session:
        return share_of(_facts(session, case_id, actor).material.plan)


def _facts(session: Session, case_id: UUID, actor: Actor) -> Facts:
    facts = books.facts_for(session, case_id, actor, needs=_NEEDS)
    if not relations(facts, actor) & OPEN_READERS:
        raise Forbidden(
            named(facts, [not_yours(facts, actor, tuple(sorted(OPEN_READERS)), "case")])
        )
    return facts


def _raw(session: Session, facts: Facts) -> Mapping[Subject, list[RawValue]]:
    case = facts.case
    concerned = [(case, one) for one in measured_in(facts.definition).values()]
    rows = fetch(session, Wanted.of(case.agency_id, concerned))
    held = {row.id for row in still_held(rows)}
    found: dict[Subject, list[RawValue]] = defaultdict(list)
    for row in rows:
        if case.from_on <= row.day_on <= case.until_on:
            subject = (row.person_id or row.unit_id, row.key, row.unit)
            found[subject].append(_value(row, row.id in held))
    return found


def _value(row: Any, counts: bool) -> RawValue:
    when = (row.day_on, row.measured_at)
    noted = (row.noted_at, row.corrects_id, row.reason)
    return RawValue(row.id, row.source, *when, row.value, *noted, counts)


def _told(
    facts: Facts, row: IndicatorRow, plain: Any, raw: Mapping[Subject, Sequence[RawValue]]
) -> IndicatorMeasurements:
    entry, sources = measured_in(facts.definition).get(row.key or ""), row.sources
    return IndicatorMeasurements(
        id=plain.id,
        place=row.title,
        title=plain.title,
        key=row.key,
        unit=plain.unit,
        is_objective=row.objective,
        target=row.target,
        upper=row.upper,
        baseline=row.baseline,
        realisation=row.realisation,
        figures=sources.figures if sources else (),
        is_contradicted=sources is not None and sources.is_contradicted,
        digest=sources.digest if sources else "",
        chosen=sources.chosen if sources else None,
        values=tuple(raw.get(subject_of(facts.case, entry), ())) if entry else (),
    )
