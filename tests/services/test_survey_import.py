"""Files of surveys and complaints: tried first, taken whole or not at all, and once."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from uuid import UUID, uuid4
from xml.sax.saxutils import escape

import pytest

from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from kinerja_flow.services.complaints import complaints_for
from kinerja_flow.services.survey_figures import figures, surveys_of
from kinerja_flow.services.survey_import import (
    Imported,
    Upload,
    import_complaints,
    import_sheets,
    import_tallies,
)
from tests.builders import digest_of_tables, table
from tests.surveys import Asked
from tests.surveys import asked as asked

pytestmark = pytest.mark.slow

_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',  # noqa: E501
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',  # noqa: E501
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',  # noqa: E501
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',  # noqa: E501
}


def xlsx(*rows: tuple[Any, ...], pad: int = 0) -> bytes:
    """A workbook of one sheet: numbers as numbers, texts as texts."""
    lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{lines}</sheetData></worksheet>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, text)
        if pad:
            archive.writestr("xl/media/pad.bin", bytes(pad))
    return made.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def _rules(problem: Problem) -> list[tuple[str, str | None]]:
    return [(blocker.rule, blocker.field) for blocker in problem.blockers]


SHEETS = b"u1,u2,comment\n4,baik,=1+1\n3,,\n,,\n4,4,Ramah\n4,3,\nsangat_baik,3,\n"
BOOK = (("u1", "u2", "comment"), (4, "baik", "=1+1"), (3,), (4, 4.0, "Ramah"), (4, 3), (4, 3))


@pytest.mark.parametrize("content", [SHEETS, SHEETS.replace(b",", b";"), xlsx(*BOOK)])
def test_sheets_join_an_open_survey_and_formulas_stay_text(asked: Asked, content: bytes) -> None:
    survey = asked.open()
    assert import_sheets(survey.id, asked.who(), Upload(content)) == Imported(5)
    found = asked.close(survey)
    assert found.counts["u1"] == {"baik": 1, "sangat_baik": 4}
    assert sorted(found.comments) == ["=1+1", "Ramah"]
    assert "u2" not in found.counts  # four answers are fewer than five


def test_the_same_file_twice_does_nothing_twice(asked: Asked) -> None:
    survey, other = asked.open(), asked.open()
    first = import_sheets(survey.id, asked.who(), Upload(SHEETS))
    again = import_sheets(survey.id, asked.who(), Upload(SHEETS))
    assert (first.is_repeat, again.is_repeat, again.rows) == (False, True, 5)
    assert len(table("survey_replies")) == 5
    assert not import_sheets(other.id, asked.who(), Upload(SHEETS)).is_repeat


def test_a_dry_run_says_what_is_wrong_and_changes_nothing(asked: Asked) -> None:
    survey = asked.open()
    before = digest_of_tables()
    assert import_sheets(survey.id, asked.who(), Upload(SHEETS, dry_run=True)) == Imported(5)
    with pytest.raises(Invalid):
        import_sheets(survey.id, asked.who(), Upload(b"u1\n9\n", dry_run=True))
    assert digest_of_tables() == before


def test_every_problem_is_named_by_row_and_column_and_nothing_is_taken(asked: Asked) -> None:
    survey = asked.open()
    before = digest_of_tables()
    with pytest.raises(Invalid) as refused:
        content = b"u1,u2,comment\n4,3,Baik\n5,3,\n\nhehe,,a\x00b\n,,Hanya komentar\n"
        import_sheets(survey.id, asked.who(), Upload(content))
    assert sorted(_rules(refused.value)) == [
        ("input_bad_character", "rows.5.comment"),
        ("not_an_option", "rows.3.answers.u1"),
        ("not_an_option", "rows.5.answers.u1"),
        ("required", "rows.6.answers"),
    ]
    assert digest_of_tables() == before


@pytest.mark.parametrize(
    ("content", "rule", "field"),
    [
        (b"", "required", None),
        (b"u1,nama\n4,Budi\n", "column_unknown", "rows.1.2"),
        (b"u1,u1\n4,4\n", "column_twice", "rows.1.2"),
        (b"\xff\xfe\x00u1", "file_unreadable", "file"),
        (b'u1\n"4', "file_unreadable", "file"),
        (b"PK\x03\x04 not really", "file_unreadable", "file"),
        (b"u1\n" + b"4\n" * 20_001, "too_many_rows", "file"),
        (b"x" * (8 * 1024 * 1024 + 1), "file_too_large", "file"),
        (xlsx(("u1",), (4,), pad=65 * 1024 * 1024), "file_too_large", "file"),
    ],
    ids=range(9),
)
def test_a_file_that_is_none_of_ours_is_refused(
    asked: Asked, content: bytes, rule: str, field: str | None
) -> None:
    survey = asked.open()
    before = digest_of_tables()
    if not content:
        assert import_sheets(survey.id, asked.who(), Upload(content, dry_run=True)).rows == 0
        return
    with pytest.raises(Invalid) as refused:
        import_sheets(survey.id, asked.who(), Upload(content))
    assert _rules(refused.value) == [(rule, field)]
    assert digest_of_tables() == before


TALLIES = b"criterion,level,count\nu1,4,700\nu1,3,300\nu2,baik,4\n"


def _tallies(asked: Asked, content: bytes, **said: Any) -> Imported:
    about = {"unit_id": asked.unit, "instrument": "kepuasan", **said}
    return import_tallies(asked.world.cycle_id, asked.who(), Upload(content), **about)


def test_tallies_become_a_closed_survey_that_meets_the_minimum_alone(asked: Asked) -> None:
    assert _tallies(asked, TALLIES) == Imported(3)
    (line,) = surveys_of(asked.world.cycle_id, asked.who())
    assert (line.kind, line.is_closed, line.unit_id) == ("import", True, asked.unit)
    assert figures(line.id, asked.who()).counts == {"u1": {"baik": 300, "sangat_baik": 700}}
    assert _tallies(asked, TALLIES).is_repeat
    assert len(surveys_of(asked.world.cycle_id, asked.who())) == 1


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"criterion,level\nu1,4\n", [("column_missing", "rows.1")]),
        (b"criterion,level,count\nu1,4,2\n", [("too_few_answers", "file")]),
        (b"criterion,level,count\nu1,4,9\nu1,sangat_baik,9\n", [("row_twice", "rows.3")]),
        (
            b"criterion,level,count\nu77,9,-1\n",
            [
                ("not_an_option", "rows.2.criterion"),
                ("not_an_option", "rows.2.level"),
                ("too_low_given", "rows.2.count"),
            ],
        ),
        (b"criterion,level,count\nu1,4,=9\n", [("input_not_whole", "rows.2.count")]),
    ],
)
def test_bad_tallies_are_refused_by_row(
    asked: Asked, content: bytes, problems: list[tuple[str, str]]
) -> None:
    before = digest_of_tables()
    with pytest.raises(Invalid) as refused:
        _tallies(asked, content)
    assert sorted(_rules(refused.value)) == sorted(problems)
    assert digest_of_tables() == before


COMPLAINTS = (
    b"received_on,text,answered_on,response\n"
    b'2026-01-20,"Antrean panjang, kursi kurang",2026-01-25,Kursi ditambah\n'
    b"2026-02-01,@SUM(A1),,\n"
)


def _complaints(asked: Asked, content: bytes, unit: UUID | None = None) -> Imported:
    about = {"unit_id": unit or asked.unit}
    return import_complaints(asked.world.cycle_id, asked.who(), Upload(content), **about)


def test_complaints_come_in_with_what_was_answered(asked: Asked) -> None:
    assert _complaints(asked, COMPLAINTS) == Imported(2)
    assert _complaints(asked, COMPLAINTS) == Imported(2, is_repeat=True)
    found = complaints_for(asked.who())
    assert [(one.text, one.response) for one in found] == [
        ("@SUM(A1)", None),
        ("Antrean panjang, kursi kurang", "Kursi ditambah"),
    ]


@pytest.mark.parametrize(
    ("line", "rule", "field"),
    [
        ("2026-02-11,Besok,,", "not_yet", "rows.2.received_on"),
        ("kemarin,Lama,,", "input_not_date", "rows.2.received_on"),
        ("2026-02-01,Lama,2026-02-02,", "response_and_day", "rows.2.response"),
        ("2026-02-01,Lama,2026-01-02,Ya", "answered_before_received", "rows.2.answered_on"),
        ("2026-02-01,,,", "required", "rows.2.text"),
    ],
)
def test_bad_complaints_are_refused_by_row(asked: Asked, line: str, rule: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        _complaints(asked, f"received_on,text,answered_on,response\n{line}\n".encode())
    assert _rules(refused.value) == [(rule, field)]
    assert not table("complaints")


def test_only_hr_of_the_agency_imports_into_what_is_open(asked: Asked) -> None:
    survey = asked.open()
    for who, kind in ((asked.who("chief"), Forbidden), (asked.other.actors["officer"], NotFound)):
        with pytest.raises(kind):
            import_sheets(survey.id, who, Upload(SHEETS))
        with pytest.raises(kind):
            import_complaints(asked.world.cycle_id, who, Upload(COMPLAINTS), unit_id=asked.unit)
    with pytest.raises(NotFound):
        _complaints(asked, COMPLAINTS, unit=uuid4())
    with pytest.raises(Invalid):
        _tallies(asked, TALLIES, instrument="lain")
    asked.close(survey)
    with pytest.raises(Conflict):
        import_sheets(survey.id, asked.who(), Upload(SHEETS))
