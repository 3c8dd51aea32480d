"""The verb that writes the steps of an improvement plan, and says what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.db import transaction
from kinerja_flow.models import FollowUpStep
from kinerja_flow.services import steps as improvement
from kinerja_flow.services.scenarios.entries import seen
from kinerja_flow.services.scenarios.naming import (
    CALLED,
    NameField,
    OneOrMore,
    call,
    entry_for,
    id_of,
    record_of,
)
from kinerja_flow.services.scenarios.registry import verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import Given
from kinerja_flow.services.step_forms import DROPPED, OUTCOME, PLANNED
from workflows.fields import Flag

KIND = "improvement"
_MORE = {**OUTCOME.fields, **DROPPED.fields}
_Step = record_of(PLANNED, id=NameField(), removed=Flag(), **dict.fromkeys(_MORE, Given()))


@verb(OneOrMore(_Step), "version", needs=("as",))
def steps(stage: Stage, step: Step) -> None:
    """Write a step of an improvement plan; with `id`, say what came of one (`outcome`, `done_on`),
    why it is dropped (`reason`), that it is `removed`, or what it says instead."""
    case_id = stage.the_case(step)
    for said in step.given:
        if "id" in said:
            _change(stage, step, case_id, said)
        else:
            entry = entry_for(stage, case_id, PLANNED, {}, said)
            call(stage, case_id, KIND, said, improvement.add(case_id, stage.actor(step), entry))


def _change(stage: Stage, step: Step, case_id: UUID, said: Mapping[str, Any]) -> None:
    step_id, actor = id_of(stage, case_id, KIND, said["id"]), stage.actor(step)
    version = seen(step, _present(step_id))
    words = {name: value for name, value in said.items() if name not in ("id", "removed", CALLED)}
    if said.get("removed"):
        improvement.remove(case_id, actor, step_id, version)
    elif "reason" in words:
        improvement.drop(case_id, actor, step_id, words, version)
    elif words.keys() & OUTCOME.fields.keys():
        improvement.finish(case_id, actor, step_id, words, version)
    else:
        improvement.correct(case_id, actor, step_id, words, version)


def _present(step_id: UUID) -> int:
    with transaction() as session:
        of = FollowUpStep.id == step_id
        return session.scalars(select(FollowUpStep.version).where(of)).one()
