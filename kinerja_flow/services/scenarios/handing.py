"""The verb that passes appraisals on to another assessor, and the history that it leaves."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from kinerja_flow.errors import Refused
from kinerja_flow.models import Participant
from kinerja_flow.services import succession
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.registry import expectation, verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import CaseRef, PersonField
from workflows.fields import Listed, Record, Text


class HandOverRecord(Record):
    old = PersonField(required=True, data_key="from")
    new = PersonField(required=True, data_key="to")
    ground = Text(40, required=True)
    of = Listed(PersonField(), alone=True, most=200)


@verb(fields.Nested(HandOverRecord), "as")
def hand_over(stage: Stage, step: Step) -> None:
    """The appraisals in which one is the assessor, or only those of some people, pass on to
    another; refused with all that keeps any of them from it."""
    given = step.given
    old, new = stage.people[given["old"]], stage.people[given["new"]]
    cases = [stage.case_at(CaseRef(name)) for name in given["of"]] if "of" in given else None
    report = succession.hand_over(stage.actor(step), old, new, given["ground"], cases)
    if report.refused:
        raise Refused([blocker for found in report.refused.values() for blocker in found])


@expectation(Listed(PersonField(), most=100))
def assessors(look: Look, _: Any) -> Any:
    """Everybody who assesses or assessed in the appraisal, in the order in which they began."""
    p = Participant
    found = look.rows(p, p.from_at, p.id, p.person_id, p.relation)
    began = sorted(row for row in found if row.relation == "assessor" and row.from_at)
    return [look.stage.name_of(row.person_id) for row in began]
