"""Many cases at once: moving them and launching them in sets, beside SQL written by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import psycopg

from kinerja_flow.db import transaction
from kinerja_flow.errors import Problem
from kinerja_flow.policy import Actor
from kinerja_flow.services.cycles import launch
from kinerja_flow.workflow import decide, load_many, needs_of, store
from tests.benchmarks import raw
from tests.benchmarks.crew import Rates
from tests.benchmarks.world import World

OF = "agency_id = %(agency)s AND year = %(year)s AND {} = ANY(%(ids)s)"
#: The rows of one `submit` for all the cases, as set-based SQL.
ADVANCE = (
    "UPDATE cases SET state = 'review', version = version + 1, entered_at = now() WHERE "
    + OF.format("id"),
    "INSERT INTO history (agency_id, year, case_id, seq, at, action, actor_id, capacity,"
    " from_state, to_state, definition, change)"
    " SELECT agency_id, year, id, version, now(), 'submit', subject_id, 'employee', 'drafting',"
    " state, digest, '{}' FROM cases WHERE " + OF.format("id"),
    "INSERT INTO outbox (id, agency_id, year, case_id, seq, event, recipient_id, created_at,"
    " attempts) SELECT gen_random_uuid(), c.agency_id, c.year, c.id, c.version, 'submit',"
    " p.person_id, now(), 0 FROM cases c JOIN participants p ON p.case_id = c.id"
    " AND p.relation = 'assessor' WHERE c." + OF.format("c.id").replace(" year", " c.year"),
    "DELETE FROM deadlines WHERE fired_at IS NULL AND " + OF.format("case_id"),
    'INSERT INTO deadlines (agency_id, year, case_id, seq, ordinal, kind, "to", due_at, try_at,'
    " attempts) SELECT agency_id, year, id, version, 0, 'remind', '[]', now() + interval '8 days',"
    " now() + interval '8 days', 0 FROM cases WHERE " + OF.format("id"),
)
#: The rows of a launch: the case, its first event, two people, a deadline.
OPEN = (
    "CREATE TEMP TABLE new_cases ON COMMIT DROP AS SELECT gen_random_uuid() AS id, p.id AS person,"
    " h.post_id, o.unit_id FROM people p JOIN post_holdings h ON h.person_id = p.id"
    " JOIN posts o ON o.id = h.post_id WHERE p.id = ANY(%(ids)s)",
    "INSERT INTO cases (agency_id, year, id, cycle_id, kind, subject_id, post_id, unit_id, from_on,"
    " until_on, profile, digest, state, phase, version, entered_at)"
    " SELECT c.agency_id, c.year, n.id, c.id, 'appraisal', n.person, n.post_id, n.unit_id,"
    " c.from_on, c.until_on, '{}', c.digest, 'drafting', 'planning', 1, now()"
    " FROM new_cases n, cycles c WHERE c.id = %(cycle)s",
    "INSERT INTO history (agency_id, year, case_id, seq, at, action, capacity, to_state,"
    " definition, change) SELECT %(agency)s, %(year)s, id, 1, now(), 'opened', 'hr', 'drafting',"
    " %(digest)s, '{}' FROM new_cases",
    "INSERT INTO participants (agency_id, year, case_id, id, relation, person_id, ground, from_at)"
    " SELECT %(agency)s, %(year)s, n.id, gen_random_uuid(), r.name, r.person, 'launch', now()"
    " FROM new_cases n, (VALUES ('assessor', %(assessor)s::uuid), ('reviewer', %(reviewer)s::uuid))"
    " AS r (name, person)",
    'INSERT INTO deadlines (agency_id, year, case_id, seq, ordinal, kind, "to", due_at, try_at,'
    " attempts) SELECT %(agency)s, %(year)s, id, 1, 0, 'remind', '[]', now() + interval '8 days',"
    " now() + interval '8 days', 0 FROM new_cases",
)


@dataclass(slots=True)
class Timings:
    """Cases a second of each way, round by round; the first way named is the yardstick."""

    rates: dict[str, list[float]] = field(default_factory=dict)

    def take(self, name: str, cases: int, work: Callable[[], object]) -> None:
        start = time.perf_counter()
        work()
        self.note(name, cases / (time.perf_counter() - start))

    def note(self, name: str, rate: float) -> None:
        self.rates.setdefault(name, []).append(rate)

    def compared(self) -> dict[str, Rates]:
        yardstick = next(iter(self.rates.values()))
        return {
            name: Rates(found, [r / y for r, y in zip(found, yardstick, strict=True)])
            for name, found in self.rates.items()
        }


def advancing(world: World, count: int, rounds: int) -> dict[str, Rates]:
    """By turns: SQL hands all cases in, the engine's load, decide and store return them."""
    ids = [case_id for case_id, _ in world.cases[-count:]]
    timings = Timings()
    with world.app().app_context(), raw.connect(world) as connection:
        for _ in range(rounds):
            timings.take("sql", count, lambda: _in_sql(connection, world, ADVANCE, ids))
            for name, seconds in _returned(world, ids):
                timings.note(name, count / seconds)
    return timings.compared()


def _returned(world: World, ids: list[UUID]) -> Iterator[tuple[str, float]]:
    """The engine's way, and what of it each step took."""
    actor = Actor(world.assessor, world.agency_id)
    marks = [time.perf_counter()]
    with transaction() as session:
        facts = load_many(
            session,
            world.agency_id,
            ids,
            lambda definition, kind, _state: needs_of(definition, kind, "return"),
            lock="move",
        )
        marks.append(time.perf_counter())
        moves = [decide(one, "return", actor, {}) for one in facts]
        marks.append(time.perf_counter())
        store(session, [move for move in moves if not isinstance(move, Problem)])
    marks.append(time.perf_counter())
    yield "engine", marks[-1] - marks[0]
    for number, name in enumerate(("  load", "  decide", "  store and commit")):
        yield name, marks[number + 1] - marks[number]


def launching(world: World, count: int, rounds: int) -> dict[str, Rates]:
    """By turns: SQL launches people and takes it back, then the service launches the same."""
    actor = Actor(world.assessor, world.agency_id, frozenset({"hr"}))
    timings = Timings()
    with world.app().app_context(), raw.connect(world) as connection:
        for turn in range(rounds):
            people = list(world.waiting[turn * count : (turn + 1) * count])
            by_hand = partial(_in_sql, connection, world, OPEN, people, keep=False)
            timings.take("sql", count, by_hand)
            timings.take("engine", count, partial(launch, world.cycle_id, actor, people))
    return timings.compared()


def _in_sql(
    connection: psycopg.Connection,
    world: World,
    statements: tuple[str, ...],
    ids: list[UUID],
    *,
    keep: bool = True,
) -> None:
    of = {name: getattr(world, name) for name in ("year", "digest", "assessor", "reviewer")}
    of |= {"agency": world.agency_id, "cycle": world.cycle_id, "ids": ids}
    with connection.transaction(force_rollback=not keep):
        for statement in statements:
            connection.execute(statement, of)  # type: ignore[arg-type]
