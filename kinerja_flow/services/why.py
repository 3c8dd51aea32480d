"""Why somebody may or may not do something to a case now, or read something of it: for HR.

Nothing is decided here: relations, bars, the state and every requirement are asked of the same
functions that decide on the act itself. What is sealed stays so: HR is told nothing of people whom
it does not know, and no figure of a result that is in the making.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.errors import Blocker, Forbidden, NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Deadline
from kinerja_flow.policy import Actor
from kinerja_flow.rules import RULES
from kinerja_flow.services import released
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.results import readable
from kinerja_flow.services.states import case_told
from kinerja_flow.services.teams import hidden_from
from kinerja_flow.services.why_told import ACTION, BOOK, READING, Check, Due, Stands, Why, sealed
from kinerja_flow.workflow import (
    Needs,
    given_later,
    load_one,
    named,
    needs_of,
    not_from_here,
    relation_label,
    unmet_before,
)
from workflows.definition import Action, Definition
from workflows.definition.words import BOOKS

_HR = "hr"


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asks HR's question about whom, with the case as it is and as HR knows it."""

    session: Session
    facts: Facts
    known: Facts
    about: Actor


def why(case_id: UUID, actor: Actor, person_id: UUID, aspect: str, name: str) -> Why:
    """Why somebody may or may not do this now: `aspect` is action, book or reading, and `name` what
    of it. For HR and auditors, and never about their own appraisal.

    Raises NotFound (case, person, or no such thing), Forbidden.
    """
    assert actor.agency_id is not None, "an actor acts for an agency"
    with reading() as session:
        facts = load_one(session, actor.agency_id, case_id, _needs(aspect, name))
        if policy.is_hidden(facts, actor):
            raise NotFound.of("no_such_case", "case")
        _refuse(facts, actor)
        about = actor_for(actor.agency_id, person_id)
        asked = _Asked(session, facts, _as_known(facts, actor), about)
        checks = tuple(
            Check(one.name, tuple(named(facts, one.blockers)))
            for one in _CHECKED[aspect](asked, name)
        )
        deadlines = tuple(_deadlines(session, facts))
    return _told(asked, (aspect, name), checks, deadlines)


def _needs(aspect: str, name: str) -> Needs:
    def needs(definition: Definition, kind: str, _state: str) -> frozenset[str]:
        wanted = frozenset({"people", "line", "officers"})
        return wanted | needs_of(definition, kind, name) if aspect == ACTION else wanted

    return needs


def _refuse(facts: Facts, actor: Actor) -> None:
    """Forbidden for whoever is no HR officer or auditor here, and for their own appraisal."""
    if actor.person_id == facts.case.subject_id:
        raise Forbidden(named(facts, [Blocker("own_case", "case", (_HR,), {"by": _HR})]))
    if not policy.relations(facts, actor) & policy.READERS:
        raise Forbidden(named(facts, [policy.not_yours(facts, actor, (_HR,), "case")]))


def _as_known(facts: Facts, actor: Actor) -> Facts:
    """The facts without the people of relations that HR does not know."""
    hidden = hidden_from(facts, actor)
    parts = tuple(part for part in facts.parts if part.relation not in hidden)
    return replace(facts, groups={**facts.groups, "people": parts})


def _action(asked: _Asked, name: str) -> Iterator[Check]:
    action = asked.facts.machine.actions.get(name)
    if action is None:
        raise NotFound.of("no_such_action", "action", action=name[:40])
    yield Check("relation", tuple(policy.bars(asked.known, asked.about, action)))
    yield Check("state", tuple(not_from_here(asked.facts, action)))
    yield Check("requirements", tuple(_unmet(asked.facts, action)))


def _unmet(facts: Facts, action: Action) -> Iterator[Blocker]:
    for call, blocker in unmet_before(facts, action):
        yield sealed(blocker) if "material" in RULES[call.name].reads else blocker


def _book(asked: _Asked, name: str) -> Iterator[Check]:
    if name not in BOOKS:
        raise NotFound.of("no_such_book", "book", book=name[:40], known=", ".join(BOOKS))
    found = tuple(policy.may_write(asked.known, asked.about, name))
    closed = tuple(one for one in found if one.rule == "book_closed")
    yield Check("relation", tuple(one for one in found if one not in closed))
    yield Check("state", closed)


def _reading(asked: _Asked, name: str) -> Iterator[Check]:
    read = READINGS.get(name)
    if read is None:
        known = ", ".join(READINGS)
        raise NotFound.of("no_such_reading", "reading", reading=name[:40], known=known)
    is_read = read(asked.session, asked.known, asked.about)
    yield Check(READING, () if is_read else (Blocker("no_such_case", "case"),))


#: What of a case may be read, each by the function that its own service asks.
READINGS: Mapping[str, Callable[[Session, Facts, Actor], bool]] = {
    "case": lambda _, facts, about: policy.knows(facts, about),
    "answers": released.may_read,
    "results": lambda session, facts, about: bool(readable(session, facts, about)),
    "competencies": lambda _, facts, about: policy.manages(facts, about),
}
_CHECKED: Mapping[str, Callable[[_Asked, str], Iterable[Check]]] = {
    ACTION: _action,
    BOOK: _book,
    READING: _reading,
}


def _told(
    asked: _Asked, what: tuple[str, str], checks: tuple[Check, ...], deadlines: tuple[Due, ...]
) -> Why:
    facts, (aspect, name) = asked.facts, what
    action = facts.machine.actions.get(name) if aspect == ACTION else None
    lifting = {by for check in checks for blocker in check.blockers for by in blocker.lifted_by}
    return Why(
        **case_told(facts.machine, facts.state),
        case_id=facts.case.id,
        person_id=asked.about.person_id or facts.case.subject_id,
        aspect=aspect,
        name=name,
        version=facts.case.version,
        is_allowed=not any(check.blockers for check in checks),
        stands=tuple(_stands(asked)),
        checks=checks,
        asked_later=given_later(action) if action else (),
        holders={by: _holders(asked.known, by) for by in sorted(lifting)},
        due_on=facts.last_day(facts.state.deadline) if facts.state.deadline else None,
        deadlines=deadlines,
    )


def _holders(known: Facts, relation: str) -> tuple[UUID, ...]:
    found = known.officers if relation == _HR else known.people.get(relation, frozenset())
    return tuple(sorted(found))


def _stands(asked: _Asked) -> Iterator[Stands]:
    for name, grant in sorted(policy.standing(asked.known, asked.about).items()):
        label = relation_label(asked.facts.definition, name)
        of_grant: tuple[Any, ...] = (None, None, None)
        if grant is not None:
            of_grant = (grant.id, grant.absent_id, grant.until_on)
        yield Stands(name, label, *of_grant)


def _deadlines(session: Session, facts: Facts) -> Iterator[Due]:
    """What is still to fire, soonest first."""
    d, case = Deadline, facts.case
    mine = (d.agency_id == case.agency_id, d.year == case.year, d.case_id == case.id)
    rows = select(d.kind, d.action, d.due_at, d.problem).where(*mine, d.fired_at.is_(None))
    for row in session.execute(rows.order_by(d.due_at, d.seq, d.ordinal)):
        yield Due(*row)
