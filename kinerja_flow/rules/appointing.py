"""Rules about who may be appointed to a part, and who may take somebody's place in one."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.rules.people import active
from kinerja_flow.rules.registry import Ask, rule
from workflows import Ref

#: Who may not at the same time stand in a relation, beside the employee, who never may.
APART = {
    "examiner": ("assessor",),
    "assessor": ("examiner",),
    "reviewer": ("assessor", "examiner"),
    "chair": ("examiner",),
}


class Appointment(Schema):
    field = Ref("field", takes=("person",), required=True)
    relation = Ref("relation", person=True, required=True)


class Replacement(Schema):
    relation = Ref("relation", person=True, required=True)
    leaves = Ref("field", takes=("person",), required=True)
    joins = Ref("field", takes=("person",), required=True)


@rule(
    "people",
    "eligible",
    "line",
    "results",
    params=Appointment,
    satisfied_by="Name an employee of the agency, or an official above the employee, who may.",
    asks_inputs=True,
)
def appointable(ask: Ask, field: str, relation: str) -> Iterator[Blocker]:
    """The person named in `field` may stand in the relation: an employee of the agency or an
    official above the employee, never the employee themself.

    An examiner is not the assessor and has set no result of the appraisal (PP 30/2019 article
    59); an assessor or chair examines no objection to it; a reviewer is not the assessor.
    """
    person = ask.inputs.get(field)
    if not isinstance(person, UUID):
        return
    if person not in ask.facts.eligible | set(ask.facts.line):
        yield Blocker("appointable.stranger", field, ask.action.by, {"relation": relation})
    elif person in _kept_apart(ask.facts, relation):
        yield Blocker("appointable", field, ask.action.by, {"relation": relation})


def _kept_apart(facts: Facts, relation: str) -> set[UUID | None]:
    names = ("employee", *APART.get(relation, ()))
    barred: set[UUID | None] = {person for name in names for person in active(facts, name)}
    if relation == "examiner":
        barred |= {*facts.raters, *(result.decided_by for result in facts.results)}
    return barred


@rule(
    "people",
    params=Replacement,
    satisfied_by="Name somebody who stands in the relation, and somebody new in their place.",
    asks_inputs=True,
)
def replacement_fits(ask: Ask, relation: str, leaves: str, joins: str) -> Iterator[Blocker]:
    """Whoever leaves stands in the relation, and whoever joins does not stand in it yet."""
    present = active(ask.facts, relation)
    if ask.inputs.get(leaves) not in present:
        yield Blocker("replacement_fits", leaves, ask.action.by, {"relation": relation})
    if ask.inputs.get(joins) in present:
        yield Blocker("replacement_fits.joins", joins, ask.action.by, {"relation": relation})
