"""Workbooks (XLSX) made safe to open: unpacked within limits, and no larger than they look.

An archive of a few kilobytes may unpack to any size, and a sheet with two cells, one of them in the
last corner, asks a reader for a whole grid. So a workbook is unpacked here, its cells are counted,
and what is opened is a plain archive of what was counted.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

# expat ends by itself what entities would blow up, and loads nothing from outside.
from xml.parsers import expat  # nosec B407

from kinerja_flow.errors import Invalid

MEGABYTE = 1024 * 1024
#: What the parts of a workbook unpack to, and how many there are.
LARGEST_UNPACKED = 64 * MEGABYTE
MOST_PARTS = 500
MOST_ROWS = 20_000
MOST_COLUMNS = 200
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BOOK = "xl/workbook.xml"
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.IGNORECASE | re.ASCII)
_ROW = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)


def opened(content: bytes, largest_file: int) -> io.BytesIO:
    """The workbook as a plain archive. Raises Invalid for one that is larger than it may be, or
    BadZipFile or ExpatError for what is none."""
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise Invalid.of("file_too_large", "file", most=largest_file // MEGABYTE)
        with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as written:
            for name, text in _texts(archive, parts):
                written.writestr(name, text)
    plain.seek(0)
    return plain


def _texts(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    """The parts that are text, each once; of sheets only those of a size that is read."""
    names = {part.filename: part for part in parts}
    if _BOOK not in names:
        raise zipfile.BadZipFile("no workbook")
    for name, part in names.items():
        if not name.endswith((".xml", ".rels")):
            continue
        if part.flag_bits & 0x1 or part.compress_type not in _PLAIN:
            raise zipfile.BadZipFile("encrypted, or compressed as no workbook is")
        text = archive.read(part)
        _Cells().count(text)
        yield name, text


class _Cells:
    """Counts rows and columns while a part is read, whatever the part is called."""

    def __init__(self) -> None:
        self.row = self.column = 0

    def count(self, text: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.Parse(text, True)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            self.row, self.column = self._row(attributes.get("r")), 0
        elif tag == "c":
            self._cell(attributes.get("r"))
        if self.row > MOST_ROWS + 1:
            raise Invalid.of("too_many_rows", "file", most=MOST_ROWS)

    def _row(self, place: str | None) -> int:
        if place is None:
            return self.row + 1
        if not _ROW.fullmatch(place):
            raise zipfile.BadZipFile("a row in no place")
        return int(place)

    def _cell(self, place: str | None) -> None:
        if place is None:
            self.column += 1
        elif found := _PLACE.fullmatch(place):
            self.column, self.row = _column(found[1].upper()), int(found[2])
        else:
            raise zipfile.BadZipFile("a cell in no place")
        if self.column > MOST_COLUMNS:
            raise Invalid.of("too_many_columns", "file", most=MOST_COLUMNS)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
