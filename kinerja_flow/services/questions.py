"""Questions about a cycle, asked by those who take part and answered by HR for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from kinerja_flow import clock
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import INPUTS, Blocker, Conflict, Invalid, NotFound
from kinerja_flow.models import BriefingQuestion, Person
from kinerja_flow.policy import READERS, RELATIONS, Actor, only_hr
from kinerja_flow.services import forms
from kinerja_flow.services.briefing import OFFICER, cycle_of
from kinerja_flow.services.forms import Form

#: As many questions of one person may wait for their answers in one cycle.
MOST_OPEN = 20


class QuestionForm(Form):
    """A question, perhaps about one role; unless `is_named` nobody is told who asked."""

    text = forms.text("text")
    role = forms.choice("role", tuple(RELATIONS), optional=True)
    is_named = forms.flag("is_named", default=True)


class QuestionAnswerForm(Form):
    """The answer to a question."""

    text = forms.text("text")


QUESTION, ANSWER = QuestionForm(), QuestionAnswerForm()


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its reader sees it; `asked_by` is empty where the asker is not named."""

    id: UUID
    text: str
    role: str | None
    asked_at: datetime
    asked_by: UUID | None
    is_mine: bool
    answer: str | None
    answered_at: datetime | None


def ask(cycle_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Ask something about a cycle (`QuestionForm`); its id.

    Raises NotFound, or Invalid with every problem, also when too many of one's questions wait.
    """
    with transaction() as session:
        cycle = cycle_of(session, cycle_id, actor)
        values, wrong = QUESTION.read(entry)
        q, me = BriefingQuestion, select(Person.id).where(Person.id == actor.person_id)
        session.execute(me.with_for_update())  # one question of a person after the other
        mine = (q.cycle_id == cycle.id, q.asked_by == actor.person_id, q.answered_at.is_(None))
        waiting = select(func.count()).where(q.agency_id == cycle.agency_id, *mine)
        if (session.scalar(waiting) or 0) >= MOST_OPEN:
            wrong.append(Blocker("too_many", None, (OFFICER,), {"max": MOST_OPEN}, INPUTS))
        if wrong:
            raise Invalid(wrong)
        of = {"agency_id": cycle.agency_id, "year": cycle.year, "cycle_id": cycle.id}
        said = {name: values.get(name) for name in ("text", "role", "is_named")}
        asked = {"asked_by": actor.person_id, "asked_at": clock.now()}
        row = q(id=new_id(), **of, **said, **asked)
        session.add(row)
        return row.id


def answer_question(question_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> None:
    """Answer a question, for all who take part to read; by HR, once.

    Raises NotFound, Forbidden, Conflict (answered already) or Invalid.
    """
    only_hr(actor, "question")
    q = BriefingQuestion
    with transaction() as session:
        here = (q.agency_id == actor.agency_id, q.id == question_id)
        row = session.scalars(select(q).where(*here).with_for_update()).one_or_none()
        if row is None:
            raise NotFound.of("no_such_question", "question")
        if row.answered_at is not None:
            raise Conflict.of("question_answered", "question")
        values, wrong = ANSWER.read(entry)
        if wrong:
            raise Invalid(wrong)
        row.answer, row.answered_by = values["text"], actor.person_id
        row.answered_at = clock.now()


def questions(cycle_id: UUID, actor: Actor) -> tuple[Question, ...]:
    """The questions about a cycle, oldest first: HR sees all, others those that were answered and
    their own. Nobody but the asker sees whose an unnamed one is."""
    q = BriefingQuestion
    with reading() as session:
        cycle = cycle_of(session, cycle_id, actor)
        found = select(q).where(q.agency_id == cycle.agency_id, q.cycle_id == cycle.id)
        if not actor.roles & READERS:
            found = found.where(or_(q.answered_at.is_not(None), q.asked_by == actor.person_id))
        return tuple(
            _shown(row, actor) for row in session.scalars(found.order_by(q.asked_at, q.id))
        )


def _shown(row: BriefingQuestion, actor: Actor) -> Question:
    is_mine = row.asked_by == actor.person_id
    asker = row.asked_by if row.is_named or is_mine else None
    said = (row.id, row.text, row.role, row.asked_at)
    return Question(*said, asker, is_mine, row.answer, row.answered_at)
