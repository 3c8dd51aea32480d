"""Replays the history of every case and says where it does not lead to what the case is now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select, tuple_

from kinerja_flow.db import db
from kinerja_flow.models import CASES, HistoryEvent, StoredDefinition
from kinerja_flow.policy import CLOCK, RELATIONS, SYSTEM
from kinerja_flow.services.verify_documents import documents
from kinerja_flow.services.verify_grants import on_behalf
from kinerja_flow.workflow import vocabulary
from kinerja_flow.workflow.opening import OPENED
from workflows import TemplateError, digest_of, read_canonical
from workflows.definition import Action, Definition, Machine

#: As many cases are read with their whole history by one query.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a record contradicts itself: the case and the event, the rule that does not hold, and
    what it expected and found. A finding about a definition names its digest and no case."""

    rule: str
    expected: object
    found: object
    case_id: UUID | None = None
    seq: int | None = None
    digest: str | None = None

    def as_json(self) -> dict[str, Any]:
        said = {"rule": self.rule, "expected": _plain(self.expected), "found": _plain(self.found)}
        about = {"case": self.case_id and str(self.case_id), "seq": self.seq}
        return {**about, "definition": self.digest, **said}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value)


def verify_history(agency_id: int | None = None) -> Iterator[Finding]:
    """Everything that does not hold in the history of an agency's cases, or of all agencies'.

    Reads a chunk of cases with their events by one query each, and so one moment's view of each
    case while others go on acting. Definitions are recomputed first, since they judge the moves.
    """
    with db.engine.connect() as connection:
        definitions: dict[str, Definition | None] = {}
        for digest, canonical in connection.execute(_definitions(agency_id)):
            yield from _definition(digest, canonical)
            definitions[digest] = _read(canonical)
        for events in _cases(connection, agency_id):
            yield from _Replay(events, definitions).findings()
        for broken in (*on_behalf(connection, agency_id), *documents(connection, agency_id)):
            yield Finding(*broken)


def _definitions(agency_id: int | None) -> Select[str, str]:
    """The definitions that an agency's acts were decided under, or all."""
    stored = select(StoredDefinition.digest, StoredDefinition.canonical)
    if agency_id is None:
        return stored
    used = select(HistoryEvent.definition).where(HistoryEvent.agency_id == agency_id)
    return stored.where(StoredDefinition.digest.in_(used.distinct()))


def _definition(digest: str, canonical: str) -> Iterator[Finding]:
    if (found := digest_of(canonical.encode())) != digest:
        yield Finding("definition_digest", digest, found, digest=digest)
    if _read(canonical) is None:
        yield Finding("definition_readable", "a definition", "none", digest=digest)


def _read(canonical: str) -> Definition | None:
    try:
        return read_canonical(canonical.encode(), vocabulary())
    except (TemplateError, ValueError):
        return None


_KEY = (CASES.c.agency_id, CASES.c.year, CASES.c.id)
_OF_CASE = ("agency_id", "year", "id", "kind", "state", "phase", "version", "closed_at")
_OF_EVENT = ("seq", "action", "actor_id", "capacity", "from_state", "to_state", "definition")


def _chunk(agency_id: int | None, after: tuple[Any, ...] | None) -> Select[Any]:
    """The next cases in the order of their keys, each with all its events."""
    few = select(*(CASES.c[name] for name in _OF_CASE)).order_by(*_KEY).limit(CHUNK)
    if agency_id is not None:
        few = few.where(CASES.c.agency_id == agency_id)
    if after is not None:
        few = few.where(tuple_(*_KEY) > tuple_(*after))
    case, h = few.subquery(), HistoryEvent
    mine = (h.agency_id == case.c.agency_id) & (h.year == case.c.year) & (h.case_id == case.c.id)
    order = (case.c.agency_id, case.c.year, case.c.id, h.seq)
    events = (getattr(h, name) for name in _OF_EVENT)
    return select(case, *events).outerjoin(HistoryEvent, mine).order_by(*order)


