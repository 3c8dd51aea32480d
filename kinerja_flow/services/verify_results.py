"""Computes every stored result again, from what it was made from and the template that was pinned.

Four things are compared: the row with its own explanation, the explanation with what the kept
grounds come to today, the grounds with what people stated, and the row with the event of the act
that set it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select, tuple_

from kinerja_flow.db import db
from kinerja_flow.models import Case, Result, ResultGrounds, Statement, StoredDefinition
from kinerja_flow.scoring import (
    Material,
    Score,
    canonical,
    digest,
    evaluate,
    from_grounds,
    from_json,
    grounds_digest,
    to_json,
)
from kinerja_flow.services.verify import Finding
from kinerja_flow.services.verify_acts import on_record
from kinerja_flow.workflow import labels, stated_value, vocabulary
from workflows import TemplateError, read_canonical
from workflows.definition import Definition

#: As many results are read by one query.
CHUNK = 200
#: What was stated, by home case, field, number of the act, and act.
Stated = Mapping[tuple[UUID, str, int, str], set[str | None]]
#: The texts of an explanation. They may be worded anew; what they speak of may not change.
WORDS = frozenset({"label", "shown", "sentence"})

_KEY = (Result.agency_id, Result.year, Result.case_id, Result.number)
_OF_RESULT = ("value", "sort_value", "level", "explanation", "digest", "definition")


@dataclass(slots=True)
class Recount:
    """How many results were computed again, and of how many only the wording is another today."""

    results: int = 0
    reworded: int = 0


def verify_results(recount: Recount, agency_id: int | None = None) -> Iterator[Finding]:
    """Every stored result of an agency, or of all, that does not come out as it is stored.

    `recount` is filled as the findings are read. Results are read in chunks, each with its grounds
    and with what was stated in its case and that case's children by two queries; then all of them
    are held against the history by two more.
    """
    definitions: dict[str, Definition | None] = {}
    with db.engine.connect() as connection:
        after: tuple[Any, ...] | None = None
        while rows := connection.execute(_chunk(agency_id, after)).all():
            stated = _stated(connection, rows)
            for missing in {row.definition for row in rows} - definitions.keys():
                definitions[missing] = _definition(connection, missing)
            connection.rollback()
            for row in rows:
                recount.results += 1
                yield from _Again(row, definitions[row.definition], stated, recount).findings()
            after = tuple(rows[-1][:4])
        for rule, expected, found, case_id, number in on_record(connection, agency_id):
            yield Finding(rule, expected, found, case_id, number)


def _chunk(agency_id: int | None, after: tuple[Any, ...] | None) -> Select[Any]:
    g = ResultGrounds
    same = (
        (g.agency_id == Result.agency_id)
        & (g.year == Result.year)
        & (g.case_id == Result.case_id)
        & (g.number == Result.number)
    )
    columns = (*_KEY, *(getattr(Result, name) for name in _OF_RESULT))
    chunk = select(*columns, g.grounds, g.digest.label("grounds_digest")).outerjoin(g, same)
    if agency_id is not None:
        chunk = chunk.where(Result.agency_id == agency_id)
    if after is not None:
        chunk = chunk.where(tuple_(*_KEY) > tuple_(*after))
    return chunk.order_by(*_KEY).limit(CHUNK)


def _stated(connection: Connection, rows: Any) -> Stated:
    """What was stated in each case or its children; two children may have acts of one number."""
    s = Statement
    family = Case.parent_id.in_({row.case_id for row in rows})
    own = Case.id.in_({row.case_id for row in rows})
    joined = select(Case.id, Case.parent_id, s.field, s.seq, s.action, s.value).join(
        Case, (Case.agency_id == s.agency_id) & (Case.year == s.year) & (Case.id == s.case_id)
    )
    of_agencies = Case.agency_id.in_({row.agency_id for row in rows})
    years = Case.year.in_({row.year for row in rows})
    found = connection.execute(joined.where(of_agencies, years, own | family))
    stated: dict[tuple[UUID, str, int, str], set[str | None]] = defaultdict(set)
    for row in found:
        stated[row.parent_id or row.id, row.field, row.seq, row.action].add(row.value)
    return stated


def _definition(connection: Connection, wanted: str) -> Definition | None:
    stored = select(StoredDefinition.canonical).where(StoredDefinition.digest == wanted)
    text = connection.execute(stored).scalar_one_or_none()
    try:
        return read_canonical(text.encode(), vocabulary()) if text else None
    except (TemplateError, ValueError):
        return None


class _Again:
    """One result, computed again."""

    def __init__(
        self,
        row: Row[Any],
        definition: Definition | None,
        stated: Stated,
        recount: Recount,
    ) -> None:
        self.row, self.definition, self.stated, self.recount = row, definition, stated, recount
        self.found = partial(Finding, case_id=row.case_id, seq=row.number)

    def findings(self) -> Iterator[Finding]:
        try:
            told = from_json(self.row.explanation)
            canonical(told)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            yield self.found("explanation", "a score", "something else")
            return
        yield from self._of_itself(told)
        if self.definition is None:
            yield self.found("definition", self.row.definition, "none that can be read")
        elif self.row.grounds is None:
            yield self.found("grounds", "what the result was made from", "nothing")
        else:
            yield from self._from_grounds(told, self.definition)

    def _of_itself(self, told: Score) -> Iterator[Finding]:
        """The columns say what the explanation says."""
        row, value = self.row, told.value
        as_float = None if value is None else float(value)
        for rule, expected, found in (
            ("result_digest", digest(told), row.digest),
            ("result_value", value, row.value),
            ("result_order", as_float, row.sort_value),
            ("result_level", told.level, row.level),
        ):
            if expected != found:
                yield self.found(rule, expected, found)

    def _from_grounds(self, told: Score, definition: Definition) -> Iterator[Finding]:
        row = self.row
        if (found := grounds_digest(row.grounds)) != row.grounds_digest:
            yield self.found("grounds_digest", row.grounds_digest, found)
        of_template = {"scales": definition.scales, "labels": labels(definition)}
        try:
            material = from_grounds(row.grounds, of_template)
        except Exception:
            yield self.found("grounds", "what a score is made from", "something else")
            return
        yield from self._compared(told, definition, material)
        yield from self._as_stated(material.statements)

    def _compared(
        self, told: Score, definition: Definition, material: Material
    ) -> Iterator[Finding]:
        versions = {name: node.version for name, node in told.nodes.items()}
        try:
            again = evaluate(definition.scoring, material, versions)
        except LookupError as error:
            yield self.found("rule_version", "a rule of that version", error.args[0])
        except Exception:
            yield self.found("grounds", "what a score is made from", "something else")
        else:
            if canonical(again) != canonical(told):
                yield from self._differing(_bare(told), _bare(again))

    def _differing(
        self, told: list[dict[str, Any]], again: list[dict[str, Any]]
    ) -> Iterator[Finding]:
        pairs = [pair for pair in zip_longest(told, again) if pair[0] != pair[1]]
        if not pairs:
            self.recount.reworded += 1
            return
        told_as, computed_as = (node and f"{node['name']} = {node['value']}" for node in pairs[0])
        yield self.found("recomputed", computed_as, told_as)

    def _as_stated(self, statements: Mapping[str, Any]) -> Iterator[Finding]:
        """What counted as stated is what was stated, by that act."""
        for field, said in statements.items():
            key = (self.row.case_id, field, said.seq, said.action)
            given = self.stated.get(key, set())
            if said.value not in {stated_value(text) for text in given if text is not None}:
                yield self.found(
                    "stated", ", ".join(map(str, given)) or None, f"{field} = {said.value}"
                )


def _bare(score: Score) -> list[dict[str, Any]]:
    """The nodes of a score without their texts."""
    nodes: list[dict[str, Any]] = _without_words(to_json(score))["nodes"]
    return nodes


def _without_words(written: Any) -> Any:
    if isinstance(written, Mapping):
        return {key: _without_words(value) for key, value in written.items() if key not in WORDS}
    if isinstance(written, list | tuple):
        return [_without_words(value) for value in written]
    return written
