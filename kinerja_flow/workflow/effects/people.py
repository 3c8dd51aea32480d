"""Effects on who takes part: proposing, confirming, appointing, and moving a window."""

from __future__ import annotations

from collections.abc import Iterable, Set
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.db import new_id
from kinerja_flow.errors import Blocker, Refused
from kinerja_flow.facts import Part
from kinerja_flow.models import Participant, Sheet
from kinerja_flow.rules.pools import in_office, may_be_named
from kinerja_flow.workflow.draft import Draft
from kinerja_flow.workflow.effects.registry import effect
from kinerja_flow.workflow.succession import Succession, succeed
from workflows import Ref

#: Whoever acts by this office names others, never themself.
OFFICE = "hr"


class Named(Schema):
    relation = Ref("relation", person=True, required=True)
    field = Ref("field", takes=("person", "people"), required=True)


class Appointed(Schema):
    relation = Ref("relation", person=True, required=True)
    field = Ref("field", takes=("person",), required=True)


class Replaced(Schema):
    relation = Ref("relation", person=True, required=True)
    leaves = Ref("field", takes=("person",), required=True)
    joins = Ref("field", takes=("person",), required=True)


class Extension(Schema):
    window = Ref("window", required=True)
    field = Ref("field", takes=("date",), required=True)


def parts_of(draft: Draft, relation: str) -> list[Part]:
    """The parts in the relation that the case itself has: proposed or standing, none ended."""
    own = (p for p in draft.facts.parts if not (p.in_parent or p.has_ended))
    return [part for part in own if part.relation == relation]


def named_in(draft: Draft, field_name: str) -> list[UUID]:
    given = draft.inputs.get(field_name)
    if given is None:
        return []
    return [given] if isinstance(given, UUID) else list(given)


def newcomers(draft: Draft, relation: str, field_name: str) -> list[UUID]:
    """The people named to take part: whatever a template leaves unasked, people of the relation's
    pool; where it states none, of the agency, or officials above the employee."""
    facts = draft.facts
    above = () if relation in facts.pools else facts.line
    known = {*above} - in_office(facts, relation)
    return _only(draft, field_name, may_be_named(facts, relation), known)


def _only(draft: Draft, field_name: str, *known: Set[UUID]) -> list[UUID]:
    """The people named in an input, refused where somebody is in none of the known groups, or
    where a substitute or an officer names themself."""
    named = named_in(draft, field_name)
    barred = draft.actor.person_id if draft.grant or draft.capacity == OFFICE else None
    strangers = sum(
        person == barred or not any(person in group for group in known) for person in named
    )
    if strangers:
        params = {"count": strangers}
        raise Refused([Blocker("nominees_eligible", field_name, draft.action.by, params)])
    return named


def add_parts(draft: Draft, relation: str, people: Iterable[UUID], *, active: bool) -> None:
    for person in people:
        draft.insert(
            Participant,
            **draft.case_key,
            id=new_id(),
            relation=relation,
            person_id=person,
            ground=draft.action.name,
            proposed_by=draft.actor.person_id,
            from_at=draft.facts.now if active else None,
            until_at=None,
        )


def match_of(draft: Draft, part: Part) -> dict[str, object]:
    return {**draft.case_key, "id": part.id}


def recuse(draft: Draft, part: Part) -> None:
    """End a rater's part; what they have answered so far, and nobody else has read, is removed."""
    draft.update(Participant, match_of(draft, part), until_at=draft.facts.now)
    draft.delete(Sheet, **draft.home_key, relation=part.relation, rater_id=part.person_id)


@effect(
    "people", "eligible", "pools", "writers", "line", params=Named, requires=("enough_candidates",)
)
def nominate(draft: Draft, relation: str, field: str) -> None:
    """Propose the people named in `field` for a relation, in place of earlier proposals."""
    for part in parts_of(draft, relation):
        if not part.is_active:
            draft.delete(Participant, **match_of(draft, part))
    named = newcomers(draft, relation, field)
    add_parts(draft, relation, named, active=False)
    draft.change["nominated"] = {relation: [str(person) for person in named]}


@effect(
    "people", "eligible", "pools", "writers", "line", params=Named, requires=("enough_candidates",)
)
def confirm(draft: Draft, relation: str, field: str) -> None:
    """Let the people named in `field` take part from now on; proposals left out are dropped."""
    named = newcomers(draft, relation, field)
    known = set()
    for part in parts_of(draft, relation):
        if part.person_id in named:
            known.add(part.person_id)
            if not part.is_active:
                draft.update(Participant, match_of(draft, part), from_at=draft.facts.now)
        elif part.is_active:
            recuse(draft, part)
        else:
            draft.delete(Participant, **match_of(draft, part))
    add_parts(draft, relation, [p for p in named if p not in known], active=True)
    draft.people[relation] = frozenset(named)
    draft.change["confirmed"] = {relation: [str(person) for person in named]}


@effect("people", "eligible", "pools", "writers", "line", params=Appointed)
def appoint(draft: Draft, relation: str, field: str) -> None:
    """Let the one person named in `field` stand in the relation from now on; the part of whoever
    stood in it ends, and stays on record.

    Whoever assessed before becomes `former_assessor`, where the template declares that relation.
    """
    facts = draft.facts
    named = _only(draft, field, facts.pools.get(relation, facts.eligible | set(facts.line)))
    new = named[0] if named else None
    done = succeed(facts, Succession(relation, new, draft.action.name, draft.actor.person_id))
    draft.writes += done.writes
    draft.people |= done.people
    draft.change["appointed"] = {relation: [str(person) for person in named]}
    draft.change["succession"] = {**draft.change.get("succession", {}), **done.change}


@effect("people", "eligible", "pools", "writers", "line", params=Replaced)
def replace_part(draft: Draft, relation: str, leaves: str, joins: str) -> None:
    """End the part of the person named in `leaves` and begin that of the one named in `joins`.

    What whoever leaves has answered so far, and nobody else has read, is removed.
    """
    out, into = named_in(draft, leaves), newcomers(draft, relation, joins)
    standing = set()
    for part in parts_of(draft, relation):
        if part.person_id in out:
            recuse(draft, part)
        elif part.is_active:
            standing.add(part.person_id)
    add_parts(draft, relation, [person for person in into if person not in standing], active=True)
    draft.people[relation] = (draft.people.get(relation, frozenset()) - set(out)) | set(into)
    draft.change["replaced"] = {relation: [[str(p) for p in out], [str(p) for p in into]]}


@effect(params=Extension)
def extend_window(draft: Draft, window: str, field: str) -> None:
    """Move the last day of a window to the date in `field`, if one is given, for this case alone.

    Whether it may also move back is the template's choice: see the rule `day_extends_window`.
    """
    until = draft.inputs.get(field)
    if until is None:
        return
    span = draft.facts.windows[window]
    moved = [span.opens_on.isoformat(), until.isoformat()]
    draft.sets["windows"] = {**(draft.facts.case.windows or {}), window: moved}
    draft.change["window"] = {window: [span.closes_on.isoformat(), until.isoformat()]}
