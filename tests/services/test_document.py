"""The document of a result as it is handed out: to whom, of when, and that it never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import insert, update

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Invalid, NotFound, Problem
from kinerja_flow.models import Document, HistoryEvent, Objection, Person, Post, Result, Signature
from kinerja_flow.services import organisations, substitutions
from kinerja_flow.services.document import ResultDocument, document
from kinerja_flow.workflow import sha256_of
from tests.builders import AFTER, Books, digest_of_tables
from tests.builders import books as books
from tests.documents.materials import squeezed, text_of
from tests.engine.test_sets import counted
from tests.engine.world import START, row, rows
from tests.services.town import town

pytestmark = pytest.mark.slow


@pytest.fixture
def rated(books: Books) -> Books:
    """Sari's appraisal, rated and handed over, and not opened yet."""
    books.ask("sari")
    for peer in ("tia", "uli", "vina"):
        books.answer(peer, "sari", 4)
    books.judge("sari")
    return books


def read(books: Books, who: str = "chief", **how: Any) -> ResultDocument:
    with books.after_rating():
        return document(books.case("sari"), books.who(who), **how)


def said(found: ResultDocument) -> str:
    return text_of(found.pdf)


def objected(books: Books) -> Any:
    """The objection to Sari's result, which the assessor has answered."""
    world = books.world
    with books.after_rating():
        world.act("sari", "look")
        world.act("sari", "object", grounds="Bukti belum dibaca seluruhnya")
        objection = row(Objection).case_id
        world.act("chief", "respond", objection, response="Sudah dibaca")
    return objection


def test_the_delivery_keeps_what_it_showed_and_says_its_digest(rated: Books) -> None:
    kept = row(Document, case_id=rated.case("sari"))
    event = row(HistoryEvent, case_id=rated.case("sari"), action="judge")
    assert event.change["document"] == kept.sha256 == sha256_of(kept.content)
    found = read(rated)
    assert (found.number, found.content_sha256) == (1, kept.sha256)
    assert (found.is_draft, found.is_superseded, found.is_provisional) == (False, False, False)
    for text in ("Sesuai ekspektasi", "2 Dokumen", "Belum ditandatangani", "Kota", "Dinas"):
        assert squeezed(text) in said(found)


def test_who_may_read_the_result_gets_its_document_and_nobody_else(rated: Books) -> None:
    for who in ("chief", "head", "officer", "sari"):
        assert read(rated, who).pdf.startswith(b"%PDF-")
    stranger = rated.other.actors["officer"]
    for actor in (rated.who("tia"), rated.who("uli"), stranger):
        with rated.after_rating(), pytest.raises(NotFound):
            document(rated.case("sari"), actor)
    with pytest.raises(NotFound):
        read(rated, number=2)
    with pytest.raises(NotFound):
        document(uuid4(), rated.who("chief"))
    with pytest.raises(Invalid):
        read(rated, language="fr")


def test_the_employees_first_reading_of_it_is_the_receipt(rated: Books) -> None:
    assert squeezed("Diterima pegawai belum") in said(read(rated))
    read(rated, "sari")
    assert squeezed("saat hasil dibuka") in said(read(rated))
    by_chief, before = read(rated), digest_of_tables()
    assert read(rated, "sari").pdf == read(rated, "sari").pdf == by_chief.pdf
    assert digest_of_tables() == before


def test_what_was_delivered_stays_when_people_and_posts_change(rated: Books) -> None:
    before = read(rated)
    with transaction() as session:
        session.execute(update(Person).values(name="Nama Baru", rank="IV/e"))
        session.execute(update(Post).values(title="Jabatan Baru"))
    assert read(rated).pdf == before.pdf


def test_posts_ranks_and_substitutes_are_those_of_the_day(books: Books) -> None:
    world = books.world
    day = AFTER.date()
    spare = organisations.add_post(
        world.agency_id, row(Post, agency_id=world.agency_id, title="head").unit_id, "Sekretaris"
    )
    organisations.hold_post(world.agency_id, world.people["chief"], spare, day, kind="plt")
    with transaction() as session:
        session.execute(update(Person).where(Person.id == world.people["head"]).values(rank="IV/b"))
    days = {"from_on": str(day), "until_on": str(day + timedelta(days=3))}
    entry = {"absent": world.people["head"], "by": world.people["secretary"], "kind": "plh"}
    substitutions.grant(books.who("officer"), {**entry, **days, "ground": "Dinas luar"})
    books.ask("sari")
    books.judge("sari")
    found = said(read(books))
    for text in ("chief; Plt. Sekretaris", "IV/b", "secretary (NIP tidak tercatat), 1 April 2026"):
        assert squeezed(text) in found


