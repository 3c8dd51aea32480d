"""A request that may be sent again has one effect: its first answer is kept with what it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Conflict, Invalid
from kinerja_flow.models import IdempotencyKey
from kinerja_flow.policy import Actor
from kinerja_flow.workflow import sha256_of

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request under its key: what was asked, and of which case, if of one."""

    key: str
    what: Mapping[str, Any]
    case_id: UUID | None = None


def once(actor: Actor, asked: Asked, verb: Callable[[], Answer]) -> Answer:
    """The answer of the verb, or the one it gave when the same was asked under the key before.

    Both are written in one transaction. Raises Invalid where something else was asked under it.
    """
    try:
        return _once(actor, asked, verb)
    except Conflict:
        # Somebody may have sent the same at the same moment: then theirs is the answer.
        return _once(actor, asked, verb)


def _once(actor: Actor, asked: Asked, verb: Callable[[], Answer]) -> Answer:
    request = sha256_of(asked.what)
    with transaction() as session:
        known = _known(session, actor, asked.key)
        if known is not None:
            if known.request != request:
                raise Invalid.of("key_reused", "key")
            answer: Answer = known.answer
            return answer
        answer = verb()
        row = {"agency_id": actor.agency_id, "actor_id": actor.person_id, "key": asked.key}
        kept = {"case_id": asked.case_id, "request": request, "answer": dict(answer)}
        session.add(IdempotencyKey(**row, **kept, created_at=clock.now()))
        session.flush()
        return answer


def _known(session: Session, actor: Actor, key: str) -> Any:
    k = IdempotencyKey
    of = (k.agency_id == actor.agency_id, k.actor_id == actor.person_id, k.key == key)
    return session.execute(select(k.request, k.answer).where(*of)).one_or_none()
