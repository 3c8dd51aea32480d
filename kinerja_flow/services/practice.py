"""A practice appraisal: the real engine for one person, with personas in all other parts.

It counts for nothing. It runs in a twin of the cycle that no list, report or launch knows, its
notifications go to nobody, and its case is there for whoever practises alone (`policy.relations`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Conflict, NotFound, Refused
from kinerja_flow.facts import CaseFacts, Facts, windows_of
from kinerja_flow.models import Agency, Case, Cycle, Deadline, Person, Persona, Post
from kinerja_flow.policy import CLOCK, Actor
from kinerja_flow.services import books
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.casting import cast_of
from kinerja_flow.workflow import (
    DEFINITIONS,
    Amendment,
    Chart,
    Opening,
    amend,
    opening_writes,
    store,
    write,
)
from kinerja_flow.workflow.load import Lock
from kinerja_flow.workflow.personas import ABOVE, OFFICER
from workflows.definition import Definition

#: Practice may begin from zero again, so often in one cycle.
MOST_STARTS = 20
#: A practice case may lie about for so long, with every window open.
ROOM = timedelta(days=366)
#: So much time passes where no act of the clock waits: more than any objection term.
PASSING = timedelta(days=31)
_BEGINNINGS = ("entered_at", "delivered_at", "received_at")


@dataclass(frozen=True, slots=True)
class Stand:
    """A persona, and the part that it plays."""

    part: str
    person_id: UUID
    name: str


def start(cycle_id: UUID, actor: Actor) -> UUID:
    """Begin a practice appraisal of a cycle, or begin again from zero; the new case.

    All windows of the cycle are open in it. Raises NotFound, or Refused after too many starts.
    """
    with transaction() as session:
        cycle = cycle_of(session, cycle_id, actor)
        person = session.get(Person, actor.person_id, with_for_update=True)
        c = Cycle
        mine = (c.practice_of == cycle.id, c.practised_by == actor.person_id)
        if (session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_STARTS:
            raise Refused.of("practised_enough", "cycle", most=MOST_STARTS)
        assert person is not None, "an actor is a person of the agency"
        definition = DEFINITIONS.get(session, cycle.digest)
        cast = cast_of(session, cycle.agency_id, definition)
        zone = session.scalars(select(Agency.zone).where(Agency.id == cycle.agency_id)).one()
        calendar = Calendar(zone, frozenset(map(date.fromisoformat, cycle.days_off)))
        twin = _twin(cycle, person.id, calendar.day_of(clock.now()))
        session.add(twin)
        session.flush()
        profile = _profile(session, person, calendar)
        facts = _facts(twin, definition, calendar, profile)
        opening = Opening(
            facts.case.id, facts, definition.root, {}, "practice", person.id, "employee"
        )
        opening.people.update({part: cast[part] for part in ABOVE[:2]})
        write(session, opening_writes(opening))
        return facts.case.id


def _twin(cycle: Cycle, person_id: UUID, today: date) -> Cycle:
    """The cycle once more, with a period and windows that today lies in."""
    first, last = min(cycle.from_on, today), max(cycle.until_on, today + ROOM)
    same = ("agency_id", "year", "name", "template_id", "digest", "settings", "days_off")
    return Cycle(
        **{name: getattr(cycle, name) for name in same},
        windows={name: [first.isoformat(), last.isoformat()] for name in cycle.windows},
        from_on=first,
        until_on=last,
        opened_at=clock.now(),
        practice_of=cycle.id,
        practised_by=person_id,
    )


def _profile(session: Session, person: Person, calendar: Calendar) -> dict[str, Any]:
    """What decides which criteria apply, as it would be in a real appraisal of today."""
    chart = Chart(session, person.agency_id, calendar.day_of(clock.now()))
    post = session.get(Post, chart.posts[person.id]) if person.id in chart.posts else None
    return {**(post.profile if post else {}), "rank": person.rank}


def _facts(
    twin: Cycle, definition: Definition, calendar: Calendar, profile: dict[str, Any]
) -> Facts:
    case = CaseFacts(
        agency_id=twin.agency_id,
        year=twin.year,
        id=new_id(),
        cycle_id=twin.id,
        kind=definition.root.name,
        parent_id=None,
        subject_id=twin.practised_by,  # type: ignore[arg-type]
        post_id=None,
        unit_id=None,
        from_on=twin.from_on,
        until_on=twin.until_on,
        profile=profile,
        digest=twin.digest,
        windows=None,
        state=definition.root.initial,
        version=0,
        entered_at=clock.now(),
        delivered_at=None,
        received_at=None,
        closed_at=None,
    )
    windows = windows_of(twin.windows, None)
    return Facts(case, definition, clock.now(), calendar, windows, is_practice=True)


def current(cycle_id: UUID, actor: Actor) -> UUID | None:
    """The actor's newest practice case of a cycle, if they have begun one."""
    c = Cycle
    with reading() as session:
        cycle = cycle_of(session, cycle_id, actor)
        here = (Case.agency_id == c.agency_id) & (Case.year == c.year) & (Case.cycle_id == c.id)
        mine = (c.practice_of == cycle.id, c.practised_by == actor.person_id)
        found = select(Case.id).join(c, here).where(*mine, Case.parent_id.is_(None))
        return session.scalars(found.order_by(Case.id.desc())).first()


