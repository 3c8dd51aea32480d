"""Penilaian penutup: what a former assessor says of the time under them, and who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.models import Statement
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.entries import refuse_stranger
from workflows.vocabulary import FORMER


@dataclass(frozen=True, slots=True)
class ClosingAssessment:
    """What was given with one act of a former assessor, by the inputs of the template.

    `values` are levels and numbers as they were chosen, `texts` what was written.
    """

    author_id: UUID
    given_at: datetime
    action: str
    values: Mapping[str, str]
    texts: Mapping[str, str]


def closing_assessments(case_id: UUID, actor: Actor) -> list[ClosingAssessment]:
    """The closing assessments of an appraisal that the actor may read, oldest first.

    Those who assess, examine or administer it read all of them; the employee, once a result was
    delivered; others what they gave themselves. One query for the case, one for what was said.
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        s = Statement
        columns = (s.seq, s.actor_id, s.said_at, s.action, s.field, s.value, s.text)
        said = books.of_home(facts, s, *columns).where(s.capacity == FORMER)
        held = policy.relations(facts, actor)
        if actor.person_id == facts.case.subject_id:
            may_read = books.delivered(session, facts) > 0
        else:
            may_read = bool(held & policy.RESULT_READERS)
        if not may_read:
            said = said.where(s.actor_id == actor.person_id)
        rows = session.execute(said.order_by(s.seq, s.field)).all()
        if not rows:
            refuse_stranger(facts, actor)
    return [_given(list(group)) for _, group in groupby(rows, lambda row: row.seq)]


def _given(rows: list[Any]) -> ClosingAssessment:
    first = rows[0]
    return ClosingAssessment(
        author_id=first.actor_id,
        given_at=first.said_at,
        action=first.action,
        values=_named((row.field, row.value) for row in rows),
        texts=_named((row.field, row.text) for row in rows),
    )


def _named(said: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    return {field: words for field, words in said if words is not None}
