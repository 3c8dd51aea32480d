"""What somebody can do now, in all their cases: acts, answers, books, and briefings to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, tuple_, union
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.facts import Facts
from kinerja_flow.models import Case, Cycle, Participant, Person, Sheet
from kinerja_flow.policy import Actor
from kinerja_flow.services.awaiting import OFFICER, awaited, states_for
from kinerja_flow.services.briefing import CycleBriefing, unread
from kinerja_flow.services.states import CaseInState, case_told
from kinerja_flow.workflow import DEFINITIONS, Offer, available, collects, load_many, needs_in
from workflows.definition import Instrument, Label

#: As many cases of the agency that wait for HR are listed, those that have waited longest first.
MOST_OF_OFFICE = 500


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """An instrument that is the reader's to answer; how far they are is theirs alone to see."""

    key: str
    label: Label
    relation: str
    is_begun: bool
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTask(CaseInState):
    """What somebody can do in one case now. `is_awaited`: the case goes on by their doing;
    `stands_in_for` are the absent officials whose part in it they hold under a grant."""

    case_id: UUID
    cycle_id: UUID
    subject_id: UUID
    subject: str
    relations: frozenset[str]
    stands_in_for: frozenset[UUID]
    ready: tuple[Offer, ...]
    blocked: tuple[Offer, ...]
    answers: tuple[ToAnswer, ...]
    books: tuple[str, ...]
    due_on: date | None
    is_awaited: bool


@dataclass(frozen=True, slots=True)
class Tasks:
    """Cases by their due day, those without one last; and the briefings that are still unread."""

    cases: tuple[CaseTask, ...]
    briefings: tuple[CycleBriefing, ...]


def my_tasks(actor: Actor) -> Tasks:
    """All that the actor can do now in cases that are not closed, with what still blocks an act.

    HR, which may step in almost everywhere, is shown the cases that wait for it. Practice is no
    task. The number of queries does not grow with the number of tasks.
    """
    with reading() as session:
        ids = _ids(session, actor)
        loaded = load_many(session, _agency(actor), ids, needs_in) if ids else []
        sheets = _sheets(session, actor) if loaded else {}
        names = names_of(session, actor, (facts.case.subject_id for facts in loaded))
        tasks = [_task(facts, actor, sheets, names) for facts in loaded]
        roles: dict[UUID, set[str]] = defaultdict(set)
        for facts in loaded:
            roles[facts.case.cycle_id] |= policy.relations(facts, actor)
        briefings = unread(session, actor, roles) if roles else ()
    open_ones = [task for task in tasks if task.ready or task.blocked or task.answers or task.books]
    return Tasks(tuple(sorted(open_ones, key=_by_due)), briefings)


def _agency(actor: Actor) -> int:
    assert actor.agency_id is not None, "an actor acts for an agency"
    return actor.agency_id


def _by_due(task: CaseTask) -> tuple[Any, ...]:
    return (task.due_on is None, task.due_on or date.min, task.subject, str(task.case_id))


def _ids(session: Session, actor: Actor) -> list[UUID]:
    c, p = Case, Participant
    absent = [grant.absent_id for grant in actor.grants]
    lent = and_(p.person_id.in_(absent), p.relation.in_(policy.DELEGABLE))
    of_person = (p.agency_id == actor.agency_id, or_(p.person_id == actor.person_id, lent))
    stands = select(p.case_id).where(*of_person, p.from_at.is_not(None), p.until_at.is_(None))
    mine = (c.subject_id == actor.person_id, c.id.in_(stands), c.parent_id.in_(stands))
    found = [*session.scalars(union(*(_open(actor).where(one) for one in mine)))]
    if OFFICER in actor.roles:
        found += session.scalars(_of_office(session, actor))
    return list(dict.fromkeys(found))


def _open(actor: Actor) -> Select[Any]:
    """The cases of the agency that are not closed, and count."""
    real = select(Cycle.id).where(Cycle.agency_id == actor.agency_id, Cycle.practice_of.is_(None))
    here = (Case.agency_id == actor.agency_id, Case.closed_at.is_(None))
    return select(Case.id).where(*here, Case.cycle_id.in_(real))


def _of_office(session: Session, actor: Actor) -> Select[Any]:
    """The cases that wait for HR, by what the templates of the agency's cycles say."""
    c = Case
    used = select(Cycle.digest).where(Cycle.agency_id == actor.agency_id).distinct()
    digests = session.scalars(used).all()
    waiting = [
        (digest, *place)
        for digest in digests
        for place in states_for(DEFINITIONS.get(session, digest), OFFICER)
    ]
    at = tuple_(c.digest, c.kind, c._state).in_(waiting)
    return _open(actor).where(at).order_by(c.entered_at, c.id).limit(MOST_OF_OFFICE)


def _sheets(session: Session, actor: Actor) -> Mapping[tuple[Any, ...], Mapping[str, Any]]:
    """The sealed answers of the actor, and of those for whom they stand in, by case, instrument,
    relation and rater; only those that are theirs to go on with are looked up in it."""
    s = Sheet
    raters = [actor.person_id, *(grant.absent_id for grant in actor.grants)]
    columns = (s.case_id, s.instrument, s.relation, s.rater_id, s.answers)
    mine = select(*columns).where(s.agency_id == actor.agency_id, s.rater_id.in_(raters))
    return {tuple(row[:4]): row.answers for row in session.execute(mine)}


def names_of(session: Session, actor: Actor, people: Iterable[UUID]) -> dict[UUID, str]:
    """The names of people of the actor's agency."""
    of = (Person.agency_id == actor.agency_id, Person.id.in_(list(set(people))))
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(*of))}


def _task(
    facts: Facts, actor: Actor, sheets: Mapping[tuple[Any, ...], Any], names: Mapping[UUID, str]
) -> CaseTask:
    case, held = facts.case, policy.standing(facts, actor)
    offers = available(facts, actor)
    return CaseTask(
        **case_told(facts.machine, facts.state),
        case_id=case.id,
        cycle_id=case.cycle_id,
        subject_id=case.subject_id,
        subject=names[case.subject_id],
        relations=frozenset(held),
        stands_in_for=frozenset(grant.absent_id for grant in held.values() if grant),
        ready=tuple(offer for offer in offers if not offer.blockers),
        blocked=tuple(offer for offer in offers if offer.blockers),
        answers=tuple(_answers(facts, actor, sheets)),
        books=tuple(book for book, by in facts.state.opens.items() if held.keys() & set(by)),
        due_on=facts.last_day(facts.state.deadline) if facts.state.deadline else None,
        is_awaited=bool(held.keys() & awaited(facts.definition, case.kind, case.state).keys()),
    )


def _answers(
    facts: Facts, actor: Actor, sheets: Mapping[tuple[Any, ...], Any]
) -> Iterable[ToAnswer]:
    standing = policy.standing(facts, actor)
    for key in facts.state.collects:
        instrument = facts.definition.instruments[key]
        held = policy.first_held(standing, instrument.answered_by)
        if held is not None and collects(facts, key, held.relation):
            rater = held.grant.absent_id if held.grant else actor.person_id
            said = sheets.get((facts.home_id, key, held.relation, rater), {})
            yield _to_answer(facts, instrument, held.relation, said)


def _to_answer(
    facts: Facts, instrument: Instrument, relation: str, said: Mapping[str, Any]
) -> ToAnswer:
    given = {criterion for criterion, one in said.items() if one.get("value") is not None}
    is_done = bool(given) and given >= set(facts.criteria[instrument.key])
    return ToAnswer(instrument.key, instrument.label, relation, bool(given), is_done)
