"""Tables as files, read again: nothing is lost, and nothing that people wrote is a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from kinerja_flow.documents import tables
from kinerja_flow.documents.tables import (
    DAY,
    NUMBER,
    Column,
    Table,
    harmless,
    write_csv,
    write_xlsx,
)
from kinerja_flow.scoring.figures import decimal

FORMULAS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1+1", "\ufeff=1"),
    '=HYPERLINK("http://x","y")',
)
COLUMNS = (Column("Nama"), Column("Nilai", NUMBER), Column("Hari", DAY))


def table(rows: Any) -> Table:
    return Table("Hasil", COLUMNS, rows, datetime(2026, 1, 5, tzinfo=UTC), "tepat")


def from_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def as_csv(rows: Any, **how: Any) -> bytes:
    into = io.BytesIO()
    write_csv(table(rows), into, **how)
    return into.getvalue()


def as_xlsx(rows: Any) -> bytes:
    into = io.BytesIO()
    write_xlsx(table(rows), into)
    return into.getvalue()


def from_xlsx(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_begins_as_a_formula(text: str) -> None:
    [_, [cell, *_]] = from_csv(as_csv([[text, None, None]]))
    assert cell.replace("\t'", "\t").replace("\r'", "\r") == f"'{text}"


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://x","y")', "-1+cmd|' /C calc'!A0", " =1"])
@pytest.mark.parametrize("end", [";", "\r\n", "\n", "\t", "a,b;"])
def test_no_formula_begins_where_a_program_in_indonesian_sees_a_new_cell(
    formula: str, end: str
) -> None:
    data = as_csv([[f"Laporan{end}{formula};", None, None]]).decode()
    cells = re.split("[;\t\r\n]", data)
    assert len(cells) > 2
    assert not any(cell.strip(' "').startswith(("=", "+", "-", "@")) for cell in cells)


TEXTS = ("Sari", "a=b", "1-2", "", "'x", "–", "00123", '"', "a,b\r\nc", "a; b")


@pytest.mark.parametrize("text", TEXTS)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text
    assert from_csv(as_csv([[text, None, None]]))[1][0] == text


def test_a_workbook_holds_texts_as_texts_and_no_formula() -> None:
    rows = [[text, None, None] for text in (*FORMULAS, "00123", "http://x.id", "1e5")]
    data = as_xlsx(rows)
    assert [row[0] for row in from_xlsx(data)[1:]] == [
        text.replace("\r", "\r") for text, *_ in rows
    ]
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert not re.search(r"<f[ >]", sheet)


def test_numbers_are_exact_beside_the_number_and_days_are_days() -> None:
    rows = [["Sari", Fraction(191, 2), date(2026, 12, 31)], ["Tia", Fraction(-1, 9), None]]
    head, first, second = from_csv(as_csv(rows))
    assert head == ["Nama", "Nilai (tepat)", "Nilai", "Hari"]
    assert first == ["Sari", "95.5", "95.5", "2026-12-31"]
    assert second[1] == "-1/9"
    assert float(second[2]) == pytest.approx(-1 / 9)
    _, first, second = from_xlsx(as_xlsx(rows))
    assert first == ["Sari", "95.5", 95.5, date(2026, 12, 31)]
    assert second[1] == "-1/9"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0", "0"),
        ("100", "100"),
        ("1/8", "0.125"),
        ("-3/2", "-1.5"),
        ("1/3", "1/3"),
        ("1/1024", "0.0009765625"),
        ("-1/1024", "-0.0009765625"),
        ("123456789012345678901234567890.5", "123456789012345678901234567890.5"),
    ],
)
def test_exact_numbers_lose_nothing(value: str, written: str) -> None:
    assert decimal(Fraction(value)) == written
    assert Fraction(written) == Fraction(value)


def test_lines_end_as_rfc_4180_says_and_the_mark_is_an_option() -> None:
    assert as_csv([["Ünïcode 中", None, None]]) == (
        "Nama,Nilai (tepat),Nilai,Hari\r\nÜnïcode 中,,,\r\n".encode()
    )
    assert as_csv([], bom=True) == b"\xef\xbb\xbf" + as_csv([])


def test_rows_are_taken_one_by_one_and_the_same_rows_make_the_same_file() -> None:
    taken = []

    def rows() -> Iterator[list[Any]]:
        for number in range(2_000):
            taken.append(number)
            yield [f"=nama {number}", Fraction(number, 7), date(2026, 1, 1)]

    data = as_xlsx(rows())
    found = from_xlsx(data)
    assert (len(found), len(taken)) == (2_001, 2_000)
    assert found[-1][:2] == ["=nama 1999", "1999/7"]
    assert as_xlsx(rows()) == data
    assert len(from_csv(as_csv(rows()))) == 2_001


@pytest.mark.parametrize("count", [4, 5, 10, 11])
def test_rows_for_which_a_sheet_has_no_room_stand_in_the_next(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 5)
    data = as_xlsx([[f"nama {n}", Fraction(n), None] for n in range(count)])
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["Hasil", "Hasil (2)", "Hasil (3)"][: -(-count // 5)]
    found = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert all(sheet[0][0] == "Nama" for sheet in found)
    assert [row[0] for sheet in found for row in sheet[1:]] == [f"nama {n}" for n in range(count)]


def test_a_sheet_is_as_long_as_programs_can_read() -> None:
    assert tables.MOST_ROWS + 1 == 2**20
