"""What the checker says of the section `document`, and what it means where it is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinerja_flow.workflow import vocabulary
from workflows import check, parse, read
from workflows.definition import Document

SMALL = (Path(__file__).parents[1] / "templates" / "small.yaml").read_text("utf-8")

SECTIONS = {
    "whatever exists may be shown": (
        "{organisation: hasil, shows: [capaian], rating: hasil, notes: [alasan]}",
        set(),
    ),
    "nothing that the scoring does not make": ("{rating: predikat}", {"unknown_node"}),
    "no input that nobody gives": ("{notes: [catatan]}", {"unknown_field"}),
    "no people as a note": ("{notes: [peers]}", {"document_input_kind"}),
    "nobody anonymous": ("{people: [employee, peer]}", {"document_anonymous"}),
    "nobody as signing who cannot": ("{signed_by: [assessor]}", {"document_never_signed"}),
    "whoever can sign": ("{signed_by: [reviewer]}", set()),
    "no word of its own": ("{heading: Hasil}", {"unknown_key"}),
    "no citizens": ("{people: [citizen]}", {"only_answers"}),
}


@pytest.mark.parametrize("name", SECTIONS)
def test_the_document_shows(name: str) -> None:
    section, expected = SECTIONS[name]
    _, problems = check(parse(f"{SMALL}\ndocument: {section}\n"), vocabulary())
    assert {problem.code for problem in problems} == expected


def test_what_an_anonymous_relation_says_is_not_shown() -> None:
    said = SMALL.replace("by: [reviewer], takes: {note: text}", "by: [peer], takes: {note: text}")
    _, problems = check(parse(f"{said}\ndocument: {{notes: [note]}}\n"), vocabulary())
    assert "document_input_hidden" in {problem.code for problem in problems}


def test_without_the_section_what_is_usual_holds() -> None:
    assert read(SMALL, vocabulary()).document == Document()
