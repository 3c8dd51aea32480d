"""What a step may expect people to see: feedback, tasks, and how far the briefing has reached."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from kinerja_flow.errors import NotFound
from kinerja_flow.policy import Actor
from kinerja_flow.services.feedback import feedback_for
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.reach import reach as reach_of
from kinerja_flow.services.remarks import Remarks
from kinerja_flow.services.running import running_score
from kinerja_flow.services.scenarios.expectations import Names, figure
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.registry import expectation
from kinerja_flow.services.scenarios.words import Figure, PersonField
from kinerja_flow.services.tasks import CaseTask, my_tasks
from workflows.fields import Entries, Listed, Record, Text, Whole

#: What stands for a briefing among somebody's tasks.
BRIEFING = "briefing"


class SeenRecord(Record):
    strengths = Listed(Text(2000), most=100)
    improvements = Listed(Text(2000), most=100)
    notes = Listed(Text(2000), most=100)
    recognitions = Listed(Text(2000), most=100)
    replies = Listed(Text(2000), most=100)


@expectation(Entries(fields.Nested(SeenRecord), keys=PersonField(), most=200))
def feedback(look: Look, expected: Any) -> Any:
    """The texts of the feedback on the appraisal that each of these people sees, by list."""
    return {name: _seen(look, name, lists) for name, lists in expected.items()}


def _seen(look: Look, name: str, lists: Any) -> dict[str, list[str]]:
    try:
        found = feedback_for(look.facts.case.id, _actor(look, name)).all
    except NotFound:  # whoever may not know of the appraisal sees nothing
        found = Remarks.of(())
    said = {
        one: [remark.text for remark in getattr(found, one)] for one in lists if one != "replies"
    }
    if "replies" in lists:
        said["replies"] = [reply.text for remark in found for reply in remark.replies]
    return said


@expectation(Entries(Entries(Names(), keys=Text(100)), keys=PersonField(), most=200), of_case=False)
def tasks(look: Look, expected: Any) -> Any:
    """Everything that each of these people can do at once, case by case: actions by name,
    instruments that are not done yet; the roles of an unread briefing under `briefing`."""
    return {name: _tasks(look, name) for name in expected}


def _tasks(look: Look, name: str) -> dict[str, list[str]]:
    found = my_tasks(_actor(look, name))
    said = {look.stage.case_name(task.case_id): _doable(task) for task in found.cases}
    roles = [role.role for one in found.briefings for role in one.unread]
    return {case: names for case, names in {**said, BRIEFING: sorted(roles)}.items() if names}


def _doable(task: CaseTask) -> list[str]:
    answers = [one.key for one in task.answers if not one.is_done]
    return sorted([*(offer.action.name for offer in task.ready), *answers])


@expectation(Entries(Figure(allow_none=True), most=100))
def running(look: Look, expected: Any) -> Any:
    """What steps of the score stand at while it is in the making, as the employee sees them."""
    subject = look.stage.name_of(look.facts.case.subject_id)
    assert subject is not None, "everybody in a scenario has a name"
    seen = running_score(look.facts.case.id, _actor(look, subject)).steps
    return {node.name: figure(node.value) for node in seen if node.name in expected}


@expectation(Entries(Listed(Whole(0, 100_000), least=2, most=2), keys=Text(40)), of_case=False)
def reach(look: Look, expected: Any) -> Any:
    """How many have read the briefing of the cycle and how many are asked to, by role."""
    assert look.stage.cycle_id is not None
    officer = Actor(agency_id=look.stage.agency_id, roles=frozenset({"hr"}))
    totals: dict[str, list[int]] = {}
    for unit in reach_of(look.stage.cycle_id, officer):
        if unit.parent_id is None:
            for role, counts in unit.roles.items():
                before = totals.get(role, [0, 0])
                totals[role] = [before[0] + counts[0], before[1] + counts[1]]
    return {role: totals.get(role, [0, 0]) for role in expected}


def _actor(look: Look, name: str) -> Actor:
    return actor_for(look.stage.agency_id, look.stage.people[name])
