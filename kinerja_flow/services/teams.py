"""Lists of people: a superior's own, and what each waits for; and who takes part in a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.errors import Forbidden
from kinerja_flow.facts import Facts
from kinerja_flow.models import Case, Cycle, HistoryEvent, Participant
from kinerja_flow.policy import PARTS, Actor
from kinerja_flow.services import books
from kinerja_flow.services.awaiting import awaited
from kinerja_flow.services.states import CaseInState, case_told
from kinerja_flow.services.tasks import names_of
from kinerja_flow.workflow import load_many, named, relation_label
from workflows.definition import Label

#: Whose people are those of a superior.
SUPERIOR = "assessor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand(CaseInState):
    """Where a case stands, and what it waits for of whom: relation → actions, instruments."""

    case_id: UUID
    is_closed: bool
    due_on: date | None
    waits_for: Mapping[str, tuple[Label, ...]]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team: their appraisal, and what hangs on it and is not closed."""

    person_id: UUID
    name: str
    appraisal: Stand
    beside: tuple[Stand, ...]


@dataclass(frozen=True, slots=True)
class PartTaken:
    """From when to when somebody stands, or stood, in a relation; proposed while it has no start.

    Somebody's part ends at `until_at`; whether they have answered anything, nobody is told.
    """

    relation: str
    relation_label: Label
    person_id: UUID
    name: str
    from_at: datetime | None
    until_at: datetime | None


def team(actor: Actor, year: int | None = None) -> tuple[Member, ...]:
    """The people whom the actor appraises in a year (None: the newest), by name.

    Five queries, however many people there are. That a case waits for peers says nothing of who
    of them has answered.
    """
    assert actor.agency_id is not None, "an actor acts for an agency"
    with reading() as session:
        ids = _ids(session, actor, year)
        loaded = load_many(session, actor.agency_id, ids, books.PEOPLE) if ids else []
        names = names_of(session, actor, (facts.case.subject_id for facts in loaded))
    beside: dict[UUID, list[Stand]] = defaultdict(list)
    for facts in loaded:
        if facts.case.parent_id is not None and facts.case.closed_at is None:
            beside[facts.case.parent_id].append(_stand(facts))
    members = [
        Member(of.subject_id, names[of.subject_id], _stand(facts), tuple(beside[of.id]))
        for facts in loaded
        if (of := facts.case).parent_id is None
    ]
    return tuple(sorted(members, key=lambda one: (one.name, str(one.appraisal.case_id))))


def _ids(session: Session, actor: Actor, year: int | None) -> list[UUID]:
    """The appraisals whose assessor the actor is, and the cases that hang on them."""
    p, c = Participant, Case
    mine = select(p.case_id, p.year).where(
        p.agency_id == actor.agency_id,
        p.person_id == actor.person_id,
        p.relation == SUPERIOR,
        p.from_at.is_not(None),
        p.until_at.is_(None),
    )
    found = session.execute(mine).all()
    newest = max((row.year for row in found), default=None) if year is None else year
    of_year = [row.case_id for row in found if row.year == newest]
    real = select(Cycle.id).where(Cycle.agency_id == actor.agency_id, Cycle.practice_of.is_(None))
    here = (c.agency_id == actor.agency_id, c.year == newest, c.cycle_id.in_(real))
    family = (c.id.in_(of_year), c.parent_id.in_(of_year))
    return [*session.scalars(union(*(select(c.id).where(*here, of) for of in family)))]


def _stand(facts: Facts) -> Stand:
    case, state = facts.case, facts.state
    due_on = facts.last_day(state.deadline) if state.deadline else None
    waits = awaited(facts.definition, case.kind, case.state)
    return Stand(
        **case_told(facts.machine, state),
        case_id=case.id,
        is_closed=case.closed_at is not None,
        due_on=due_on,
        waits_for=waits,
    )


def people_of(case_id: UUID, actor: Actor) -> tuple[PartTaken, ...]:
    """Who takes part in a case, and took part before, for whoever takes part in it and for HR.

    Of a relation whose answers are anonymous only those know the people who propose, confirm or
    name them; others see their own part. Raises NotFound, Forbidden.
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        held = policy.relations(facts, actor)
        if not held:
            by = tuple(sorted(PARTS))
            raise Forbidden(named(facts, [policy.not_yours(facts, actor, by, "case")]))
        p, case = Participant, facts.case
        columns = (p.relation, p.person_id, p.from_at, p.until_at)
        of = (p.agency_id == case.agency_id, p.year == case.year)
        family = p.case_id.in_({case.id, facts.home_id})
        taken = session.execute(select(*columns).where(*of, family).order_by(p.id)).all()
        hidden = hidden_from(facts, actor)
        seen = [r for r in taken if r.relation not in hidden or r.person_id == actor.person_id]
        begun = books.of_home(facts, HistoryEvent, HistoryEvent.at).where(HistoryEvent.seq == 1)
        own = ("employee", case.subject_id, session.scalar(begun), None)
        names = names_of(session, actor, [case.subject_id, *(row.person_id for row in seen)])
    return tuple(_part(facts, names, row) for row in [own, *seen])


def _part(facts: Facts, names: Mapping[UUID, str], row: Any) -> PartTaken:
    relation, person_id, from_at, until_at = row
    return PartTaken(
        relation,
        relation_label(facts.definition, relation),
        person_id,
        names[person_id],
        from_at,
        until_at,
    )


def hidden_from(facts: Facts, actor: Actor) -> set[str]:
    """The relations whose people the actor does not know: anonymous ones, to whom others name."""
    held = policy.relations(facts, actor)
    return {
        use.name
        for use in facts.definition.relations.values()
        if use.anonymous and not held & _knowing(facts, use.name)
    }


def _knowing(facts: Facts, relation: str) -> set[str]:
    """Who proposes, confirms or names the people of a relation, as the template has it."""
    use = facts.definition.relations[relation]
    naming = {
        by
        for machine in facts.definition.machines.values()
        for action in machine.actions.values()
        if any(one.options.get("relation") == relation for one in action.takes.values())
        for by in action.by
    }
    return {*naming, *filter(None, [use.nominated_by, use.confirmed_by])}