def _cases(connection: Connection, agency_id: int | None) -> Iterator[list[Row[Any]]]:
    """The events of one case after another; a case without any is one row without an event."""
    after: tuple[Any, ...] | None = None
    while rows := connection.execute(_chunk(agency_id, after)).all():
        connection.rollback()
        for _, events in groupby(rows, _key):
            yield list(events)
        after = _key(rows[-1])


def _key(row: Row[Any]) -> tuple[Any, ...]:
    return row.agency_id, row.year, row.id


class _Replay:
    """One case, led through its events from the first to the last."""

    def __init__(self, rows: list[Row[Any]], definitions: dict[str, Definition | None]) -> None:
        self.case, self.definitions = rows[0], definitions
        self.events = [row for row in rows if row.seq is not None]

    def findings(self) -> Iterator[Finding]:
        yield from self._numbers()
        state: str | None = None
        for event in self.events:
            found = partial(Finding, case_id=event.id, seq=event.seq)
            if event.from_state != state:
                yield found("from_state", state, event.from_state)
            yield from self._event(event, found)
            state = event.to_state
        yield from self._present(state)

    def _numbers(self) -> Iterator[Finding]:
        """Events are numbered 1, 2, 3 … up to the case's version."""
        numbers = [event.seq for event in self.events]
        for expected, found in zip(range(1, len(numbers) + 1), numbers, strict=True):
            if expected != found:
                yield Finding("seq", expected, found, self.case.id, expected)
                break
        last = numbers[-1] if numbers else 0
        if last != self.case.version:
            yield Finding("version", last, self.case.version, self.case.id, last)

    def _event(self, event: Row[Any], found: Any) -> Iterator[Finding]:
        machine = self._machine(event)
        if machine is None:
            yield found("definition", "one that has the kind of case", event.definition)
        elif (event.action == OPENED) != (event.seq == 1):
            yield found("opening", "only the first event opens the case", event.action)
        elif event.seq == 1:
            if event.to_state != machine.initial:
                yield found("initial", machine.initial, event.to_state)
        else:
            yield from _move(event, machine.actions.get(event.action), found)

    def _machine(self, event: Row[Any]) -> Machine | None:
        definition = self.definitions.get(event.definition)
        return definition.machines.get(event.kind) if definition else None

    def _present(self, state: str | None) -> Iterator[Finding]:
        """What the case says of itself is what its last event came to."""
        case, last = self.case, self.events[-1] if self.events else None
        found = partial(Finding, case_id=case.id, seq=last.seq if last else None)
        if case.state != state:
            yield found("state", state, case.state)
        machine = self._machine(last) if last else None
        expected = machine.states.get(case.state) if machine else None
        if expected is None:
            return
        if case.phase != expected.phase:
            yield found("phase", expected.phase, case.phase)
        if (case.closed_at is not None) != expected.final:
            yield found("closed_at", "set in a final state alone", case.closed_at)


def _move(event: Row[Any], action: Action | None, found: Any) -> Iterator[Finding]:
    """A move of the table. What is no action of the machine is an amendment, and moves nothing."""
    if action is None:
        if event.to_state != event.from_state:
            yield found("amendment", event.from_state, event.to_state)
        by: Iterable[str] = RELATIONS
    else:
        by = action.by
        if event.from_state not in action.sources:
            yield found("source", ", ".join(action.sources), event.from_state)
        elif event.to_state not in (targets := action.targets(event.from_state)):
            yield found("target", ", ".join(targets), event.to_state)
    if event.capacity not in by:
        yield found("capacity", ", ".join(by), event.capacity)
    is_engine = event.capacity in (CLOCK.engine, SYSTEM.engine)
    if is_engine != (event.actor_id is None):
        yield found("actor", "nobody" if is_engine else "somebody", event.actor_id)
