"""The marshmallow fields with which words take parameters: what they name must exist."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields

from workflows.definition import Call, Term
from workflows.faults import Fault, listing, refuse, shown
from workflows.fields import Chosen, Exact, LabelField, Record, Whole, loaded_by, schema_of
from workflows.longhand import record_spelled_out
from workflows.names import names
from workflows.vocabulary import RelationWord, Word

__all__ = ["CallField", "Exact", "LabelField", "Ref", "TermField", "Weights"]

_ISO = re.compile(r"P([1-9][0-9]{0,3})([DW])")
MOST_DAYS = 3660


class Ref(fields.Field[str]):
    """The name of something that this template declares, or (a relation) that exists at all.

    `kind` is one of window, machine, child_machine, state, action, parent_action (one that the
    system takes in the machine that this one hangs on), instrument, criterion (as
    instrument.criterion), indicator (of the catalogue), relation, scale, node (an earlier scoring
    step), field (an input of some action), level (of a scale or of bands), option (of a choice, or
    a level), setting, follow_up (its key). `person` refuses relations that no person stands in;
    `counts` says whether the mention is a use; `takes` are the kinds of input that a field may be.
    """

    def __init__(
        self,
        kind: str,
        *,
        person: bool = False,
        counts: bool = True,
        takes: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.kind, self.person, self.counts, self.takes = kind, person, counts, takes

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> str:
        known = names().of(self.kind)
        if not isinstance(value, str):
            raise refuse("not_text")
        if value not in known:
            raise refuse(f"unknown_{self.kind}", name=shown(value), known=listing(known))
        if self.kind == "relation" and (word := names().vocabulary.relations.get(value)):
            self.refuse_misplaced(word)
        if self.counts:
            names().used.add((self.kind, value))
        return value

    def refuse_misplaced(self, word: RelationWord) -> None:
        """Refuse a relation that may not be named here."""
        if self.person and not word.person:
            raise refuse("only_answers" if word.rates else "not_a_person", name=word.name)


class ActorRef(Ref):
    """A relation that acts: a person's, the clock or the system; not those who only answer."""

    def __init__(self, **options: Any) -> None:
        super().__init__("relation", **options)

    def refuse_misplaced(self, word: RelationWord) -> None:
        if word.rates:
            raise refuse("only_answers", name=word.name)


class RaterRef(Ref):
    """A relation that answers: a person's, or those who only answer."""

    def __init__(self, **options: Any) -> None:
        super().__init__("relation", **options)

    def refuse_misplaced(self, word: RelationWord) -> None:
        if not (word.person or word.rates):
            raise refuse("not_a_person", name=word.name)


class Weights(fields.Field[dict[str, Fraction]]):
    """Shares by name that add up to exactly 100; the names are of `kind`."""

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self.named, self.share = Ref(kind), Exact(least=0, most=100)

    def longhand(self, value: Any) -> Any:
        return value

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> dict[str, Fraction]:
        if not isinstance(value, dict) or not value:
            raise refuse("not_mapping")
        loaded: dict[str, Fraction] = {}
        errors: dict[str, Any] = {}
        for key, share in value.items():
            try:
                self.named.deserialize(key)
                loaded[key] = self.share.deserialize(share) or Fraction()
            except ValidationError as error:
                errors[key] = error.messages
        if errors:
            raise ValidationError(errors)
        if (total := sum(loaded.values(), Fraction())) != 100:
            raise refuse("weights_sum", total=_decimal(total))
        return loaded


def _decimal(number: Fraction) -> str:
    """Written out: a sum of numbers with at most 18 places has no more."""
    return f"{Decimal(number.numerator) / number.denominator:f}"


class _TermRecord(Record):
    days = Whole(1, MOST_DAYS)
    working_days = Whole(1, MOST_DAYS)
    window = Ref("window")
    start = Chosen("entry", "delivery", "receipt", "period", data_key="from")


