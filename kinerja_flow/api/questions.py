"""Questions about a cycle, answered by HR for everybody."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema

from kinerja_flow.api.entries import Added, NewView
from kinerja_flow.api.fields import Id, Instant, Truth, Word
from kinerja_flow.api.noun import NO_CONTENT, Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import questions
from kinerja_flow.services.questions import ANSWER, QUESTION

noun = Noun("questions", "What those who take part ask about a cycle.")


class QuestionView(Schema):
    """A question."""

    id = Id("Its id")
    text = Word("What is asked", like="Apakah rencana dapat diubah setelah disetujui?")
    role = Word("The role that it is about; null where it is about none", like="employee")
    asked_at = Instant("When", like="2026-01-20T05:00:00Z")
    asked_by_id = Id("Whoever asked; null where they are not named", attribute="asked_by")
    is_mine = Truth("Whether the caller asked it")
    answer = Word("The answer; null before")
    answered_at = Instant("When it was answered; null before")


@noun.gets("/cycles/<uuid:cycle_id>/questions", page_of(QuestionView))
def listed(call: Call, cycle_id: UUID) -> Page:
    """Answered questions and the caller's own; for HR all; oldest first."""
    return Page(questions.questions(cycle_id, call.actor))


@noun.adds("/cycles/<uuid:cycle_id>/questions", QUESTION, NewView)
def ask(call: Call, cycle_id: UUID) -> Added:
    """Ask something about a cycle, under one's name or not."""
    return Added(questions.ask(cycle_id, call.actor, call.body))


@noun.sets("/questions/<uuid:question_id>/answer", ANSWER, None, status=NO_CONTENT)
def answer(call: Call, question_id: UUID) -> None:
    """Answer a question, once, for all to read."""
    questions.answer_question(question_id, call.actor, call.body)
