"""Effects on who takes part: proposing, confirming, appointing, and moving a window."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.db import new_id
from kinerja_flow.errors import Blocker, Refused
from kinerja_flow.facts import Part
from kinerja_flow.models import Participant, Sheet
from kinerja_flow.workflow.draft import Draft
from kinerja_flow.workflow.effects.registry import effect
from kinerja_flow.workflow.succession import Succession, succeed
from workflows import Ref


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


def _parts(draft: Draft, relation: str) -> list[Part]:
    return [p for p in draft.facts.parts if p.relation == relation and not p.in_parent]


def _named(draft: Draft, field_name: str) -> list[UUID]:
    given = draft.inputs.get(field_name)
    if given is None:
        return []
    return [given] if isinstance(given, UUID) else list(given)


def _newcomers(draft: Draft, field_name: str) -> list[UUID]:
    """The people named to take part: whatever a template leaves unasked, people of the agency who
    have not left, or officials above the employee; nobody whom a substitute names is themself."""
    named = _named(draft, field_name)
    known = draft.facts.eligible | set(draft.facts.line)
    if draft.grant is not None:
        known -= {draft.actor.person_id}
    if strangers := [person for person in named if person not in known]:
        params = {"count": len(strangers)}
        raise Refused([Blocker("nominees_eligible", field_name, draft.action.by, params)])
    return named


def _add(draft: Draft, relation: str, people: Iterable[UUID], *, active: bool) -> None:
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


def _match(draft: Draft, part: Part) -> dict[str, object]:
    return {**draft.case_key, "id": part.id}


def _recuse(draft: Draft, part: Part) -> None:
    """End a rater's part; what they have answered so far, and nobody else has read, is removed."""
    draft.update(Participant, _match(draft, part), until_at=draft.facts.now)
    draft.delete(Sheet, **draft.home_key, relation=part.relation, rater_id=part.person_id)


@effect("people", "eligible", "line", params=Named)
def nominate(draft: Draft, relation: str, field: str) -> None:
    """Propose the people named in `field` for a relation, in place of earlier proposals."""
    for part in _parts(draft, relation):
        if not part.is_active:
            draft.delete(Participant, **_match(draft, part))
    named = _newcomers(draft, field)
    _add(draft, relation, named, active=False)
    draft.change["nominated"] = {relation: [str(person) for person in named]}


@effect("people", "eligible", "line", params=Named)
def confirm(draft: Draft, relation: str, field: str) -> None:
    """Let the people named in `field` take part from now on; proposals left out are dropped."""
    named = _newcomers(draft, field)
    known = set()
    for part in _parts(draft, relation):
        if part.person_id in named:
            known.add(part.person_id)
            if not part.is_active:
                draft.update(Participant, _match(draft, part), from_at=draft.facts.now)
        elif part.is_active:
            _recuse(draft, part)
        else:
            draft.delete(Participant, **_match(draft, part))
    _add(draft, relation, [p for p in named if p not in known], active=True)
    draft.people[relation] = frozenset(named)
    draft.change["confirmed"] = {relation: [str(person) for person in named]}


@effect("people", "eligible", "line", params=Appointed)
def appoint(draft: Draft, relation: str, field: str) -> None:
    """Let the one person named in `field` stand in the relation from now on; the part of whoever
    stood in it ends, and stays on record.

    Whoever assessed before becomes `former_assessor`, where the template declares that relation.
    """
    named = _newcomers(draft, field)
    new = named[0] if named else None
    done = succeed(draft.facts, Succession(relation, new, draft.action.name, draft.actor.person_id))
    draft.writes += done.writes
    draft.people |= done.people
    draft.change["appointed"] = {relation: [str(person) for person in named]}
    draft.change["succession"] = {**draft.change.get("succession", {}), **done.change}


@effect("people", "eligible", "line", params=Replaced)
def replace_part(draft: Draft, relation: str, leaves: str, joins: str) -> None:
    """End the part of the person named in `leaves` and begin that of the one named in `joins`.

    What whoever leaves has answered so far, and nobody else has read, is removed.
    """
    out, into = _named(draft, leaves), _newcomers(draft, joins)
    standing = set()
    for part in _parts(draft, relation):
        if part.person_id in out:
            _recuse(draft, part)
        elif part.is_active:
            standing.add(part.person_id)
    _add(draft, relation, [person for person in into if person not in standing], active=True)
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