def test_a_result_that_is_not_delivered_is_a_draft_for_those_who_judge(rated: Books) -> None:
    objection = objected(rated)
    found = read(rated)
    assert found.is_provisional
    assert "SEMENTARA" in said(found)
    with rated.after_rating():
        reasons = {"hasil": "di_atas", "reasons": "Bukti lengkap"}
        rated.world.act("head", "change", objection, **reasons)
    first, second = read(rated, number=1), read(rated)
    assert (first.is_superseded, first.is_provisional) == (True, False)
    assert (second.number, second.is_superseded) == (2, False)
    assert "DIGANTIKAN" in said(first)
    assert squeezed("Di atas ekspektasi") in said(second)
    assert read(rated, "sari", number=1).pdf == first.pdf


def test_what_is_in_the_making_changes_no_document_that_the_employee_reads(rated: Books) -> None:
    objected(rated)
    before = read(rated, "sari")
    made = {**row(Result, case_id=rated.case("sari"))._mapping, "number": 2, "digest": "f" * 64}
    later = AFTER + timedelta(hours=2)
    with transaction() as session:
        session.execute(insert(Result), [{**made, "computed_at": later}])
    with clock.at(later + timedelta(hours=1)):
        assert read(rated, "sari").pdf == before.pdf
    assert before.is_provisional


def test_an_objection_that_changes_nothing_leaves_the_document_as_it_was(rated: Books) -> None:
    before = row(Document, case_id=rated.case("sari")).sha256
    objection = objected(rated)
    with rated.after_rating():
        rated.world.act("head", "uphold", objection, reasons="Sudah tepat")
    assert len(rows(Document, case_id=rated.case("sari"))) == 2
    found = read(rated)
    assert (found.number, found.is_provisional, found.content_sha256) == (1, False, before)


def test_a_signature_of_this_result_stands_under_it(rated: Books) -> None:
    with clock.at(AFTER + timedelta(hours=1)):
        rated.world.act("sari", "look")
        rated.world.act("head", "sign_off")
    signed = row(Signature, case_id=rated.case("sari"), subject="result")
    found = said(read(rated))
    assert found.count(signed.sha256) >= 2
    assert squeezed("Pengesahan Atasan Pejabat Penilai Kinerja head") in found
    assert squeezed("1 April 2026 13.00 WIB") in found


def test_a_number_of_queries_that_does_not_grow_with_the_plan(rated: Books) -> None:
    read(rated)
    with counted() as few:
        read(rated)
    with transaction() as session:
        kept = session.get_one(Document, _key(rated))
        items = [{**one, "id": str(uuid4())} for one in kept.content["plan"]["items"] * 40]
        kept.content = {**kept.content, "plan": {"items": items, "notes": []}}
    with counted() as many:
        read(rated)
    assert len(many) == len(few)


def _key(books: Books) -> Any:
    kept = row(Document, case_id=books.case("sari"))
    return {name: getattr(kept, name) for name in ("agency_id", "year", "case_id", "number", "seq")}


def test_practice_is_read_by_whoever_practises_alone(rated: Books) -> None:
    confined = replace(rated.who("chief"), confined_to=uuid4())
    with rated.after_rating(), pytest.raises(Problem):
        document(rated.case("sari"), confined)


def test_the_predikat_of_the_unit_stands_in_it_as_it_was_when_shown(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        found = town()
        found.rate("baik")
        found.judge("ani", "sesuai", alasan="Sesuai panduan distribusi")
        with clock.at(START + timedelta(hours=1)):
            found.rate("istimewa")
            shown = document(found.cases["ani"], found.who("kadis"))
        assert squeezed("Capaian kinerja organisasi Baik") in said(shown)
        assert squeezed("Hasil Sesuai ekspektasi") in said(shown)
