"""Who rates beside the offices, and who had a hand in a result: neither judges over it."""

from __future__ import annotations

from uuid import UUID

from kinerja_flow.facts import Facts
from kinerja_flow.policy.grants import DELEGABLE
from workflows.vocabulary import EMPLOYEE, EXAMINER, FORMER

#: Whose answers are no rating of somebody else's: the offices do rate, but as themselves,
#: and who assessed before did it as one of them.
_NOT_ASIDE = DELEGABLE | {EMPLOYEE, FORMER}


def side_raters(facts: Facts) -> frozenset[UUID]:
    """Raters of another kind than an office, such as peers: none of them acts for an office."""
    instruments = facts.definition.instruments.values()
    asked = {name for one in instruments for name in one.answered_by} - _NOT_ASIDE
    return frozenset[UUID]().union(*(facts.people.get(name, frozenset()) for name in asked))


def deciders(facts: Facts) -> frozenset[UUID]:
    """Whoever had a hand in a result, for themself or on behalf of somebody: none of them examines
    it (PP 30/2019 article 59)."""
    set_by = {who for r in facts.results for who in (r.decided_by, r.decided_for) if who}
    return facts.raters | facts.writers | set_by


def former_examiners(facts: Facts) -> frozenset[UUID]:
    """Whoever examined in this very case before, and does no more. Reads people."""
    own = (part for part in facts.parts if part.relation == EXAMINER and not part.in_parent)
    return frozenset(part.person_id for part in own if part.has_ended)
