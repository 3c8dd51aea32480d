"""A move in the making: effects add rows to it, and `store` writes what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from kinerja_flow.facts import Facts
from kinerja_flow.policy import Actor, Grant, on_behalf
from workflows.definition import Action


@dataclass(frozen=True, slots=True)
class Insert:
    table: Table
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Update:
    """Set `values` in the rows that `match` (column → value) names."""

    table: Table
    match: Mapping[str, Any]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delete:
    table: Table
    match: Mapping[str, Any]


Write = Insert | Update | Delete


@dataclass(frozen=True, slots=True)
class Follow:
    """An act of the system on another case that this act causes, such as the parent's move."""

    case_id: UUID
    action: str


@dataclass
class Draft:
    """What an act comes to, effect by effect. Effects are pure: they read facts and add rows.

    `sets` are columns of the case itself, `change` what the history will say, `people` who stands
    in which relation once the act is done, `heard` who is told beside those whom the action names,
    `grant` that under which a substitute acts.
    """

    facts: Facts
    action: Action
    actor: Actor
    capacity: str
    inputs: Mapping[str, Any]
    to_state: str = ""
    sets: dict[str, Any] = field(default_factory=dict)
    change: dict[str, Any] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    people: dict[str, frozenset[UUID]] = field(default_factory=dict)
    heard: frozenset[UUID] = frozenset()
    grant: Grant | None = None

    @property
    def on_behalf(self) -> dict[str, UUID | None]:
        """The columns that say on whose behalf the act is done, and under which grant."""
        return on_behalf(self.grant)

    @property
    def seq(self) -> int:
        """The version that the case will have, which is also the number of the event."""
        return self.facts.case.version + 1

    @property
    def case_key(self) -> dict[str, Any]:
        case = self.facts.case
        return {"agency_id": case.agency_id, "year": case.year, "case_id": case.id}

    @property
    def home_key(self) -> dict[str, Any]:
        """The key of rows that belong to the appraisal, also when a child case writes them."""
        return {**self.case_key, "case_id": self.facts.home_id}

    def insert(self, model: Any, **columns: Any) -> None:
        self.writes.append(Insert(model.__table__, columns))

    def update(self, model: Any, match: Mapping[str, Any], **values: Any) -> None:
        self.writes.append(Update(model.__table__, match, values))

    def delete(self, model: Any, **match: Any) -> None:
        self.writes.append(Delete(model.__table__, match))


@dataclass(frozen=True, slots=True)
class Move:
    """A decided act, ready to be stored: the case's new state and every row that goes with it."""

    facts: Facts
    action: Action
    actor: Actor
    capacity: str
    to_state: str
    sets: Mapping[str, Any]
    event: Mapping[str, Any]
    outbox: tuple[Mapping[str, Any], ...]
    deadlines: tuple[Mapping[str, Any], ...] | None
    writes: tuple[Write, ...]
    follows: tuple[Follow, ...]
    grant: Grant | None = None

    @property
    def stays(self) -> bool:
        """Whether the case stays in its state, so that what runs there goes on."""
        return self.to_state == self.facts.case.state
