"""Tables of a cycle for HR: what stands in them and what never does, also for thousands."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, update

from kinerja_flow import clock
from kinerja_flow.cli import main
from kinerja_flow.db import db, transaction
from kinerja_flow.errors import Forbidden, Invalid, NotFound
from kinerja_flow.models import Case, HistoryEvent, Person, PlanItem, Result
from kinerja_flow.services.exports import KINDS, Wanted, export
from tests.builders import AFTER, Books
from tests.builders import books as books
from tests.documents.test_tables import from_csv, from_xlsx
from tests.engine.test_sets import counted
from tests.engine.world import row, rows

pytestmark = pytest.mark.slow


def taken(books: Books, kind: str = "results", who: str = "officer", **how: Any) -> bytes:
    into = io.BytesIO()
    with books.after_rating():
        export(books.world.cycle_id, books.who(who), Wanted(kind, **how), into)
    return into.getvalue()


def told(books: Books, kind: str = "results", **how: Any) -> list[dict[str, str]]:
    head, *lines = from_csv(taken(books, kind, **how))
    return [dict(zip(head, line, strict=True)) for line in lines]


def rate(books: Books) -> None:
    books.ask("sari")
    for peer in ("tia", "uli", "vina"):
        books.answer(peer, "sari", 5, comment="Sangat menolong")
    books.judge("sari")


def test_only_delivered_results_are_in_it(books: Books) -> None:
    assert told(books) == []
    rate(books)
    [found] = told(books)
    assert found["Unit kerja"] == "Dinas"
    assert (found["Nama"], found["Pejabat Penilai Kinerja"]) == ("sari", "chief")
    assert (found["Hasil ke-"], found["Predikat"]) == ("1", "Sesuai ekspektasi")
    assert (found["Nilai (tepat)"], found["Nilai"]) == ("100", "100.0")
    assert (found["Ditetapkan"], found["Sementara"]) == ("2026-04-01", "tidak")
    assert found["Sidik hasil (SHA-256)"] == row(Result, case_id=books.case("sari")).digest


def test_a_row_says_that_it_is_provisional_while_an_objection_is_open(books: Books) -> None:
    rate(books)
    with clock.at(AFTER + timedelta(hours=1)):
        books.world.act("sari", "look")
        books.world.act("sari", "object", grounds="Bukti belum dibaca seluruhnya")
    assert [one["Provisional"] for one in told(books, language="en")] == ["yes"]


def test_plans_have_a_row_for_each_indicator_and_no_live_formula(books: Books) -> None:
    books.plan("sari", title="=1+1", indicators=[_indicator("@SUM(A1)"), _indicator("Dokumen")])
    first, second = told(books, "plans")
    assert first["Rencana hasil kerja (RHK)"] == "'=1+1"
    assert first["Indikator kinerja individu (IKI)"] == "'@SUM(A1)"
    assert second["Target sebagaimana tertulis"] == "2 Dokumen"
    assert (second["Target (tepat)"], second["Satuan"]) == ("2", "Dokumen")
    assert second["Sementara"] == "ya"
    sheet = from_xlsx(taken(books, "plans", form="xlsx"))
    assert "=1+1" in sheet[1]
    assert sheet[0][:3] == ["Penilaian", "Unit kerja", "NIP"]


def _indicator(title: str) -> dict[str, str]:
    return {"aspect": "kuantitas", "title": title, "target": "2 Dokumen"}


def test_nothing_that_peers_said_or_who_they_were_is_in_any_of_them(books: Books) -> None:
    rate(books)
    for kind in KINDS:
        cells = {cell for line in from_csv(taken(books, kind)) for cell in line}
        assert not cells & {"Sangat menolong", "tia", "uli", "vina"}


def test_hr_of_the_agency_alone_takes_them_out(books: Books) -> None:
    for who in ("sari", "chief", "head"):
        with pytest.raises(Forbidden):
            taken(books, who=who)
    with pytest.raises(NotFound):
        export(books.world.cycle_id, books.other.actors["officer"], Wanted("plans"), io.BytesIO())
    for wrong in (Wanted("answers"), Wanted("plans", form="ods"), Wanted("plans", language="fr")):
        with pytest.raises(Invalid):
            export(books.world.cycle_id, books.who("officer"), wrong, io.BytesIO())


def thousands(books: Books, count: int) -> None:
    """Copies of Sari's appraisal, result and delivery, for so many people more."""
    case, result = row(Case, id=books.case("sari")), row(Result, case_id=books.case("sari"))
    event = row(HistoryEvent, case_id=books.case("sari"), action="judge")
    item = rows(PlanItem, case_id=books.case("sari"))[0]
    ids = [(uuid4(), uuid4()) for _ in range(count)]
    of = {"agency_id": case.agency_id, "kind": "employee"}
    people = [{"id": p, "name": f"Pegawai {n}", **of} for n, (p, _) in enumerate(ids)]
    copies = {
        Person: people,
        Case: [{**case._mapping, "id": c, "subject_id": p} for p, c in ids],
        Result: [{**result._mapping, "case_id": c} for _, c in ids],
        HistoryEvent: [{**event._mapping, "case_id": c} for _, c in ids],
        PlanItem: [{**item._mapping, "case_id": c, "id": uuid4()} for _, c in ids],
    }
    with db.engine.begin() as connection:
        for model, made in copies.items():
            connection.execute(insert(model.__table__), made)


