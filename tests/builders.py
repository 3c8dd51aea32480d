"""What tests of the books share: a cycle under way, its plans and walks, and what tables hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Connection, CursorResult, select, update

from kinerja_flow import clock
from kinerja_flow.db import Base, db
from kinerja_flow.models import Case
from kinerja_flow.services import plans, progress
from kinerja_flow.services.answers import Answers, answer
from kinerja_flow.services.deadlines import tick
from tests.engine.world import START, World, build

#: Tuesday noon in Jakarta, when everybody's plan may still be drafted.
NOON = datetime(2026, 1, 20, 5, tzinfo=UTC)
#: After the rating window: the clock has closed what peers could answer.
AFTER = datetime(2026, 4, 1, 5, tzinfo=UTC)
PEERS = ("tia", "uli", "vina")


def indicator(**said: Any) -> dict[str, Any]:
    """An indicator as somebody sends it; what is said replaces what is usual."""
    usual = {"aspect": "kuantitas", "title": "Jumlah dokumen", "target": "2 Dokumen"}
    return {**usual, **said}


def item(**said: Any) -> dict[str, Any]:
    """An RHK as somebody sends it, after the examples of teachers' plans."""
    usual = {"title": "Dokumen perencanaan tersusun", "weight": "100"}
    return {**usual, "indicators": [indicator()], **said}


def activity(**said: Any) -> dict[str, Any]:
    usual = {"day": "2026-01-20", "started": "08:00", "ended": "09:30", "title": "Menyusun RPP"}
    return {**usual, **said}


@dataclass(frozen=True)
class Books:
    """A world with the books of its cases: who wrote what, as the services keep it."""

    world: World
    other: World

    def case(self, of: str) -> UUID:
        return self.world.cases[of]

    def who(self, name: str) -> Any:
        return self.world.actors[name]

    def version(self, of: str) -> int:
        return int(self._of(Case._version, of))

    def state(self, of: str) -> str:
        return str(self._of(Case._state, of))

    def _of(self, column: Any, of: str) -> Any:
        with db.engine.connect() as connection:
            return connection.scalar(select(column).where(Case.id == self.case(of)))

    def plan(self, of: str, **said: Any) -> tuple[UUID, UUID]:
        """A plan of one RHK with one indicator; their ids."""
        item_id = plans.put_item(self.case(of), self.who(of), item(**said))
        return item_id, indicators_of(item_id)[0]

    def start(self, of: str, **said: Any) -> tuple[UUID, UUID]:
        """The appraisal with its plan approved, so that the year is under way."""
        ids = self.plan(of, **said)
        self.world.act(of, "submit_plan", of)
        self.world.act("chief", "approve_plan", of)
        return ids

    def ask(self, of: str, asked: tuple[str, ...] = PEERS) -> tuple[UUID, UUID]:
        """The appraisal in the stage in which peers answer."""
        ids = self.start(of)
        entry = {"indicator": ids[1], "day": "2026-01-20", "reached": "2 Dokumen"}
        progress.record_realisation(self.case(of), self.who(of), entry)
        peers = [str(self.world.people[name]) for name in asked]
        self.world.act("chief", "ask_peers", of, peers=peers)
        return ids

    def answer(self, rater: str, of: str, value: object = 4, **said: Any) -> int:
        """A rater's answer to the first criterion; the new version of their sheet."""
        given = {"kerja_sama": {"value": value, **said}}
        return answer(
            self.case(of), self.who(rater), Answers("kolaborasi", given, understood=True)
        ).version

    def set_state(self, of: str, state: str) -> None:
        """Put a case in a state past the engine, for templates that the small one is not."""
        cases = Base.metadata.tables["cases"]
        with db.engine.begin() as connection:
            mine = cases.c.id == self.case(of)
            connection.execute(update(cases).where(mine).values(state=state))

    def after_rating(self) -> AbstractContextManager[None]:
        return clock.at(AFTER)

    def judge(self, of: str) -> None:
        """The appraisal rated by the assessor, after the clock closed the stage of the peers."""
        with self.after_rating():
            tick()
            self.world.act("chief", "judge", of, hasil="sesuai")


def indicators_of(item_id: UUID) -> list[UUID]:
    return [row["id"] for row in table("plan_indicators") if row["item_id"] == item_id]


def table(name: str) -> list[Mapping[str, Any]]:
    """All rows of a table, in the order of its key, read on a connection of their own."""
    with db.engine.connect() as connection:
        return [dict(row) for row in _rows(connection, name).mappings()]


def _rows(connection: Connection, name: str) -> CursorResult[Any]:
    found = Base.metadata.tables[name]
    return connection.execute(select(found).order_by(*found.primary_key.columns))


def digest_of_tables() -> str:
    """SHA-256 of every row of every table: what may not change when something is refused."""
    with db.engine.connect() as connection:
        said = [(name, [repr(tuple(row)) for row in _rows(connection, name)]) for name in _TABLES]
    return hashlib.sha256(repr(said).encode()).hexdigest()


_TABLES = sorted(Base.metadata.tables)


@pytest.fixture
def books(app: Flask) -> Iterator[Books]:
    """A cycle of the small template at noon on a day of its planning window, and another agency."""
    with app.app_context():
        with clock.at(START):
            world = build(of=("sari", "tia", "uli", "vina", "chief", "head"))
            other = build(key="lain")
        with clock.at(NOON):
            yield Books(world, other)
