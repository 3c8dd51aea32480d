"""What an agency's officers have to look after: how many of each, counted in one query."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, select

from kinerja_flow.db import reading
from kinerja_flow.models import (
    DEAD,
    BriefingQuestion,
    Complaint,
    Deadline,
    Delivery,
    Webhook,
)
from kinerja_flow.policy import Actor, only_readers

_of = ColumnElement[bool]
#: What wants an eye, by its name: the rows of which table, and which of them.
WANTED: Mapping[str, tuple[type, tuple[_of, ...]]] = {
    "questions": (BriefingQuestion, (BriefingQuestion.answer.is_(None),)),
    "complaints": (Complaint, (Complaint.answered_on.is_(None),)),
    "clocks": (Deadline, (Deadline.fired_at.is_(None), Deadline.problem.is_not(None))),
    "webhooks": (Webhook, (Webhook.paused_at.is_not(None),)),
    "deliveries": (Delivery, (Delivery.outcome == DEAD,)),
}


def attention(actor: Actor) -> Mapping[str, int]:
    """How many questions and complaints wait for an answer, how many due acts of the clock failed,
    how many webhooks are paused and how many deliveries were given up. For HR and auditors."""
    only_readers(actor, "agency")
    counts = [
        select(func.count())
        .select_from(model)
        .where(model.agency_id == actor.agency_id, *of)  # type: ignore[attr-defined]
        .scalar_subquery()
        .label(name)
        for name, (model, of) in WANTED.items()
    ]
    with reading() as session:
        return dict(session.execute(select(*counts)).one()._mapping)
