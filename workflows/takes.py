"""How a template says what an action takes: each kind of input with its options."""

from __future__ import annotations

from typing import Any, NamedTuple

from marshmallow import ValidationError, fields

from workflows.definition import Label
from workflows.faults import listing, refuse, shown
from workflows.fields import (
    Amount,
    Flag,
    Key,
    LabelField,
    Listed,
    Record,
    Whole,
    loaded_by,
    schema_of,
)
from workflows.longhand import record_spelled_out
from workflows.refs import Ref

MOST_TEXT = 10_000
#: So many trainings are proposed at once: their keys fit where a statement is kept.
MOST_TRAININGS = 20


class _None(Record):
    pass


class _Text(Record):
    ordered = (("min", "max"),)
    min = Whole(1, MOST_TEXT)
    max = Whole(1, MOST_TEXT)


class _Number(Record):
    ordered = (("start", "to"),)
    start = Amount(data_key="from")
    to = Amount()
    places = Whole(0, 9)


class _Integer(Record):
    ordered = (("start", "to"),)
    start = Whole(-(10**9), 10**9, data_key="from")
    to = Whole(-(10**9), 10**9)


class OptionField(fields.Field[tuple[str, Label]]):
    """One of the answers of a choice: a key, or {key: …, label: …}."""

    class _Record(Record):
        key = Key(required=True)
        label = LabelField()

    def longhand(self, value: Any) -> Any:
        given = {"key": value} if isinstance(value, str) else value
        return record_spelled_out(schema_of(self._Record), given)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> tuple[str, Label]:
        given = {"key": value} if isinstance(value, str) else value
        option = loaded_by(self._Record, given)
        return option["key"], option.get("label") or readable(option["key"])


class _Options(Listed):
    """The options of a choice, told apart by key however they are spelled."""

    def _find_doubles(self, items: list[Any], errors: dict[Any, Any]) -> None:
        keys = [item.get("key") if isinstance(item, dict) else item for item in items]
        super()._find_doubles(keys, errors)


class _Choice(Record):
    options = _Options(OptionField(), unique="", least=1, most=100, required=True)


class _Rating(Record):
    scale = Ref("scale", required=True)


class _Person(Record):
    relation = Ref("relation", person=True)


class _People(Record):
    ordered = (("min", "max"),)
    relation = Ref("relation", person=True)
    min = Whole(0, 1000)
    max = Whole(1, 1000)


class _Trainings(Record):
    ordered = (("min", "max"),)
    min = Whole(0, MOST_TRAININGS)
    max = Whole(1, MOST_TRAININGS)


class Options(NamedTuple):
    """The options that a kind of input understands; a bare value fills `sole`."""

    schema: type[Record]
    sole: str | None = None


KINDS = {
    "text": Options(_Text),
    "number": Options(_Number),
    "integer": Options(_Integer),
    "boolean": Options(_None),
    "date": Options(_None),
    "choice": Options(_Choice, "options"),
    "rating": Options(_Rating, "scale"),
    "person": Options(_Person, "relation"),
    "people": Options(_People, "relation"),
    "trainings": Options(_Trainings),
}


class _Input(Record):
    optional = Flag(load_default=False)
    label = LabelField()


class InputField(fields.Field[dict[str, Any]]):
    """An input of an action: `text`, `text?`, or {kind: options, optional: …, label: …}."""

    def longhand(self, value: Any) -> Any:
        given = self._given(value)
        kind = next(key for key in given if key in KINDS)
        options = _by_name(kind, given.pop(kind))
        spelled = record_spelled_out(schema_of(KINDS[kind].schema), options)
        return {**record_spelled_out(schema_of(_Input), given), kind: spelled}

    def _given(self, value: Any) -> dict[str, Any]:
        if isinstance(value, str):
            kind = value.removesuffix("?")
            return {kind: None, "optional": True} if value.endswith("?") else {kind: None}
        if not isinstance(value, dict):
            raise refuse("bad_input", known=listing(list(KINDS)))
        return {key: item for key, item in value.items() if (key, item) != ("optional", False)}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> dict[str, Any]:
        given = self._given(value)
        kinds = [key for key in given if key not in _Input().fields]
        known = listing(list(KINDS))
        if (named := _named_kind(given)) is not None:
            raise refuse("input_kind_named", key=shown(named), kind=given[named])
        if len(kinds) != 1:
            raise refuse("bad_input", known=known)
        kind = kinds[0]
        if kind not in KINDS:
            raise refuse("unknown_input_kind", name=shown(kind), known=known)
        options = _loaded_options(kind, given.pop(kind))
        return {**loaded_by(_Input, given), "kind": kind, "options": options}


def _named_kind(given: dict[str, Any]) -> str | None:
    """The key under which the kind is said, as in {type: text}, where it should be the key."""
    others = given.keys() - KINDS.keys() - _Input().fields.keys()
    said = {key for key in others if isinstance(given[key], str) and given[key] in KINDS}
    return min(said, key=str, default=None) if not given.keys() & KINDS.keys() else None


def _by_name(kind: str, options: Any) -> Any:
    sole = KINDS[kind].sole
    if options is None:
        return {}
    return {sole: options} if sole and not isinstance(options, dict) else options


def _loaded_options(kind: str, options: Any) -> dict[str, Any]:
    try:
        loaded = loaded_by(KINDS[kind].schema, _by_name(kind, options))
    except ValidationError as error:
        raise ValidationError({kind: error.messages}) from error
    if kind in {"rating", "choice"}:
        return loaded
    return {{"start": "from"}.get(key, key): option for key, option in loaded.items()}


def readable(name: str) -> Label:
    """What to call a thing that has a name and no label."""
    text = name.replace("_", " ").capitalize()
    return Label(text, text)
