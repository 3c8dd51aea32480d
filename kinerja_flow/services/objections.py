"""The record of an objection: what was said by whom, the evidence, and the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts, ObjectionFacts, ResultFacts
from kinerja_flow.models import HistoryEvent, Result, Statement
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.exhibits import Shown, readable, shown_in
from kinerja_flow.workflow import contests
from workflows.definition import Label


@dataclass(frozen=True, slots=True)
class SaidIn:
    """What was said with one act of the objection, by the inputs of the template."""

    action: str
    action_label: Label
    capacity: str
    actor_id: UUID | None
    on_behalf_of_id: UUID | None
    said_at: datetime
    values: Mapping[str, str]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result as an objection contests it or leaves it."""

    number: int
    level: str | None
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class Record:
    """An objection: the result it contests and the one that took its place, what was said (the
    grounds first, then answers, minutes, reasons), and the evidence of both sides."""

    contest: ObjectionFacts
    contested: Outcome
    replacement: Outcome | None
    said: tuple[SaidIn, ...]
    exhibits: tuple[Shown, ...]


def objection(case_id: UUID, actor: Actor) -> Record:
    """The record of an objection, for the employee, the assessor, the examiner and HR.

    Anybody else is told that none is there (NotFound). Minutes and reasons are read by both sides.
    The replacement is read once it is delivered; before, by those who make results.
    """
    with reading() as session:
        facts = readable(session, case_id, actor)
        parent_id = facts.home_id
        found = contests(session, facts.case.agency_id, [parent_id])
        contest = next((one for one in found.get(parent_id, ()) if one.case_id == case_id), None)
        if contest is None:
            raise NotFound.of("no_such_case", "case")
        results = _results(session, facts, actor)
        return Record(
            contest,
            results[contest.number],
            results.get(contest.replaced_by or 0),
            tuple(_said(session, facts)),
            tuple(shown_in(session, facts)),
        )


def _results(session: Session, facts: Facts, actor: Actor) -> Mapping[int, Outcome]:
    r = Result
    columns = (r.number, r.level, r.value, r.digest, r.decided_by, r.decided_for_id)
    rows = [ResultFacts(*row) for row in session.execute(books.of_home(facts, r, *columns))]
    told = books.delivered(session, facts)
    readable = (row for row in rows if policy.may_read_result(facts, actor, row, told))
    return {row.number: Outcome(row.number, row.level, row.value) for row in readable}


def _said(session: Session, facts: Facts) -> Sequence[SaidIn]:
    """Everything that was said on the case, and with the act that filed it, oldest first."""
    s, h, case = Statement, HistoryEvent, facts.case
    of_event = (h.agency_id == s.agency_id) & (h.year == s.year)
    of_event &= (h.case_id == s.case_id) & (h.seq == s.seq)
    filed = _filing(session, facts)
    here = (s.case_id == case.id) | ((s.case_id == case.parent_id) & (s.seq == filed))
    columns = (s.case_id, s.seq, s.action, s.capacity, s.actor_id, s.said_at)
    rows = session.execute(
        select(*columns, h.on_behalf_of_id, s.field, s.value, s.text)
        .join(h, of_event)
        .where(s.agency_id == case.agency_id, s.year == case.year, here)
        .order_by(s.said_at, s.case_id != case.parent_id, s.seq, s.field)
    ).all()
    acts = groupby(rows, lambda row: (row.case_id, row.seq))
    return [_one(facts, list(group)) for _, group in acts]


def _filing(session: Session, facts: Facts) -> int | None:
    """The number of the parent's event that opened this case."""
    h = HistoryEvent
    rows = session.execute(books.of_home(facts, h, h.seq, h.change))
    opened = (seq for seq, change in rows for one in change.get("opened", ()) if _is(one, facts))
    return next(opened, None)


def _is(opened: Mapping[str, str], facts: Facts) -> bool:
    return opened["case"] == str(facts.case.id)


def _one(facts: Facts, rows: list[Any]) -> SaidIn:
    first = rows[0]
    kind = facts.case.kind if first.case_id == facts.case.id else facts.machine.parent
    action = facts.definition.machines[str(kind)].actions[first.action]
    return SaidIn(
        action=action.name,
        action_label=action.label,
        capacity=first.capacity,
        actor_id=first.actor_id,
        on_behalf_of_id=first.on_behalf_of_id,
        said_at=first.said_at,
        values={row.field: row.value for row in rows if row.value is not None},
        texts={row.field: row.text for row in rows if row.text is not None},
    )