def personas(case_id: UUID, actor: Actor) -> tuple[Stand, ...]:
    """Those whom somebody who practises may act as in the case, or name as peers."""
    with reading() as session:
        _practised(session, case_id, actor)
        columns = select(Persona.part, Person.id, Person.name)
        cast = columns.join(Person, Person.id == Persona.person_id)
        cast = cast.where(Persona.agency_id == actor.agency_id).order_by(Persona.part)
        return tuple(Stand(*row) for row in session.execute(cast))


def actor_as(case_id: UUID, actor: Actor, persona_id: UUID) -> Actor:
    """The persona as an actor of this practice case, and of nothing else.

    Raises NotFound where the actor does not practise in the case, or there is no such persona.
    """
    with reading() as session:
        facts = _practised(session, case_id, actor)
        p = Persona
        of = (p.agency_id == actor.agency_id, p.person_id == persona_id)
        part = session.scalar(select(p.part).where(*of))
        if part is None:
            raise NotFound.of("no_such_persona", "persona")
        office = OFFICER if part == OFFICER else None
        return Actor(persona_id, actor.agency_id, confined_to=facts.home_id, office=office)


def skip(case_id: UUID, actor: Actor) -> None:
    """Let time pass in a practice case: its next act of the clock is taken at once, or, where none
    waits, its running terms end.

    Raises NotFound (also for a case that counts), Conflict where the case is closed, or whatever
    refuses the act itself.
    """
    with transaction() as session:
        facts, d = _practised(session, case_id, actor, lock="move"), Deadline
        of = (d.agency_id == facts.case.agency_id, d.year == facts.case.year)
        waits = (d.case_id == case_id, d.kind == "action", d.fired_at.is_(None))
        following = select(d.action).where(*of, *waits).order_by(d.due_at, d.ordinal).limit(1)
        action = session.scalar(following)
        if facts.state.final:
            raise Conflict.of("nothing_to_skip", "case")
        if action is not None:
            act(case_id, Actor(agency_id=actor.agency_id, engine=CLOCK.engine), Act(action))
        else:
            store(session, [amend(facts, actor, _time_passed(facts))])


def _time_passed(facts: Facts) -> Amendment:
    """That what runs in the case began so much earlier: nobody has to wait to practise."""
    begun = ((name, getattr(facts.case, name)) for name in _BEGINNINGS)
    sets = {name: at - PASSING for name, at in begun if at is not None}
    return Amendment("time_passed", "employee", {"days": PASSING.days}, sets=sets)


def _practised(session: Session, case_id: UUID, actor: Actor, lock: Lock | None = None) -> Facts:
    """The facts of a practice case of the actor's own; NotFound for any other case."""
    facts = books.facts_for(session, case_id, actor, lock=lock)
    if not facts.is_practice or facts.case.subject_id != actor.person_id:
        raise NotFound.of("no_such_case", "case")
    return facts
