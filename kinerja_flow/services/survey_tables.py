"""Tables that somebody uploads: CSV or XLSX as rows of text, within limits; formulas never run."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from xml.parsers.expat import ExpatError  # nosec B407

from python_calamine import CalamineError, load_workbook

from kinerja_flow.errors import Blocker, Invalid
from kinerja_flow.services.survey_workbooks import MEGABYTE, MOST_COLUMNS, MOST_ROWS, opened
from workflows.faults import listing, shown

LARGEST_FILE = 8 * MEGABYTE
_ARCHIVE = b"PK\x03\x04"
_UNREADABLE = (
    *(CalamineError, ExpatError, zipfile.BadZipFile, zlib.error, EOFError),
    *(NotImplementedError, csv.Error, UnicodeDecodeError),
)
Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number in the file (the head is 1), with the cells that are not blank."""

    number: int
    cells: dict[str, str]

    @property
    def place(self) -> str:
        return f"rows.{self.number}"


def read_table(content: bytes, known: Iterable[str], needed: Iterable[str] = ()) -> list[Row]:
    """The rows of a CSV or XLSX file under the names of its first row.

    `known` are the columns that there may be, `needed` those that there must be. A cell is text,
    whatever it looks like. Raises Invalid for a file that is too large, unreadable, or has other
    columns.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid.of("file_too_large", "file", most=LARGEST_FILE // MEGABYTE)
    lines = list(islice(_lines(content), MOST_ROWS + 2))
    if len(lines) > MOST_ROWS + 1:
        raise Invalid.of("too_many_rows", "file", most=MOST_ROWS)
    head = [cell.strip().lower() for cell in lines[0]] if lines else []
    if wrong := list(_wrong_head(head, list(known), list(needed))):
        raise Invalid(wrong)
    rows = (Row(n, _cells(head, line)) for n, line in enumerate(lines[1:], start=2))
    return [row for row in rows if row.cells]


def _cells(head: Cells, line: Cells) -> dict[str, str]:
    return {name: cell for name, cell in zip(head, line, strict=False) if cell.strip()}


def _wrong_head(head: Cells, known: list[str], needed: list[str]) -> Iterator[Blocker]:
    for place, name in enumerate(head, start=1):
        field = f"rows.1.{place}"
        if name not in known:
            params = {"name": shown(name), "known": listing(known)}
            yield Blocker("column_unknown", field, (), params)
        elif head.index(name) < place - 1:
            yield Blocker("column_twice", field, (), {"name": name})
    for name in needed:
        if name not in head:
            yield Blocker("column_missing", "rows.1", (), {"name": name})


def _lines(content: bytes) -> Iterator[Cells]:
    try:
        yield from _sheet(content) if content.startswith(_ARCHIVE) else _text(content)
    except _UNREADABLE as error:
        raise Invalid([Blocker("file_unreadable", "file")]) from error


def _text(content: bytes) -> Iterator[Cells]:
    text = content.decode("utf-8-sig")
    head = text.partition("\n")[0]
    separator = ";" if head.count(";") > head.count(",") else ","
    for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
        yield line[:MOST_COLUMNS]


def _sheet(content: bytes) -> Iterator[Cells]:
    book = load_workbook(opened(content, LARGEST_FILE))
    for line in book.get_sheet_by_index(0).to_python(skip_empty_area=False):
        yield [_written(cell) for cell in line[:MOST_COLUMNS]]


def _written(cell: Any) -> str:
    """A cell as somebody would type it: 4 and not 4.0, a day without its midnight."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
