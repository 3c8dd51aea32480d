"""Everything about me as a download: all that is mine, and nothing of anybody else."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from kinerja_flow import clock
from kinerja_flow.db import Base, reading, transaction
from kinerja_flow.errors import Forbidden, NotFound
from kinerja_flow.files import Files, Upload
from kinerja_flow.policy import AUDITOR, Actor, Held
from kinerja_flow.services import account_events, feedback, my_data_files, notes, reading_log
from kinerja_flow.services.answers import Answers, answer
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.evidence import attach_file
from kinerja_flow.services.my_data import ANSWERS, NAMES, data_by_letter, my_archive, my_data
from kinerja_flow.services.my_data_files import LIST
from kinerja_flow.services.my_data_parts import Whose
from kinerja_flow.services.my_data_tables import parts
from kinerja_flow.services.reading_log import ABOVE, Reader
from kinerja_flow.workflow import always, load_one
from tests.builders import AFTER, Books, table
from tests.builders import books as books
from tests.engine.test_sets import counted

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "data-protection.md"
SOMEONE: UUID = uuid4()
NO_FILES = Files("memory://mine", 0, ())
SECRET = "Hanya untuk saya sendiri"
_ROW = re.compile(r"^\| `(\w+)` \|(.+)\|$", re.MULTILINE)


def inventory() -> Mapping[str, list[str]]:
    """The rows of the inventory, by table: whose, why, ground, how long, who reads, in it or why
    not."""
    found = {name: [cell.strip() for cell in rest.split("|")] for name, rest in _listed()}
    whole = {name: cells for name, cells in found.items() if len(cells) == 6}
    assert all(all(cells) for cells in whole.values())
    return whole


def _listed() -> Iterable[tuple[str, str]]:
    inventory_alone = PAGE.read_text(encoding="utf-8").partition("## Retention")[0]
    return _ROW.findall(inventory_alone)


def test_every_table_is_classified() -> None:
    assert set(inventory()) == set(Base.metadata.tables)


def test_the_download_holds_the_tables_that_the_inventory_says() -> None:
    said = {name for name, cells in inventory().items() if cells[-1].startswith("yes")}
    assert said == {one.name for one in parts(Whose(1, SOMEONE))}
    reasons = [cells[-1] for name, cells in inventory().items() if name not in said]
    assert all(reason.startswith("no: ") for reason in reasons)


def test_a_letter_leaves_out_the_tables_that_the_inventory_says() -> None:
    said = {name for name, cells in inventory().items() if cells[-1].startswith("yes, not by")}
    whole = {one.name for one in parts(Whose(1, SOMEONE))}
    by_letter = {one.name for one in parts(Whose(1, SOMEONE, by_letter=True))}
    assert whole - by_letter == said


def data_of(books: Books, who: str) -> Mapping[str, Any]:
    into = io.BytesIO()
    my_data(books.who(who), into)
    said: Mapping[str, Any] = json.loads(into.getvalue())
    return said["data"]  # type: ignore[no-any-return]


def letter(books: Books, of: str, who: str = "officer") -> Mapping[str, Any]:
    into = io.BytesIO()
    data_by_letter(books.who(who), books.world.people[of], into)
    said: Mapping[str, Any] = json.loads(into.getvalue())
    assert said["by_letter"] is True
    return said["data"]  # type: ignore[no-any-return]


def rated(books: Books) -> None:
    books.ask("sari")
    for name, value in (("tia", 2), ("uli", 3), ("vina", 5)):
        books.answer(name, "sari", value, comment=f"Kata {name}")
    books.judge("sari")


def test_my_things_are_in_it(books: Books) -> None:
    item_id, indicator_id = books.start("sari")
    said = {"kind": "strength", "text": "Rapi"}
    remark = feedback.give_feedback(books.case("sari"), books.who("chief"), said)
    found = data_of(books, "sari")
    assert [one["name"] for one in found["people"]] == ["sari"]
    assert [one["id"] for one in found["cases"]] == [str(books.case("sari"))]
    assert [one["id"] for one in found["plan_items"]] == [str(item_id)]
    assert [one["id"] for one in found["plan_indicators"]] == [str(indicator_id)]
    assert [(one["id"], one["text"]) for one in found["feedback"]] == [(str(remark), "Rapi")]
    assert {one["relation"] for one in found["participants"]} == {"assessor", "reviewer"}
    assert {one["name"] for one in found[NAMES]} >= {"sari", "chief", "head"}
    assert [one["action"] for one in found["history"]][-1] == "approve_plan"
    assert found["outbox"] and found["signatures"] and found["posts"] and found["units"]


def test_what_i_wrote_in_others_cases_is_in_it(books: Books) -> None:
    books.start("sari")
    of = (books.case("sari"), books.who("chief"))
    remark = feedback.give_feedback(*of, {"kind": "note", "text": "Perlu data"})
    note = notes.add(*of, {"text": SECRET})
    found = data_of(books, "chief")
    assert [one["id"] for one in found["feedback"]] == [str(remark)]
    assert [(one["id"], one["text"]) for one in found["private_notes"]] == [(str(note), SECRET)]
    assert SECRET not in str(data_of(books, "sari")) + str(letter(books, "chief"))


def test_a_result_is_in_it_once_it_was_delivered_and_not_before(books: Books) -> None:
    books.ask("sari")
    with books.after_rating():
        before = data_of(books, "sari")
        assert not before["results"] and not before["documents"] and not before[ANSWERS]
        rated_now(books)
        found = data_of(books, "sari")
        assert [one["number"] for one in found["results"]] == [1]
        assert found["results"][0]["explanation"] and len(found["documents"]) == 1
        assert [one["value"] for one in found["statements"] if one["field"] == "hasil"] == [
            "sesuai"
        ]


def rated_now(books: Books) -> None:
    tick()
    books.world.act("chief", "judge", "sari", hasil="sesuai")


def test_a_result_in_the_making_again_is_not_in_it(books: Books) -> None:
    rated(books)
    with clock.at(AFTER + timedelta(days=1)):
        books.world.act("sari", "look")
        books.world.act("head", "sign_off")
        books.world.act("head", "reopen", reason="Bukti baru")
        found = data_of(books, "sari")
        assert [one["number"] for one in found["results"]] == [1]
        assert not found[ANSWERS]
        assert "reopen" not in {one["action"] for one in found["statements"]}


def test_taking_my_results_out_is_opening_them(books: Books) -> None:
    rated(books)
    with books.after_rating():
        assert not letter(books, "sari")["results"]
        assert not table("receipts")
        data_of(books, "sari")
        assert [one["kind"] for one in table("receipts")] == ["opened"]
        assert letter(books, "sari")["results"]


def kept(books: Books, who: str, relation: str, *numbers: int) -> None:
    """That somebody read results of Sari's, as a release may have kept it before."""
    reader = Reader(books.who(who), 2026, "placements", Held(relation))
    with transaction() as session:
        reading_log.note(session, reader, [(books.case("sari"), number) for number in numbers])


