"""How a template spells the ways out of an action and the notices of a due date."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields

from workflows.definition import Branch, Notice
from workflows.faults import Fault, refuse, shown
from workflows.fields import Listed, Record, loaded_by, schema_of
from workflows.longhand import record_spelled_out
from workflows.refs import CallField, Ref

MOST_BRANCHES = 50
_DAYS = re.compile(r"P([1-9][0-9]{0,2})([DW])")


class _Branch(Record):
    when = CallField("rules")
    state = Ref("state")
    otherwise = Ref("state", data_key="else")


_STATE = Ref("state")


class BranchField(fields.Field[list[Branch]]):
    """`to`: a state, or branches [{when: rule, state: s}, …, {else: s}] of which the first fits."""

    def longhand(self, value: Any) -> Any:
        return [record_spelled_out(schema_of(_Branch), branch) for branch in self._branches(value)]

    def _branches(self, value: Any) -> list[Any]:
        if isinstance(value, str):
            return [{"else": value}]
        if not isinstance(value, list):
            raise refuse("bad_branches")
        return value

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> list[Branch]:
        if isinstance(value, str):
            return [Branch(_STATE.deserialize(value) or value)]
        raw = self._branches(value)
        if len(raw) > MOST_BRANCHES:
            raise refuse("too_many", max=MOST_BRANCHES)
        errors: dict[Any, Any] = {}
        loaded = [self._branch(index, item, errors) for index, item in enumerate(raw)]
        if faults := _misplaced_else(raw):
            errors["_schema"] = faults
        if errors:
            raise ValidationError(errors, valid_data=[branch for branch in loaded if branch])
        return [branch for branch in loaded if branch]

    def _branch(self, index: int, item: Any, errors: dict[Any, Any]) -> Branch | None:
        try:
            branch = schema_of(_Branch).load(item)
        except ValidationError as error:
            errors[index] = error.messages
            branch = error.valid_data if isinstance(error.valid_data, dict) else {}
        else:
            if branch.keys() not in ({"when", "state"}, {"otherwise"}):
                errors[index] = [Fault("bad_branch")]
        state = branch.get("otherwise") or branch.get("state")
        return Branch(state, branch.get("when")) if state else None


def _misplaced_else(branches: list[Any]) -> list[Fault]:
    places = [i for i, item in enumerate(branches) if isinstance(item, dict) and "else" in item]
    if not places:
        return [Fault("branches_without_else")]
    return [] if places == [len(branches) - 1] else [Fault("else_not_last")]


class _Notice(Record):
    remind = Listed(Ref("relation", person=True), unique="", alone=True)
    escalate = Listed(Ref("relation", person=True), unique="", alone=True)
    before = fields.Raw()
    after = fields.Raw()


class NoticeField(fields.Field[Notice]):
    """remind, escalate, {remind: [relation], before: P3D} or {escalate: [relation], after: P2D}."""

    def longhand(self, value: Any) -> Any:
        given = {value: []} if isinstance(value, str) else value
        days = {key: f"P{_days(given[key])}D" for key in ("before", "after") if key in given}
        return {**record_spelled_out(schema_of(_Notice), given), **days}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Notice:
        given = {value: []} if isinstance(value, str) else value
        if not isinstance(given, dict) or len(given.keys() & {"remind", "escalate"}) != 1:
            raise refuse("bad_notice")
        notice = loaded_by(_Notice, given)
        if {"before", "after"} <= notice.keys():
            raise refuse("bad_notice")
        kind = "remind" if "remind" in notice else "escalate"
        shift = _days(notice.get("after")) - _days(notice.get("before"))
        return Notice(kind, tuple(notice[kind]), shift)


def _days(value: Any) -> int:
    """The days of a short term such as P3D or P1W; none is 0."""
    if value is None:
        return 0
    match = _DAYS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise refuse("bad_days", value=shown(value))
    return int(match[1]) * (7 if match[2] == "W" else 1)
