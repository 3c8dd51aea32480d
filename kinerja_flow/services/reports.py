"""Reading many rows at once: each report is a fixed number of queries, however much there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinerja_flow.db import db, reading
from kinerja_flow.errors import NotFound
from kinerja_flow.models import Agency, Case, Cycle, StoredDefinition, TemplateVersion
from kinerja_flow.policy import Actor
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.workflow import DEFINITIONS
from workflows.definition import Definition


@dataclass(frozen=True, slots=True)
class CycleReport:
    """A cycle, its template, and how many of its cases stand where: (kind, state) → number."""

    id: UUID
    agency: str
    year: int
    name: str
    number: int
    windows: Mapping[str, list[str]]
    definition: Definition
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def in_phase(self, kind: str) -> dict[str, int]:
        """The cases of a kind by phase, in the order in which its states name the phases."""
        machine = self.definition.machines[kind]
        found: dict[str, int] = {}
        for state in machine.states.values():
            count = self.counts.get((kind, state.name), 0)
            found[state.phase] = found.get(state.phase, 0) + count
        return found

    def total(self, kind: str) -> int:
        return sum(count for (found, _), count in self.counts.items() if found == kind)


def cycles(agency_id: int | None = None, most: int = 50) -> list[CycleReport]:
    """The newest cycles of an agency, for an operator of all, with their counts: three queries in
    all, however many cases there are."""
    session: Session = db.session()
    of = () if agency_id is None else (Cycle.agency_id == agency_id,)
    rows = session.execute(
        select(Cycle, Agency.name, TemplateVersion.number)
        .join(Agency, Agency.id == Cycle.agency_id)
        .join(TemplateVersion, TemplateVersion.id == Cycle.template_id)
        .where(Cycle.practice_of.is_(None), *of)
        .order_by(Cycle.year.desc(), Agency.name, Cycle.name)
        .limit(most)
    ).all()
    known = definitions_of(session, {cycle.digest for cycle, *_ in rows})
    counts = counts_in(session, [cycle.id for cycle, *_ in rows])
    return [
        CycleReport(
            id=cycle.id,
            agency=agency,
            year=cycle.year,
            name=cycle.name,
            number=number,
            windows=cycle.windows,
            definition=known[cycle.digest],
            counts=counts.get(cycle.id, {}),
        )
        for cycle, agency, number in rows
    ]


def course_of(cycle_id: UUID, actor: Actor) -> Definition:
    """The definition of a cycle of the actor's agency. Raises NotFound, for another's as well."""
    with reading() as session:
        cycle = cycle_of(session, cycle_id, actor)
        return DEFINITIONS.get(session, cycle.digest)


def definition_of(cycle_id: UUID) -> Definition:
    """The definition that a cycle runs by, with its settings filled in."""
    session: Session = db.session()
    digest = session.scalar(select(Cycle.digest).where(Cycle.id == cycle_id))
    if digest is None:
        raise NotFound.of("no_such_cycle", "cycle")
    return DEFINITIONS.get(session, digest)


def definitions_of(session: Session, digests: set[str]) -> dict[str, Definition]:
    """The definitions under these digests; those that are not known yet in one query."""
    unread = [digest for digest in digests if digest not in DEFINITIONS.known]
    if unread:
        one_of = StoredDefinition.digest.in_(unread)
        for row in session.scalars(select(StoredDefinition).where(one_of)):
            DEFINITIONS.get(session, row.digest)  # finds the row in the session
    return {digest: DEFINITIONS.known[digest] for digest in digests}


def counts_in(session: Session, ids: list[UUID]) -> dict[UUID, dict[tuple[str, str], int]]:
    """How many cases of each of these cycles stand where: (kind, state) → number."""
    columns = (Case.cycle_id, Case.kind, Case._state)
    counted = select(*columns, func.count()).where(Case.cycle_id.in_(ids)).group_by(*columns)
    found: dict[UUID, dict[tuple[str, str], int]] = {}
    for cycle_id, kind, state, count in session.execute(counted):
        found.setdefault(cycle_id, {})[kind, state] = count
    return found
