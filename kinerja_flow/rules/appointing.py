"""Rules about who may be appointed to a part, and who may take somebody's place in one."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.policy.grants import DELEGABLE
from kinerja_flow.policy.raters import deciders, former_examiners, side_raters
from kinerja_flow.rules.people import active
from kinerja_flow.rules.registry import Ask, rule
from workflows import Ref
from workflows.vocabulary import EXAMINER

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
    "writers",
    params=Appointment,
    satisfied_by="Name an employee of the agency, or an official above the employee, who may.",
    asks_inputs=True,
)
def appointable(ask: Ask, field: str, relation: str) -> Iterator[Blocker]:
    """The person named in `field` may stand in the relation: an employee of the agency or an
    official above the employee, never the employee themself.

    An examiner is not the assessor, was not before, and has set no result of the appraisal, nor
    did anybody on their behalf (PP 30/2019 article 59), nor examined this objection before, on a
    lower level or until somebody else was appointed; an assessor or chair examines no objection to
    it; a reviewer is not the assessor; and none of them takes part as a rater of another kind,
    such as a peer.
    """
    person = ask.inputs.get(field)
    if isinstance(person, UUID):
        yield from unfit(ask.facts, relation, person, field, ask.action.by)


def unfit(
    facts: Facts, relation: str, person: UUID, field: str, by: tuple[str, ...]
) -> Iterator[Blocker]:
    """What keeps somebody from a part in a case: they are nobody here, or kept apart from it.

    Reads people, eligible, line and, for an examiner, results and writers.
    """
    if person not in facts.eligible | set(facts.line):
        yield Blocker("appointable.stranger", field, by, {"relation": relation})
    elif person in _kept_apart(facts, relation):
        yield Blocker("appointable", field, by, {"relation": relation})


def _kept_apart(facts: Facts, relation: str) -> set[UUID | None]:
    names = ("employee", *APART.get(relation, ()))
    barred: set[UUID | None] = {person for name in names for person in active(facts, name)}
    if relation in DELEGABLE:
        barred |= side_raters(facts)
    if relation == EXAMINER:
        barred |= deciders(facts) | former_examiners(facts)
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
