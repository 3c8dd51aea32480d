"""Tables as files: CSV (RFC 4180) and XLSX, in which nothing that people wrote is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from xlsxwriter import Workbook

from kinerja_flow.scoring.figures import decimal

TEXT, NUMBER, DAY = "text", "number", "day"
#: What a program for tables takes for the start of a formula, also in its wide form and after
#: blanks: where a text begins, and after what ends a cell for such a program. In Indonesian the
#: semicolon does, and quotes around a text with commas do not count then.
_FORMULA = re.compile(
    "(?:^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?=[ \u00a0\u200b\ufeff]*[=+\\-@＝＋－＠]))"
)
#: A sheet holds no more rows below its heads.
MOST_ROWS = 1_048_575
#: Excel keeps no longer text in a cell.
LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its title. `kind` is text, day, or number: that one becomes two columns, the
    exact figure as text ("95.5", "191/9") and the number next to it, to reckon with."""

    title: str
    kind: str = TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds; its rows are read one after the other, and only once."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    made_at: datetime
    exact: str


def write_csv(table: Table, into: BinaryIO, *, bom: bool = False) -> int:
    """The table as UTF-8 with CRLF, by default without a byte order mark; how many rows it has.

    A text that a program could take for a formula begins with an apostrophe.
    """
    into.write(b"\xef\xbb\xbf" if bom else b"")
    lines = io.TextIOWrapper(into, "utf-8", newline="", write_through=True)
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([harmless(title) for title, _ in _heads(table)])
    count = 0
    for row in table.rows:
        writer.writerow([_plain(kind, value) for kind, value in _cells(table, row)])
        count += 1
    lines.detach()
    return count


def write_xlsx(table: Table, into: BinaryIO) -> int:
    """The table as a workbook, row by row; how many rows it has.

    It has one sheet, or several where a sheet has no room for all rows: none is left out.
    """
    book = Workbook(into, {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"title": table.title, "created": table.made_at.replace(tzinfo=None)})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet, count, at = _sheet(book, table, formats), 0, 0
    for count, row in enumerate(table.rows, start=1):
        at = (count - 1) % MOST_ROWS + 1
        if at == 1 and count > 1:
            sheet = _sheet(book, table, formats, count // MOST_ROWS + 1)
        for place, (kind, value) in enumerate(_cells(table, row)):
            _write(sheet, (at, place), kind, value, formats)
    _filtered(sheet, table, at)
    book.close()
    return count


def _sheet(book: Workbook, table: Table, formats: Mapping[str, Any], number: int = 1) -> Any:
    """A sheet with the heads of the table, which stay in sight and choose rows."""
    sheet = book.add_worksheet(
        table.title[:31] if number == 1 else f"{table.title[:25]} ({number})"
    )
    sheet.freeze_panes(1, 0)
    heads = list(_heads(table))
    for place, (title, kind) in enumerate(heads):
        sheet.set_column(place, place, 14 if kind == NUMBER else 22)
        sheet.write_string(0, place, title, formats["head"])
    _filtered(sheet, table, MOST_ROWS)
    return sheet


def _filtered(sheet: Any, table: Table, count: int) -> None:
    sheet.autofilter(0, 0, count, len([*_heads(table)]) - 1)


def harmless(text: str) -> str:
    """The text, with an apostrophe before whatever of it a program could run."""
    return _FORMULA.sub("'", text)


def _heads(table: Table) -> Iterable[tuple[str, str]]:
    for column in table.columns:
        if column.kind == NUMBER:
            yield f"{column.title} ({table.exact})", TEXT
        yield column.title, column.kind


def _cells(table: Table, row: Sequence[Any]) -> Iterable[tuple[str, Any]]:
    for column, value in zip(table.columns, row, strict=True):
        if column.kind == NUMBER:
            yield "exact", None if value is None else decimal(value)
        yield column.kind, value


def _plain(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind == NUMBER:
        return repr(float(value))
    if kind == "exact":
        return str(value)
    return value.isoformat() if isinstance(value, date) else harmless(str(value))


def _write(
    sheet: Any, at: tuple[int, int], kind: str, value: Any, formats: Mapping[str, Any]
) -> None:
    if value is None:
        return
    if kind == NUMBER:
        sheet.write_number(*at, float(value))
    elif kind == DAY:
        sheet.write_datetime(*at, value, formats[DAY])
    else:
        sheet.write_string(*at, str(value)[:LONGEST_CELL])
