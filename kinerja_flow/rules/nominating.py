"""Rules about the people whom somebody names: enough to choose from, room for one more."""

from __future__ import annotations

from collections.abc import Iterator

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.rules.people import OfRelation, active, given_people
from kinerja_flow.rules.pools import OFFICES, may_be_named
from kinerja_flow.rules.registry import Ask, rule
from workflows import Ref


class Joining(Schema):
    relation = Ref("relation", person=True, required=True)
    field = Ref("field", takes=("person", "people"), required=True)


class Standing(Schema):
    field = Ref("field", takes=("person", "people"), required=True)
    relation = Ref("relation", person=True, required=True)


@rule(
    "people",
    "eligible",
    "pools",
    "writers",
    params=OfRelation,
    satisfied_by="The agency has as many people in the pool as the relation's minimum.",
)
def enough_candidates(ask: Ask, relation: str) -> Iterator[Blocker]:
    """The relation's pool holds at least its minimum of people today.

    `nominate` and `confirm` ask for it whatever a template says, so that a unit that is too small
    is told at once, and not when the names are handed in.
    """
    use = ask.facts.definition.relations.get(relation)
    least = use.min if use else 0
    found = len(may_be_named(ask.facts, relation)) if least else 0
    if found < least:
        params = {"relation": relation, "least": least, "found": found}
        yield Blocker("enough_candidates", None, ("hr",), params)


@rule(
    "people",
    "eligible",
    "pools",
    "writers",
    params=Joining,
    satisfied_by="Name people of the relation's pool who do not stand in it, as many as it takes.",
    asks_inputs=True,
)
def room_to_join(ask: Ask, relation: str, field: str) -> Iterator[Blocker]:
    """Those named in `field` are of the relation's pool, do not stand in it yet, and with them it
    has no more than its maximum. The effect `join` asks for it whatever a template says."""
    people, present = given_people(ask, field), active(ask.facts, relation)
    fit, by = may_be_named(ask.facts, relation), ask.action.by
    if wrong := [person for person in people if person not in fit]:
        yield Blocker("nominees_eligible", field, by, {"count": len(wrong)})
    if any(person in present for person in people):
        yield Blocker("room_to_join.present", field, by, {"relation": relation})
    use = ask.facts.definition.relations.get(relation)
    most = 1 if relation in OFFICES else (use.max if use else None)
    total = len(present.union(people))
    if most is not None and total > most:
        params = {"relation": relation, "most": most, "found": len(present)}
        yield Blocker("room_to_join", field, by, params)


@rule(
    "people",
    params=Standing,
    satisfied_by="Name people who stand in the relation.",
    asks_inputs=True,
)
def stands_in(ask: Ask, field: str, relation: str) -> Iterator[Blocker]:
    """Everybody named in `field` stands in the relation now: a chair is one of the members."""
    strangers = set(given_people(ask, field)) - active(ask.facts, relation)
    if strangers:
        params = {"relation": relation, "count": len(strangers)}
        yield Blocker("stands_in", field, ask.action.by, params)
