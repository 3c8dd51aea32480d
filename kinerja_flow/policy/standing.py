"""In which relations somebody stands to a case: by themself, or under a grant for another."""

from __future__ import annotations

from collections.abc import Mapping

from kinerja_flow.facts import Facts
from kinerja_flow.policy.actors import READERS, Actor
from kinerja_flow.policy.grants import DELEGABLE, Grant, Held, first_held
from kinerja_flow.policy.raters import side_raters
from kinerja_flow.policy.words import OPEN_READERS, OWN, PARTS
from workflows.definition import Action


def own(facts: Facts, actor: Actor) -> frozenset[str]:
    """The relations in which the actor stands to the case by themself."""
    if actor.engine is not None:
        return frozenset({actor.engine})
    if actor.person_id is None or actor.agency_id != facts.case.agency_id:
        return frozenset()
    offices = actor.roles
    if facts.is_practice or actor.confined_to is not None:
        # Of practice nobody knows but whoever practises, and a persona knows nothing else.
        if facts.home_id != actor.confined_to and actor.person_id != facts.case.subject_id:
            return frozenset()
        offices = frozenset(filter(None, [actor.office]))
    found = {name for name in facts.people.keys() & PARTS if actor.person_id in facts.people[name]}
    return frozenset(found | (offices & READERS))


def is_hidden(facts: Facts, actor: Actor) -> bool:
    """Whether the actor may not even know of the case, since somebody else practises in it."""
    is_apart = facts.is_practice or actor.confined_to is not None
    return is_apart and actor.engine is None and not relations(facts, actor)


def lent(facts: Facts, actor: Actor) -> dict[str, Grant]:
    """What absent officials hold by themselves, by the grants that are in force on the day."""
    if not actor.grants or actor.agency_id != facts.case.agency_id or facts.is_practice:
        return {}
    today = facts.calendar.day_of(facts.now)
    found: dict[str, Grant] = {}
    for grant in actor.grants:
        is_in_force = grant.from_on <= today <= grant.until_on
        if is_in_force and grant.absent_id != facts.case.subject_id:
            for name in DELEGABLE & facts.people.keys():
                if grant.absent_id in facts.people[name]:
                    found.setdefault(name, grant)
    return found


def _held(facts: Facts, actor: Actor) -> dict[str, Grant | None]:
    """Every relation that counts, each by oneself before under a grant.

    Nobody stands in for anybody in their own case, nor where they rate as a peer or the like.
    """
    mine: dict[str, Grant | None] = dict.fromkeys(own(facts, actor))
    if actor.person_id == facts.case.subject_id or actor.person_id in side_raters(facts):
        return mine
    return {**lent(facts, actor), **mine}


def relations(facts: Facts, actor: Actor) -> frozenset[str]:
    """All relations in which the actor stands to the case now, by themself or for another."""
    return frozenset(_held(facts, actor))


def knows(facts: Facts, actor: Actor) -> bool:
    """Whether the actor may know of the case: somebody who takes part in it, HR and auditors; of
    one that hangs on another (an objection, a follow-up) not whoever only gives input to that."""
    held = relations(facts, actor)
    if facts.case.parent_id is None or held & OPEN_READERS:
        return bool(held)
    parts = (part for part in facts.parts if part.is_active and not part.in_parent)
    return any(part.person_id == actor.person_id for part in parts)


def manages(facts: Facts, actor: Actor) -> bool:
    """Whether the actor sees what somebody may be fit for: HR, auditors, and the officials above
    the employee by the reporting lines of today; never the employee. Reads people and line."""
    if actor.person_id is None or actor.person_id == facts.case.subject_id:
        return False
    held = own(facts, actor)
    is_here = actor.agency_id == facts.case.agency_id
    return bool(held & READERS) or (is_here and actor.person_id in facts.line)


def standing(facts: Facts, actor: Actor) -> Mapping[str, Grant | None]:
    """The relations in which the actor may act, each with the grant under which they do (None: by
    themself); to their own case only those of an employee."""
    held = _held(facts, actor)
    if actor.person_id != facts.case.subject_id:
        return held
    return {name: grant for name, grant in held.items() if name in OWN}


def capacity(facts: Facts, actor: Actor, action: Action) -> Held | None:
    """In which relation, and under which grant, the actor may do this action: the first that the
    template names, by themself before for another."""
    return first_held(standing(facts, actor), action.by)
