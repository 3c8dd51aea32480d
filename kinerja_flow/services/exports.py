"""What HR takes out of a cycle as a table: results by unit, plans, follow-ups; as CSV or XLSX."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.db import transaction
from kinerja_flow.documents.tables import DAY, NUMBER, TEXT, Column, Table, write_csv, write_xlsx
from kinerja_flow.errors import Invalid
from kinerja_flow.models import Case
from kinerja_flow.policy import Actor, only_readers
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.export_rows import Source, delivered_in, follow_ups, plans, results
from kinerja_flow.services.reading_log import note_of_unit
from workflows import Catalogue
from workflows.definition import LANGUAGES

MESSAGES = Catalogue(Path(__file__).with_name("exports.yaml"))

_ABOUT = ("case", "unit", "nip", "name", "rank", "post")
_DAYS = frozenset({"from", "until", "computed_on", "received_on", "due_on", "closed_on"})
_NUMBERS = frozenset({"value", "weight", "target", "upper"})
_CODES = frozenset({"section", "aspect", "polarity"})

_Rows = Callable[[Source, str], Iterator[list[Any]]]
#: What can be exported: the columns after those that say whom a row is about, and its rows.
KINDS: Mapping[str, tuple[tuple[str, ...], _Rows]] = {
    "results": (
        (
            *("from", "until", "assessor", "number", "level", "value", "computed_on"),
            *("received_on", "is_provisional", "digest"),
        ),
        results,
    ),
    "plans": (
        (
            *("section", "item", "weight", "superior", "aspect", "indicator", "target_raw"),
            *("target", "upper", "measure", "polarity", "is_objective", "is_provisional"),
        ),
        plans,
    ),
    "follow_ups": (
        ("follow_up", "number", "owner", "due_on", "state", "closed_on", "is_provisional"),
        follow_ups,
    ),
}
FORMS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported (`KINDS`), as which file (`FORMS`), in which language; `bom` marks a CSV as
    UTF-8 for programs that need it."""

    kind: str
    form: str = FORMS[0]
    language: str = LANGUAGES[0]
    bom: bool = False


def export(cycle_id: UUID, actor: Actor, wanted: Wanted, into: BinaryIO) -> int:
    """Write a table of a cycle, for HR and auditors of its agency; how many rows it has.

    A number of queries that does not grow; rows are read and written as a stream. Every row says
    whether it is provisional. What is not delivered, and who answered what, is never in it;
    each result in it is kept as read.
    Raises Forbidden, NotFound, or Invalid for another kind, form or language.
    """
    only_readers(actor, "cycle")
    _refuse_unknown(wanted)
    with transaction() as session:
        cycle = cycle_of(session, cycle_id, actor)
        source = Source(session, cycle)
        columns, rows = KINDS[wanted.kind]
        names = (*_ABOUT, *columns)
        table = Table(
            title=_say(f"kind.{wanted.kind}", wanted),
            columns=[Column(_say(name, wanted), _kind(name)) for name in names],
            rows=_told(names, rows(source, wanted.language), wanted),
            made_at=cycle.opened_at,
            exact=_say("exact", wanted),
        )
        if wanted.form == "xlsx":
            count = write_xlsx(table, into)
        else:
            count = write_csv(table, into, bom=wanted.bom)
        told = {of: number for who, of, number in source.told if who != actor.person_id}
        note_of_unit(session, cycle, actor, told, "export")
        return count


def note_taken(session: Session, cycle_id: UUID, actor: Actor, kind: str, at: datetime) -> None:
    """Keep that the actor takes out a table that was written at an instant, perhaps by another: of
    each appraisal but their own the result that had been delivered by then."""
    if kind != "results":
        return
    cycle, c = cycle_of(session, cycle_id, actor), Case
    of = (c.agency_id == cycle.agency_id, c.year == cycle.year, c.cycle_id == cycle.id)
    mine = set(session.scalars(select(c.id).where(*of, c.subject_id == actor.person_id)))
    told = delivered_in(session, cycle, at)
    note_of_unit(session, cycle, actor, {k: v for k, v in told.items() if k not in mine}, "export")


def _refuse_unknown(wanted: Wanted) -> None:
    known = {"kind": tuple(KINDS), "form": FORMS, "language": LANGUAGES}
    for name, values in known.items():
        if getattr(wanted, name) not in values:
            raise Invalid.of("unknown_export", name, known=", ".join(values))


def _kind(name: str) -> str:
    if name in _NUMBERS:
        return NUMBER
    return DAY if name in _DAYS else TEXT


def _told(names: tuple[str, ...], rows: Iterator[list[Any]], wanted: Wanted) -> Iterator[list[Any]]:
    """The rows with codes and truth values in words."""
    yes, no = _say("yes", wanted), _say("no", wanted)
    codes = {code: _say(code, wanted) for code in MESSAGES.texts if "." in code}
    for row in rows:
        yield [_word(name, value, codes, yes, no) for name, value in zip(names, row, strict=True)]


def _word(name: str, value: Any, codes: Mapping[str, str], yes: str, no: str) -> Any:
    if name in _CODES and value is not None:
        return codes[f"{name}.{value}"]
    if name.startswith("is_"):
        return None if value is None else yes if value else no
    return value


def _say(code: str, wanted: Wanted) -> str:
    return MESSAGES.say(code, wanted.language)
