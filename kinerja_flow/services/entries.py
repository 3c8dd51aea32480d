"""Which entries of an appraisal somebody may read: all of them, or their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select

from kinerja_flow import policy
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.policy import Actor
from kinerja_flow.services.books import of_home

#: As many entries are read at a time.
PAGE = 100


def refuse_stranger(facts: Facts, actor: Actor) -> None:
    """NotFound where the actor may not even know of the case."""
    if not policy.knows(facts, actor):
        raise NotFound.of("no_such_case", "case")


def listed(facts: Facts, actor: Actor, model: Any, after: UUID | None = None) -> Select[Any]:
    """The entries of one kind that the actor may read, in the order in which they were made.

    The employee, those who assess or examine, and HR read all of them; others their own; whoever
    may not know of the case is told that it is not there (NotFound).
    """
    refuse_stranger(facts, actor)
    found = of_home(facts, model)
    if not policy.relations(facts, actor) & policy.OPEN_READERS:
        found = found.where(model.author_id == actor.person_id)
    if after is not None:
        found = found.where(model.id > after)
    return found.order_by(model.id)
