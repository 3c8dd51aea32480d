"""The verb of raters: they read their sheet, with what is promised to them, and answer."""

from __future__ import annotations

from kinerja_flow.services import answers
from kinerja_flow.services.scenarios.entries import seen
from kinerja_flow.services.scenarios.registry import verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from workflows.fields import Text


@verb(Text(40), "with", "version", "told", needs=("as",))
def answer(stage: Stage, step: Step) -> None:
    """Answer criteria of an instrument: each a level, or {value, comment}."""
    case_id, actor = stage.the_case(step), stage.actor(step)
    said = {
        criterion: value if isinstance(value, dict) else {"value": value}
        for criterion, value in step.inputs.items()
    }
    version = None
    if step.version is not None or step.told:
        sheet = answers.my_sheet(case_id, actor, step.given)
        version = None if step.version is None else seen(step, sheet.version)
    answers.answer(case_id, actor, answers.Answers(step.given, said, version, step.told))
