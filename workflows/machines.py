"""The schemas of machines: states, actions, and what may be said of them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflows.definition import BOOKS, PHASES
from workflows.faults import refuse
from workflows.fields import Chosen, Entries, Flag, Key, LabelField, Listed, Record
from workflows.moves import BranchField, NoticeField
from workflows.names import names
from workflows.refs import ActorRef, CallField, Ref, TermField
from workflows.takes import InputField


def people(**options: Any) -> Listed:
    return Listed(Ref("relation", person=True), unique="", most=30, **options)


class _Book(fields.Field[str]):
    """The name of a book that a state opens."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        if value not in BOOKS:
            raise refuse("unknown_book", name=str(value), known=", ".join(BOOKS))
        return str(value)


class StateRecord(Record):
    phase = Chosen(*PHASES, required=True)
    label = LabelField()
    opens = Entries(people(least=1), keys=_Book(), most=len(BOOKS))
    collects = Listed(Ref("instrument", counts=False), unique="", most=50)
    within = Ref("window")
    due = TermField()
    on_due = Listed(NoticeField(), most=20)
    final = Flag()


class ActionRecord(Record):
    name = Key(required=True)
    label = LabelField()
    sources = Listed(Ref("state"), unique="", least=1, alone=True, required=True, data_key="from")
    to = BranchField()
    by = Listed(ActorRef(), unique="", least=1, most=30, required=True)
    takes = Entries(InputField(), most=50)
    requires = Listed(CallField("rules"), most=50)
    does = Listed(CallField("effects"), most=50)
    notify = people()
    distinct_from = Listed(Ref("action"), unique="", most=50)
    after = TermField()
    revision = Flag()


class MachineRecord(Record):
    label = LabelField()
    parent = Ref("machine")
    initial = Ref("state", required=True)
    states = Entries(fields.Nested(StateRecord), most=100, required=True)
    actions = Listed(fields.Nested(ActionRecord), unique="name", required=True)


class MachinesField(Entries):
    """The machines; while one is read, the states and actions that may be named are its own."""

    def _load(self, key: Any, item: Any, errors: dict[Any, Any]) -> Any:
        with names().reading(key):
            return super()._load(key, item, errors)
