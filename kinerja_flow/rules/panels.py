"""Rules about an assessor team (tim penilai): who is present, and whether they are enough."""

from __future__ import annotations

from collections.abc import Iterator

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.rules.people import active, given_people, in_full
from kinerja_flow.rules.registry import Ask, rule
from workflows import Ref


class Present(Schema):
    field = Ref("field", takes=("person", "people"), required=True)
    relation = Ref("relation", person=True, required=True)
    chair = Ref("relation", person=True, load_default=None)


class Answering(Schema):
    instrument = Ref("instrument", required=True)
    relation = Ref("relation", person=True, required=True)


def quorum_of(facts: Facts, relation: str) -> int:
    """How many of the relation must take part; the checker sees to it that the template says."""
    use = facts.definition.relations.get(relation)
    return (use.quorum if use else None) or 1


@rule(
    "people",
    "gone",
    params=Present,
    satisfied_by="Name those present: members of the team, at least as many as its quorum.",
    asks_inputs=True,
)
def quorum_present(ask: Ask, field: str, relation: str, chair: str | None) -> Iterator[Blocker]:
    """Those named in `field` stand in the relation, have not left, and are at least its quorum.

    With `chair`, whoever stands in that relation counts as a member, and is one of them.
    """
    present, by = frozenset(given_people(ask, field)), ask.action.by
    leading = active(ask.facts, chair) if chair else frozenset()
    members = (active(ask.facts, relation) | leading) - ask.facts.gone
    if strangers := present - members:
        wrong = {"relation": relation, "count": len(strangers)}
        yield Blocker("quorum_present.strangers", field, by, wrong)
    if chair and not present & leading:
        yield Blocker("quorum_present.chair", field, by, {"relation": chair})
    least, found = quorum_of(ask.facts, relation), len(present & members)
    if found < least:
        params = {"relation": relation, "least": least, "found": found, "members": len(members)}
        yield Blocker("quorum_present", field, by, params)


@rule(
    "people",
    "sheets",
    params=Answering,
    satisfied_by="As many members as the quorum answer every criterion of the instrument.",
)
def quorum_answered(ask: Ask, instrument: str, relation: str) -> Iterator[Blocker]:
    """At least the quorum of those in the relation have answered the instrument in full.

    Only for relations whose answers are not anonymous: elsewhere it would tell who is late.
    """
    full = active(ask.facts, relation) & in_full(ask.facts, instrument, relation)
    least = quorum_of(ask.facts, relation)
    if len(full) < least:
        params = {"instrument": instrument, "relation": relation, "least": least}
        params |= {"found": len(full)}
        yield Blocker("quorum_answered", instrument, (relation,), params)
