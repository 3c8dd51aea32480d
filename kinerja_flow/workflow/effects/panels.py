"""Effects on who takes part while it is under way: stepping aside, joining, being present."""

from __future__ import annotations

from marshmallow import Schema

from kinerja_flow.errors import Blocker, Refused
from kinerja_flow.workflow.draft import Draft
from kinerja_flow.workflow.effects.people import (
    Named,
    add_parts,
    named_in,
    newcomers,
    parts_of,
    recuse,
)
from kinerja_flow.workflow.effects.registry import effect
from workflows import Ref


class OfRelation(Schema):
    relation = Ref("relation", person=True, required=True)


@effect("people", params=OfRelation)
def step_aside(draft: Draft, relation: str) -> None:
    """Whoever acts ends their own part in the relation: declines to answer, or recuses themself.

    What they have answered so far, and nobody else has read, is removed.
    """
    standing = [part for part in parts_of(draft, relation) if part.is_active]
    own = [part for part in standing if part.person_id == draft.actor.person_id]
    if not own:
        raise Refused([Blocker("step_aside", None, ("hr",), {"relation": relation})])
    for part in own:
        recuse(draft, part)
    left = {part.person_id for part in own}
    draft.people[relation] = draft.people[relation] - left
    draft.change["stepped_aside"] = {relation: [str(person) for person in left]}


@effect("people", "eligible", "pools", "writers", "line", params=Named, requires=("room_to_join",))
def join(draft: Draft, relation: str, field: str) -> None:
    """Let the people named in `field` take part from now on beside those who do, within the
    template's maximum: in place of somebody who stepped aside or left."""
    named = newcomers(draft, relation, field)
    add_parts(draft, relation, named, active=True)
    draft.people[relation] = draft.people.get(relation, frozenset()) | set(named)
    draft.change["joined"] = {relation: [str(person) for person in named]}


@effect("people", params=Named)
def note_present(draft: Draft, relation: str, field: str) -> None:
    """Keep in the history who of the relation was present: a joint judgement is theirs, and of
    nobody who was absent. What may be named in `field` is for the rule `quorum_present`."""
    draft.change["present"] = {relation: [str(person) for person in named_in(draft, field)]}
