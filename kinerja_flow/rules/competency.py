"""Rules about gaps in competencies, and the trainings that are proposed for them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.rules.registry import Ask, rule
from kinerja_flow.scoring import competencies_of
from kinerja_flow.scoring.figures import exact
from workflows import Exact, Ref
from workflows.profiles import trainings_for


class Gap(Schema):
    node = Ref("node", required=True)
    least = Exact(least=0, load_default=Fraction)


class OfTrainings(Schema):
    field = Ref("field", takes=("trainings",), required=True)


@rule(
    "material",
    params=Gap,
    satisfied_by="The person stays below the post's standard by so much in some competency.",
)
def has_gap(ask: Ask, node: str, least: Fraction) -> Iterator[Blocker]:
    """In some competency of the step `node` (a `competency_fit`) the person stays below what the
    post requires, by at least `least` (an exact number; without it, by however little).

    Source: PermenPANRB 38/2017; a gap is the ground of developing a competency (PP 11/2017
    article 203).
    """
    gaps = (one.gap for one in competencies_of(ask.facts.score().nodes[node]))
    if not any(gap and gap >= least for gap in gaps):
        yield Blocker("has_gap", None, (), {"part": node, "least": exact(least)})


@rule(
    params=OfTrainings,
    satisfied_by="Name trainings that are for people of this post.",
    asks_inputs=True,
)
def trainings_apply(ask: Ask, field: str) -> Iterator[Blocker]:
    """The trainings in `field` are for people of the employee's post and rank, as their
    `applies_to` says. An input that takes trainings asks for it whatever a template says."""
    fit = {one.key for one in trainings_for(ask.facts.definition, ask.facts.case.profile)}
    wrong = [key for key in ask.inputs.get(field) or () if key not in fit]
    if wrong:
        yield Blocker("trainings_apply", field, ask.action.by, {"trainings": ", ".join(wrong)})