def test_thousands_of_rows_take_no_more_queries(books: Books) -> None:
    rate(books)
    few = {kind: _queries(books, kind) for kind in KINDS}
    thousands(books, 2_000)
    assert {kind: _queries(books, kind) for kind in KINDS} == few
    assert len(told(books)) == 2_001
    assert len(from_xlsx(taken(books, form="xlsx"))) == 2_002
    assert len(told(books, "plans")) == 2_001


def _queries(books: Books, kind: str) -> int:
    with counted() as sent:
        taken(books, kind)
    return len(sent)


def test_the_command_line_writes_both_and_leaves_nothing_where_it_is_refused(
    books: Books,
    tmp_path: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rate(books)
    with transaction() as session:
        for name, nip in (("officer", "198001012005011001"), ("chief", "197501012000031002")):
            mine = Person.id == books.world.people[name]
            session.execute(update(Person).where(mine).values(nip=nip))
    address = db.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("KINERJA_DATABASE_URL", address)
    folder = tmp_path / "keluar"
    folder.mkdir()
    table, paper = folder / "hasil.csv", folder / "hasil.pdf"
    as_officer, cycle = ("--as", "198001012005011001"), str(books.world.cycle_id)
    case = str(books.case("sari"))
    assert main(["export", "results", cycle, *as_officer, "-o", str(table), "--bom"]) == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbfPenilaian,")
    capsys.readouterr()
    regent = str(books.world.people["regent"])
    assert main(["cases", regent, *as_officer, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"cases": []}
    assert main(["cases", str(books.world.people["sari"]), *as_officer]) == 0
    assert case in capsys.readouterr().out
    assert main(["cases", "0", *as_officer]) == 1
    assert main(["document", case, *as_officer, "-o", str(paper)]) == 0
    assert paper.read_bytes().startswith(b"%PDF-")
    refused = folder / "tidak.xlsx"
    as_chief = ("--as", "197501012000031002")
    assert main(["export", "plans", cycle, *as_chief, "-o", str(refused)]) == 1
    assert main(["export", "plans", cycle, "--as", "0", "-o", str(refused)]) == 1
    assert main(["export", "plans", cycle, *as_officer, "-o", str(folder / "x.ods")]) == 2
    assert sorted(one.name for one in folder.iterdir()) == ["hasil.csv", "hasil.pdf"]
