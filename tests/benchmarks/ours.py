"""A durable act of the engine: `services.cases.act`, guards and all."""

from __future__ import annotations

import itertools
import secrets

from sqlalchemy import select

from kinerja_flow.db import db
from kinerja_flow.models import CASES
from kinerja_flow.policy import Actor
from kinerja_flow.services.cases import Act as Request
from kinerja_flow.services.cases import act as take
from tests.benchmarks.raw import Act, other
from tests.benchmarks.world import World


def act(world: World) -> Act:
    """Takes what stands open on the case, as the one whose turn it is, with an idempotency key."""
    world.app().app_context().push()
    numbers, run = itertools.count(), secrets.token_hex(8)
    assessor = Actor(world.assessor, world.agency_id)
    seen: dict[int, tuple[str, int]] = {}

    def once(index: int) -> None:
        case_id, person = world.cases[index]
        state, version = seen.get(index) or _present(world, index)
        action, target = other(state)
        actor = Actor(person, world.agency_id) if action == "submit" else assessor
        key = f"{run}-{next(numbers)}"
        outcome = take(case_id, actor, Request(action, {}, version, key))
        assert outcome.state == target, outcome
        seen[index] = (outcome.state, outcome.version)

    return once


def _present(world: World, index: int) -> tuple[str, int]:
    """What a client would have seen of the case before it acts."""
    row = db.session.execute(
        select(CASES.c.state, CASES.c.version).where(
            CASES.c.agency_id == world.agency_id, CASES.c.id == world.cases[index][0]
        )
    ).one()
    db.session.rollback()
    return row.state, row.version
