"""Rules about who takes part, who has answered, and which acts came before."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.rules.pools import may_be_named
from kinerja_flow.rules.registry import Ask, rule
from workflows import Ref, Whole


class OfRelation(Schema):
    relation = Ref("relation", person=True, required=True)


class Answered(Schema):
    instrument = Ref("instrument", required=True)
    by = Ref("relation", person=True, required=True)


class OfAction(Schema):
    action = Ref("action", required=True)


class Nominees(Schema):
    field = Ref("field", takes=("person", "people"), required=True)
    relation = Ref("relation", person=True, required=True)


class OfMachine(Schema):
    machine = Ref("child_machine", required=True)


class AtLeastOf(Schema):
    machine = Ref("child_machine", required=True)
    least = Whole(0, 100, load_default=1)


def active(facts: Facts, relation: str) -> frozenset[UUID]:
    return facts.people.get(relation, frozenset())


def given_people(ask: Ask, field: str) -> list[UUID]:
    """Those whom the actor named in an input, whether it takes one person or several."""
    named = ask.inputs.get(field) or ()
    return [named] if isinstance(named, UUID) else list(named)


@rule(
    "people",
    "gone",
    params=OfRelation,
    satisfied_by="Confirm as many people as the template's relation asks for.",
)
def enough_people(ask: Ask, relation: str) -> Iterator[Blocker]:
    """At least the template's minimum of confirmed people stand in the relation; who has left the
    agency does not count."""
    use = ask.facts.definition.relations.get(relation)
    least = use.min if use else 1
    found = len(active(ask.facts, relation) - ask.facts.gone)
    if found < least:
        params = {"relation": relation, "least": least, "found": found}
        who = (use.confirmed_by if use else None) or "hr"
        yield Blocker("enough_people", relation, (who,), params)


@rule(
    "people",
    "eligible",
    "pools",
    "writers",
    params=Nominees,
    satisfied_by="Name people of the relation's pool, within its limits.",
    asks_inputs=True,
)
def nominees_eligible(ask: Ask, field: str, relation: str) -> Iterator[Blocker]:
    """Those named in `field` are of the relation's pool, not the employee themself, hold no other
    office in the case (assessor, reviewer, examiner, chair), and keep to the template's limits."""
    named, people = ask.inputs.get(field), given_people(ask, field)
    fit = may_be_named(ask.facts, relation)
    if wrong := [person for person in people if person not in fit]:
        yield Blocker("nominees_eligible", field, ask.action.by, {"count": len(wrong)})
    use = ask.facts.definition.relations.get(relation)
    if use and use.max is not None and len(people) > use.max:
        yield Blocker("nominees_eligible.most", field, ask.action.by, {"most": use.max})
    if use and not isinstance(named, UUID) and len(people) < use.min:
        yield Blocker("nominees_eligible.least", field, ask.action.by, {"least": use.min})


@rule(
    "people",
    "sheets",
    params=Answered,
    satisfied_by="Everybody in the relation answers every criterion of the instrument.",
)
def answered(ask: Ask, instrument: str, by: str) -> Iterator[Blocker]:
    """Everybody who stands in the relation `by` has answered the instrument in full.

    Only for relations whose answers are not anonymous: elsewhere it would tell who is late, and
    so it asks for nothing there.
    """
    use = ask.facts.definition.relations.get(by)
    if use is not None and use.anonymous:
        return
    asked = active(ask.facts, by)
    if asked - in_full(ask.facts, instrument, by) or not asked:
        yield Blocker("answered", instrument, (by,), {"instrument": instrument, "by": by})


def in_full(facts: Facts, instrument: str, relation: str) -> frozenset[UUID]:
    """Those who have answered every criterion of the instrument in this relation."""
    wanted = set(facts.criteria[instrument])
    return frozenset(
        sheet.rater_id
        for sheet in facts.sheets
        if (sheet.instrument, sheet.relation) == (instrument, relation)
        and wanted <= set(sheet.answers)
    )


@rule("acts", params=OfAction, satisfied_by="The named action is taken on this case.")
def done(ask: Ask, action: str) -> Iterator[Blocker]:
    """The named action was taken on this case, or on its parent, at some time before."""
    kind, _, name = action.rpartition(".")
    kind = kind or ask.facts.case.kind
    if not any((act.kind, act.action) == (kind, name) for act in ask.facts.acts):
        by = ask.facts.definition.machines[kind].actions[name].by
        yield Blocker("done", name, by, {"action": name})


@rule(
    "children",
    params=OfMachine,
    satisfied_by="Every child case of the kind comes to its end.",
)
def all_children_closed(ask: Ask, machine: str) -> Iterator[Blocker]:
    """No child case of this kind is still under way."""
    left = sum(child.kind == machine and not child.is_closed for child in ask.facts.children)
    if left:
        yield Blocker("all_children_closed", machine, ("hr",), {"kind": machine, "count": left})


@rule(
    "children",
    params=AtLeastOf,
    satisfied_by="So many child cases of the kind are opened and come to their end.",
)
def children_closed(ask: Ask, machine: str, least: int) -> Iterator[Blocker]:
    """At least `least` child cases of this kind (default 1) came to their end.

    One whose period begins only after the case's own has ended does not count.
    Source: PermenPANRB 6/2022, evaluasi periodik beside the yearly evaluation.
    """
    inside = (c for c in ask.facts.children if c.from_on <= ask.facts.case.until_on)
    found = sum(child.kind == machine and child.is_closed for child in inside)
    if found < least:
        params = {"kind": machine, "least": least, "found": found}
        yield Blocker("children_closed", machine, ("assessor", "hr"), params)


@rule(
    "people",
    params=OfRelation,
    satisfied_by="HR appoints somebody to stand in the relation.",
)
def somebody_is(ask: Ask, relation: str) -> Iterator[Blocker]:
    """Somebody stands in the relation: an examiner is found, an assessor appointed."""
    if not active(ask.facts, relation):
        yield Blocker("somebody_is", relation, ("hr",), {"relation": relation})