def readers(found: Mapping[str, Any]) -> list[tuple[str | None, str, int]]:
    names = {one["id"]: one["name"] for one in found[NAMES]}
    told = [(one["reader_id"], one["capacity"], one["number"]) for one in found["readings"]]
    return [(names[who] if who else None, *rest) for who, *rest in told]


def test_who_read_my_results_is_in_it_as_far_as_i_am_told_it(books: Books) -> None:
    rated(books)
    with books.after_rating():
        kept(books, "tia", "peer", 1)
        kept(books, "head", ABOVE, 1, 2)
        told = [(None, "peer", 1), ("head", ABOVE, 1)]
        assert readers(data_of(books, "sari")) == readers(letter(books, "sari"))[:2] == told
        assert str(books.world.people["tia"]) not in json.dumps(data_of(books, "sari"))
        assert readers(data_of(books, "tia")) == [("tia", "peer", 1)]
        assert readers(letter(books, "tia")) == []


def test_whoever_gives_input_reads_as_one_above(books: Books) -> None:
    books.ask("sari")
    of = books.world.agency_id
    auditor = Actor(books.world.people["uli"], of, frozenset({AUDITOR}))
    with reading() as session:
        facts = load_one(session, of, books.case("sari"), always("people"))
        found = [reading_log.as_what(facts, one).relation for one in (books.who("tia"), auditor)]
        assert found == [ABOVE, AUDITOR]
        assert reading_log.as_what(facts, books.who("chief")).relation == "assessor"


def test_from_where_somebody_signed_in_is_theirs_alone(books: Books) -> None:
    with transaction() as session:
        account_events.note(session, books.who("sari"), "signed_in", None, "203.0.113.7")
    [mine], [told] = (
        found["account_events"] for found in (data_of(books, "sari"), letter(books, "sari"))
    )
    assert mine.pop("network") == "203.0.113.0/24" and mine == told
    whole, by_letter = (
        {one.name: set(one.rows.selected_columns.keys()) for one in parts(Whose(1, SOMEONE, by))}
        for by in (False, True)
    )
    assert whole["sign_in_sessions"] - by_letter["sign_in_sessions"] == {"address", "agent"}


def test_of_others_answers_i_get_figures_and_comments_and_no_rater(books: Books) -> None:
    rated(books)
    with books.after_rating():
        found = data_of(books, "sari")
    [said] = [one for one in found[ANSWERS] if one["relation"] == "peer"]
    [figures] = said["figures"]
    assert (figures["count"], figures["mean"], figures["distribution"]) == (3, "10/3", None)
    assert {one["text"] for one in said["comments"]} == {"Kata tia", "Kata uli", "Kata vina"}
    whole = json.dumps(found)
    assert not [name for name in ("tia", "uli", "vina") if str(books.world.people[name]) in whole]
    assert not found["answers"] and not found["sheets"]


def test_answers_of_too_few_are_nowhere(books: Books) -> None:
    books.ask("sari")
    for name in ("tia", "uli"):
        books.answer(name, "sari", 2, comment="Kata sedikit")
    books.judge("sari")
    with books.after_rating():
        assert "Kata sedikit" not in json.dumps(data_of(books, "sari"))


