"""Which types of events an event of the history comes to: a short list that no template changes.

They are told by what an act recorded, by the kind of case, and by what the template says its state
means; never by the name of a state or an action.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kinerja_flow.workflow.opening import OPENED
from workflows.definition import Definition

LAUNCHED = "cycle.launched"
#: Every type, and when it is told.
TYPES: Mapping[str, str] = {
    LAUNCHED: "appraisals of a cycle were opened, once for each launch",
    "case.opened": "an appraisal, an evaluation or another case was opened",
    "case.moved": "a case came to another state",
    "case.closed": "a case came to its end",
    "result.delivered": "a result was handed to the employee",
    "result.received": "a result reached the employee",
    "objection.filed": "an objection was filed",
    "objection.referred": "an objection was referred to the next superior",
    "objection.decided": "an objection was decided, or a correction accepted",
    "follow_up.opened": "a follow-up of a result was opened",
    "follow_up.closed": "a follow-up came to its end",
}
#: What an act records, as effects name it, and the type that it comes to.
_RECORDED = {
    "delivered": "result.delivered",
    "receipt": "result.received",
    "level": "objection.referred",
    "outcome": "objection.decided",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the history with what is needed to tell of it."""

    row: Any
    definition: Definition

    @property
    def is_secret(self) -> bool:
        """Whether somebody did it whose part is anonymous: nothing is told of that."""
        use = self.definition.relations.get(self.row.capacity)
        return use is not None and use.anonymous

    def types(self) -> Iterator[str]:
        """The types that the event comes to, by what kind of case it is of."""
        row = self.row
        if row.action == OPENED:
            yield self._opened()
        if row.from_state not in (None, row.to_state):
            yield "case.moved"
            if self._state.final:
                yield "case.closed"
                yield from ("follow_up.closed",) if row.follow_up is not None else ()
        yield from (told for code, told in _RECORDED.items() if code in row.change)

    def _opened(self) -> str:
        if self.row.objection is not None:
            return "objection.filed"
        return "case.opened" if self.row.follow_up is None else "follow_up.opened"

    @property
    def _state(self) -> Any:
        return self.definition.machines[self.row.kind].states[self.row.to_state]

    def data(self) -> dict[str, Any]:
        """What is told of it: ids and codes."""
        row = self.row
        ids = ("case_id", "cycle_id", "parent_id", "subject_id")
        said = {name: _text(getattr(row, name)) for name in ids}
        said |= {"year": row.year, "kind": row.kind, "version": row.seq}
        said |= {"state": row.to_state, "phase": self._state.phase}
        return said | _details(row.change)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _details(change: Mapping[str, Any]) -> dict[str, Any]:
    """The number of the result that was delivered or received; how an objection was decided."""
    receipt = change.get("receipt") or {}
    number = change.get("delivered", receipt.get("number"))
    said = {"result": number, "receipt": receipt.get("kind"), "outcome": change.get("outcome")}
    return {name: value for name, value in said.items() if value is not None}