class TermField(fields.Field[Term]):
    """A term: P14D, P2W, {working_days: 14}, {window: rating}; `from` says what it runs from."""

    def longhand(self, value: Any) -> Any:
        if isinstance(value, str) and (match := _ISO.fullmatch(value)):
            return {"days": int(match[1]) * (7 if match[2] == "W" else 1)}
        if not isinstance(value, dict):
            return value
        from_entry = {"from": "entry"}.items()
        return {key: value[key] for key in sorted(value) if (key, value[key]) not in from_entry}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Term:
        spelled = self.longhand(value)
        if not isinstance(spelled, dict):
            raise refuse("bad_term", value=shown(value))
        term = loaded_by(_TermRecord, spelled)
        if len(term.keys() & {"days", "working_days", "window"}) != 1:
            raise refuse("bad_term", value=shown(value))
        return Term(**term)


class CallField(fields.Field[Call]):
    """A word of a closed registry (rules, effects or scoring) with the parameters it declares."""

    def __init__(self, registry: str, **options: Any) -> None:
        super().__init__(**options)
        self.registry = registry

    def longhand(self, value: Any) -> Any:
        name, given = self._split(value)
        word = self._words[name]
        given = _by_name(word, given)
        return {name: record_spelled_out(schema_of(word.params), given) if word.params else {}}

    @property
    def _words(self) -> Mapping[str, Word]:
        words: Mapping[str, Word] = getattr(names().vocabulary, self.registry)
        return words

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Call:
        name, given = self._split(value)
        word = self._words.get(name)
        if word is None:
            known = listing(list(self._words))
            raise refuse(f"unknown_{self.registry}", name=shown(name), known=known)
        kind = names().machine
        if word.of == "child" and kind is not None and names().parents[kind] is None:
            raise refuse("only_in_child", name=name)
        return Call(name, self._params(word, given))

    def _split(self, value: Any) -> tuple[str, Any]:
        if isinstance(value, str):
            return value, {}
        if not isinstance(value, dict) or len(value) != 1:
            raise refuse("bad_call")
        name, given = next(iter(value.items()))
        return name, {} if given is None else given

    def _params(self, word: Word, given: Any) -> dict[str, Any]:
        given = _by_name(word, given)
        known = _keys(word)
        if (key := _forgotten(word, given)) is not None:
            about = {"name": word.name, "key": key, "known": listing(known)}
            raise refuse("params_go_within", shape=_shape(word, key), **about)
        if not isinstance(given, dict):
            raise refuse("needs_named_params", name=word.name, known=listing(known))
        errors: dict[Any, Any] = {
            key: [Fault("unknown_param", {"name": word.name, "known": listing(known)})]
            for key in given
            if key not in known
        }
        loaded: dict[str, Any] = {}
        try:
            if word.params:
                loaded = dict(schema_of(word.params).load(given, unknown=EXCLUDE))
        except ValidationError as error:
            errors |= error.messages_dict
        if errors:
            raise ValidationError({word.name: errors})
        return loaded


def _by_name(word: Word, given: Any) -> Any:
    """The parameters by name: a bare value fills the word's sole parameter."""
    if isinstance(given, dict) and (not given or not word.sole or given.keys() & _keys(word)):
        return given
    return {word.sole: given} if word.sole else given


def _forgotten(word: Word, given: Any) -> str | None:
    """The only parameter that the word requires, where all that was given belongs within it."""
    if not word.params or not given or (isinstance(given, dict) and given.keys() & _keys(word)):
        return None
    declared = schema_of(word.params).fields.items()
    required = [field.data_key or name for name, field in declared if field.required]
    return required[0] if len(required) == 1 else None


def _shape(word: Word, key: str) -> str:
    declared = schema_of(word.params).fields.items() if word.params else ()
    field = next(field for name, field in declared if key in (field.data_key, name))
    return "{…}" if isinstance(field, Weights) else "…"


def _keys(word: Word) -> set[str]:
    if word.params is None:
        return set()
    declared = schema_of(word.params).fields.items()
    return {field.data_key or name for name, field in declared}