def test_a_sealed_sheet_is_its_raters_alone(books: Books) -> None:
    books.ask("sari")
    books.answer("tia", "sari", 2, comment=SECRET)
    mine = data_of(books, "tia")
    assert [one["answers"]["kerja_sama"]["comment"] for one in mine["sheets"]] == [SECRET]
    assert [one["relation"] for one in mine["participants"] if one["person_id"] == _id(books)] == [
        "peer"
    ]
    for found in (letter(books, "tia"), data_of(books, "sari"), data_of(books, "chief")):
        assert SECRET not in json.dumps(found)
    by_letter = letter(books, "tia")
    assert str(books.case("sari")) not in json.dumps(by_letter)


def _id(books: Books) -> str:
    return str(books.world.people["tia"])


def test_nothing_that_opens_a_door_is_in_it(books: Books) -> None:
    whole = json.dumps(data_of(books, "officer"))
    for name in ("password_hash", "secret_hash", "totp_secret", '"sha256": null, "scopes"'):
        assert name not in whole


def test_hr_answers_a_letter_and_nobody_else_does(books: Books) -> None:
    for who in ("chief", "sari"):
        with pytest.raises(Forbidden):
            letter(books, "sari", who)
    with pytest.raises(NotFound):
        data_by_letter(books.other.actors["officer"], books.world.people["sari"], io.BytesIO())


def test_the_number_of_queries_does_not_grow(books: Books) -> None:
    books.start("sari")
    for of in ("tia", "uli"):
        books.plan(of)
    with counted() as few:
        data_of(books, "chief")
    for name in ("sari", "sari", "sari"):
        said = {"kind": "note", "text": f"Catatan {name}"}
        feedback.give_feedback(books.case(name), books.who("chief"), said)
    with counted() as many:
        data_of(books, "chief")
    assert len(few) == len(many)


def test_the_archive_holds_the_documents(books: Books) -> None:
    rated(books)
    into = io.BytesIO()
    with books.after_rating(), counted() as sent:
        my_archive(books.who("sari"), into, NO_FILES)
    [listed] = [one for one in sent if one.startswith("SELECT DISTINCT documents.")]
    assert listed.endswith("ORDER BY documents.case_id, documents.number")
    with zipfile.ZipFile(into) as archive:
        names = archive.namelist()
        assert names == ["data.json", f"documents/{books.case('sari')}-1.pdf", LIST]
        assert archive.read(names[1]).startswith(b"%PDF-")
        assert json.loads(archive.read("data.json"))["data"]["results"]


PDF = b"%PDF-1.7\n" + b"Laporan " * 40_000


def handed_in(books: Books, files: Files, name: str, content: bytes = PDF) -> UUID:
    """A file of bukti dukung to an RHK of Sari's."""
    [item, *_] = [one["id"] for one in table("plan_items")]
    upload = Upload(name, io.BytesIO(content))
    return attach_file(books.case("sari"), books.who("sari"), {"item": str(item)}, upload, files)


def archive_of(books: Books, who: str, files: Files) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The list of files in somebody's archive, by their names, and what lies in its folder."""
    into = io.BytesIO()
    my_archive(books.who(who), into, files)
    with zipfile.ZipFile(into) as found:
        listed = json.loads(found.read(LIST))["files"]
        within = {name: found.read(name) for name in found.namelist() if "files/" in name}
    return {one["name"]: one for one in listed}, within


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(str(tmp_path / "kept"), len(PDF) + 9, ("pdf",))


def test_the_archive_holds_my_files_and_names_one_that_is_gone(books: Books, files: Files) -> None:
    books.start("sari")
    here = handed_in(books, files, "../laporan.pdf")
    gone = handed_in(books, files, "hilang.pdf", PDF + b"2")
    files.drop(books.world.agency_id, gone)
    listed, within = archive_of(books, "sari", files)
    assert within == {f"files/{here}.pdf": PDF}
    assert listed["laporan.pdf"]["path"] == f"files/{here}.pdf"
    assert (listed["hilang.pdf"]["path"], listed["hilang.pdf"]["missing"]) == (None, "gone")
    assert archive_of(books, "tia", files) == ({}, {})


def test_files_beyond_what_one_download_holds_are_named(
    books: Books, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.start("sari")
    handed_in(books, files, "satu.pdf")
    handed_in(books, files, "dua.pdf", PDF + b"2")
    monkeypatch.setattr(my_data_files, "MOST_BYTES", len(PDF) + 100)
    listed, within = archive_of(books, "sari", files)
    assert [one["missing"] for one in listed.values()] == [None, "too_much"]
    assert list(within.values()) == [PDF]


def test_my_answers_under_my_name_are_in_it(books: Books) -> None:
    books.ask("sari")
    given = {"belajar": {"value": 2}}
    answer(books.case("sari"), books.who("sari"), Answers("refleksi", given))
    books.judge("sari")
    with books.after_rating():
        assert [one["criterion"] for one in data_of(books, "sari")["answers"]] == ["belajar"]
