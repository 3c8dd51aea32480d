"""What is kept of a read of somebody's result: one row for each, written with the read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kinerja_flow import clock, policy
from kinerja_flow.db import new_id
from kinerja_flow.facts import Facts
from kinerja_flow.models import Cycle, Reading
from kinerja_flow.policy import OFFICES, RELATIONS, RESULT_READERS, Actor, Held
from kinerja_flow.workflow import Insert, write

#: Whoever reads a result as an official above the employee, without a part in the appraisal.
ABOVE = "superior"
UNIT = "competencies"
#: A result: its appraisal and number.
Key = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads results of a year, by which way, and as what."""

    actor: Actor
    year: int
    way: str
    held: Held


def note(session: Session, reader: Reader, results: Iterable[Key]) -> None:
    """Keep that these results were read, in one statement. Engines and personas read nothing."""
    actor = reader.actor
    if actor.person_id is None or actor.confined_to is not None:
        return
    said = {
        "agency_id": actor.agency_id,
        "year": reader.year,
        "reader_id": actor.person_id,
        "capacity": reader.held.relation,
        "way": reader.way,
        "read_at": clock.now(),
        **policy.on_behalf(reader.held.grant),
    }
    table: Any = Reading.__table__
    rows = [
        Insert(table, {**said, "id": new_id(), "case_id": case_id, "number": number})
        for case_id, number in dict.fromkeys(results)
    ]
    if rows:
        write(session, rows)


def note_of_case(
    session: Session, facts: Facts, actor: Actor, numbers: Iterable[int], way: str
) -> None:
    """Keep that results of an appraisal were read; what its employee reads is no matter of it."""
    if actor.person_id == facts.case.subject_id:
        return
    reader = Reader(actor, facts.case.year, way, as_what(facts, actor))
    note(session, reader, ((facts.home_id, number) for number in numbers))


def note_of_unit(
    session: Session, cycle: Cycle, actor: Actor, results: Mapping[UUID, int], way: str = UNIT
) -> None:
    """Keep that results of many (appraisal → number) were read at once, by HR, an auditor or an
    official above those whose they are."""
    offices = [name for name in OFFICES if name in policy.READERS & actor.roles]
    held = Held(offices[0] if offices else ABOVE)
    note(session, Reader(actor, cycle.year, way, held), results.items())


def as_what(facts: Facts, actor: Actor) -> Held:
    """The relation in which somebody reads: the first of those that may, as the owner of a
    follow-up, else as one above. That they give input as well is nobody's to know from it."""
    order = [name for name in (*RELATIONS, *OFFICES) if name in RESULT_READERS]
    return policy.first_held(policy.standing(facts, actor), [*order, "owner"]) or Held(ABOVE)
