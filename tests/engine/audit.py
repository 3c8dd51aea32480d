"""Holds all that an agency's history left in the other tables against what its template says.

Written against the history and the definition alone, so that it shares no code with the engine:
who stands in which relation is replayed from the changes on record.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kinerja_flow.models import (
    Answer,
    Case,
    Deadline,
    HistoryEvent,
    Notification,
    Receipt,
    Result,
    RoleGrant,
    Signature,
    Statement,
    StoredDefinition,
)
from kinerja_flow.services.verify import verify_history
from kinerja_flow.services.verify_results import Recount, verify_results
from kinerja_flow.workflow import vocabulary
from tests.engine.world import row, rows
from workflows import read_canonical
from workflows.definition import Action, Definition, Machine

#: The changes on record that say who stands in a relation from then on.
NAMING = ("confirmed", "appointed")
NOTICES = ("remind", "escalate")
People = dict[str, frozenset[UUID]]


def audit(agency_id: int) -> None:
    """Fails with whatever is missing, too much, or not as the template says."""
    assert list(verify_history(agency_id)) == []
    assert list(verify_results(Recount(), agency_id)) == []
    record = Record(agency_id)
    record.states_are_where_history_leads()
    record.everybody_heard_once()
    record.statements_stand_beside_their_events()
    record.what_was_signed_and_computed_is_there()
    record.deadlines_are_of_the_present_state()


class Record:
    """An agency's cases with their events."""

    def __init__(self, agency_id: int) -> None:
        self.agency_id = agency_id
        self.cases = {case.id: case for case in rows(Case, agency_id=agency_id)}
        self.events: dict[UUID, list[Any]] = defaultdict(list)
        for event in sorted(rows(HistoryEvent, agency_id=agency_id), key=lambda e: e.seq):
            self.events[event.case_id].append(event)
        granted = rows(RoleGrant, agency_id=agency_id, role="hr")
        self.officers = frozenset(grant.person_id for grant in granted)

    def machine(self, case: Any) -> Machine:
        return definition_of(case.digest).machines[case.kind]

    def all_events(self) -> Iterator[tuple[Any, Any, Action | None]]:
        for case in self.cases.values():
            for event in self.events[case.id]:
                yield case, event, self.machine(case).actions.get(event.action)

    def states_are_where_history_leads(self) -> None:
        for case in self.cases.values():
            last = self.events[case.id][-1]
            state = self.machine(case).states[last.to_state]
            assert (case.state, case.phase, case.version) == (state.name, state.phase, last.seq)
            assert (case.closed_at is not None) == state.final
            assert [event.seq for event in self.events[case.id]] == list(range(1, last.seq + 1))

    def people(self, case: Any, until: datetime, seq: int | None = None) -> People:
        """Who stood in which relation of a case right after an event, or after an instant."""
        inherited = self.people(self.cases[case.parent_id], until) if case.parent_id else {}
        own: People = {}
        for event in self.events[case.id]:
            if event.at <= until and (seq is None or event.seq <= seq):
                own |= _named(event.change)
        return {**inherited, **own, "employee": frozenset({case.subject_id})}

    def heard(self, to: Collection[str], people: People) -> frozenset[UUID]:
        found = frozenset[UUID]().union(*(people.get(name, frozenset()) for name in to))
        return found | self.officers if "hr" in to else found

    def everybody_heard_once(self) -> None:
        sent = Counter(
            (line.case_id, line.event, line.recipient_id)
            for line in rows(Notification, agency_id=self.agency_id)
        )
        expected: Counter[tuple[UUID, str, UUID]] = Counter()
        for case, event, action in self.all_events():
            if action is not None:
                people = self.people(case, event.at, event.seq)
                name = f"{case.kind}.{event.action}"
                for person in self.heard(action.notify, people) - {event.actor_id}:
                    expected[case.id, name, person] += 1
        for deadline in rows(Deadline, agency_id=self.agency_id):
            if deadline.fired_at is not None and deadline.kind in NOTICES:
                expected += self._noticed(deadline)
        assert sent == expected

    def _noticed(self, deadline: Any) -> Counter[tuple[UUID, str, UUID]]:
        case = self.cases[deadline.case_id]
        state = self.events[case.id][deadline.seq - 1].to_state
        acting = {name for a in self.machine(case).actions_from(state) for name in a.by}
        heard = self.heard(deadline.to or acting, self.people(case, deadline.fired_at))
        return Counter((case.id, f"{case.kind}.{deadline.kind}.{state}", who) for who in heard)

    def statements_stand_beside_their_events(self) -> None:
        said = {
            (found.case_id, found.seq, found.field): found.value
            if found.sha256 is None
            else f"sha256:{found.sha256}"
            for found in rows(Statement, agency_id=self.agency_id)
        }
        expected = {
            (case.id, event.seq, field): value
            for case, event, _ in self.all_events()
            for field, value in event.change.get("inputs", {}).items()
        }
        assert said == expected

    def what_was_signed_and_computed_is_there(self) -> None:
        signed = [(s.case_id, s.seq, s.subject, s.sha256, s.person_id) for s in self._of(Signature)]
        results = [(r.case_id, r.number, r.digest) for r in self._of(Result)]
        receipts = [(r.case_id, r.number, r.kind, r.seq) for r in self._of(Receipt)]
        answers = Counter((a.case_id, a.instrument, a.relation) for a in self._of(Answer))
        told: dict[str, list[Any]] = defaultdict(list)
        released: Counter[tuple[UUID, str, str]] = Counter()
        for case, event, _ in self.all_events():
            home, change = case.parent_id or case.id, event.change
            if one := change.get("signed"):
                told["signed"].append(
                    (case.id, event.seq, one["subject"], one["sha256"], event.actor_id)
                )
            if one := change.get("result"):
                told["results"].append((home, one["number"], one["digest"]))
            if one := change.get("receipt"):
                told["receipts"].append((home, one["number"], one["kind"], event.seq))
            released += self._released(home, case, change)
        assert sorted(signed) == sorted(told["signed"])
        assert sorted(results) == sorted(told["results"])
        assert sorted(receipts) == sorted(told["receipts"])
        assert answers == released

    def _of(self, model: Any) -> list[Any]:
        return rows(model, agency_id=self.agency_id)

    def _released(self, home: UUID, case: Any, change: Mapping[str, Any]) -> Counter[Any]:
        """As many answers as sheets were opened: whoever answers here answers every criterion."""
        found: Counter[Any] = Counter()
        for instrument, groups in change.get("released", {}).items():
            criteria = len(definition_of(case.digest).instruments[instrument].criteria)
            for relation, sheets in groups.items():
                found[home, instrument, relation] += sheets * criteria
        return found

    def deadlines_are_of_the_present_state(self) -> None:
        waiting: dict[UUID, list[Any]] = defaultdict(list)
        for deadline in rows(Deadline, agency_id=self.agency_id, fired_at=None):
            waiting[deadline.case_id].append(deadline)
        for case in self.cases.values():
            state = self.machine(case).states[case.state]
            moved = [e.seq for e in self.events[case.id] if e.from_state != e.to_state]
            kinds = Counter(notice.kind for notice in state.on_due)
            clocks = {a.name for a in self.machine(case).actions_from(case.state) if a.after}
            for deadline in waiting[case.id]:
                assert deadline.seq >= moved[-1], "left over from a state that was left"
                assert deadline.kind != "action" or deadline.action in clocks
            left = Counter(deadline.kind for deadline in waiting[case.id])
            assert all(left[kind] <= kinds[kind] for kind in NOTICES)
            acts = [d.action for d in waiting[case.id] if d.kind == "action"]
            assert len(acts) == len(set(acts))


def definition_of(digest: str) -> Definition:
    text: str = row(StoredDefinition, digest=digest).canonical
    return read_canonical(text.encode(), vocabulary())


def _named(change: Mapping[str, Any]) -> People:
    """The people whom a change on record puts in a relation."""
    named = {name: frozenset({UUID(one)}) for name, one in change.get("people", {}).items()}
    for verb in NAMING:
        for relation, people in change.get(verb, {}).items():
            named[relation] = frozenset(map(UUID, people))
    return named
