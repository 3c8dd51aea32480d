"""The verbs of what people say to each other: feedback, private notes, the briefing, questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from kinerja_flow.db import reading
from kinerja_flow.models import BriefingQuestion
from kinerja_flow.services import briefing, notes, questions
from kinerja_flow.services import feedback as feedbacks
from kinerja_flow.services.remark_forms import FEEDBACK, MEMO
from kinerja_flow.services.scenarios.naming import (
    CALLED,
    NameField,
    OneOrMore,
    call,
    entry_for,
    id_of,
    record_of,
)
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.registry import verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from workflows.faults import listing, shown
from workflows.fields import Listed, Record, Text

_REPLIED = {"reply_to": "feedback"}


@verb(OneOrMore(record_of(FEEDBACK)), needs=("as",))
def feedback(stage: Stage, step: Step) -> None:
    """Give feedback on the appraisal or on any row of it, or reply to some."""
    case_id, actor = stage.the_case(step), stage.actor(step)
    for said in step.given:
        entry = entry_for(stage, case_id, FEEDBACK, _REPLIED, said)
        call(stage, case_id, "feedback", said, feedbacks.give_feedback(case_id, actor, entry))


@verb(OneOrMore(record_of(MEMO, id=NameField())), needs=("as",))
def memo(stage: Stage, step: Step) -> None:
    """Note something for oneself alone; with `id`, correct such a note."""
    case_id, actor = stage.the_case(step), stage.actor(step)
    for said in step.given:
        plain = {key: value for key, value in said.items() if key != "id"}
        entry = entry_for(stage, case_id, MEMO, {}, plain)
        if "id" in said:
            note_id = id_of(stage, case_id, "memo", said["id"])
            seen = {note.id: note.version for note in notes.mine(case_id, actor)}
            notes.correct(case_id, actor, note_id, entry, seen.get(note_id, 1))
        else:
            call(stage, case_id, "memo", said, notes.add(case_id, actor, entry))


@verb(Listed(Text(40), least=1, most=20, unique=""), needs=("as",))
def acknowledge(stage: Stage, step: Step) -> None:
    """Read the briefing of the cycle, and say so for each of these roles."""
    cycle_id, actor = _cycle(stage), stage.actor(step)
    shown_to = {one.role: one.digest for one in briefing.briefing_for(cycle_id, actor).roles}
    for role in step.given:
        briefing.acknowledge(cycle_id, actor, role, shown_to.get(role, ""))


@verb(fields.Nested(record_of(questions.QUESTION)), needs=("as",))
def ask(stage: Stage, step: Step) -> None:
    """Ask something about the cycle; with `is_named: false`, without one's name."""
    entry = {key: value for key, value in step.given.items() if key != CALLED}
    question_id = questions.ask(_cycle(stage), stage.actor(step), entry)
    if CALLED in step.given:
        stage.names[_cycle(stage), "question", step.given[CALLED]] = question_id


class ReplyRecord(Record):
    question = Text(2000, required=True)
    text = Text(2000, required=True)


@verb(fields.Nested(ReplyRecord), needs=("as",))
def reply_question(stage: Stage, step: Step) -> None:
    """Answer a question about the cycle, which is named by its text or by what it was called."""
    question_id = _question(stage, step.given["question"])
    questions.answer_question(question_id, stage.actor(step), {"text": step.given["text"]})


def _cycle(stage: Stage) -> UUID:
    assert stage.cycle_id is not None, "the cycle is opened before the first step"
    return stage.cycle_id


def _question(stage: Stage, name: str) -> UUID:
    cycle_id, q = _cycle(stage), BriefingQuestion
    if known := stage.names.get((cycle_id, "question", name)):
        return known
    with reading() as session:
        rows = session.execute(select(q.text, q.id).where(q.cycle_id == cycle_id)).all()
    found: Mapping[str, Any] = {row.text: row.id for row in rows}
    if name not in found:
        known_names = listing(list(found))
        raise Unplayable.of("no_such_name", "question", name=shown(name), known=known_names)
    return UUID(str(found[name]))
