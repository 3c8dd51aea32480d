"""The document as a PDF: what stands in it, that nothing is markup, and that ears can read it.

Everything here is made without a database: a document takes some milliseconds.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_flow.documents import Material, paper, pdf
from kinerja_flow.documents.letters import SHOWN, legible
from tests.documents.materials import (
    SHA,
    content,
    item,
    opened,
    person,
    read_aloud,
    squeezed,
    tags,
    text_of,
    whole,
)

pytestmark = pytest.mark.slow

HOSTILE = '#panic() $x$ *b* _i_ `raw` <l> @ref \\ // /* = - + [x] ]; #import "a" \\u{41} ~ -- \''


def made(material: Material, language: str = "id") -> bytes:
    return pdf(paper(material, SHA, language))


def told(material: Material, language: str = "id") -> str:
    return text_of(made(material, language))


#: What stands in the document of `whole()`, in the order of the form (PermenPANRB 6/2022).
OFFICIAL = [
    *("DOKUMEN EVALUASI KINERJA PEGAWAI", "Kota Contoh"),
    "Periode 1 Januari 2026 s.d. 31 Desember 2026",
    *("1. Pegawai", "Sari Wulandari", "199001012015041001", "III/c", "Jabatan Sari Wulandari"),
    *("2. Pejabat Penilai Kinerja", "Bima Prakoso", "3. Atasan Pejabat Penilai", "Ratna Dewi"),
    *("4. Evaluasi", "Capaian kinerja organisasi", "Sesuai ekspektasi", "Capaian", "75"),
    *("Ditetapkan", "30 Desember 2026 oleh Bima Prakoso", "30 Desember 2026 15.05 WITA"),
    *("5. Catatan dan rekomendasi", "Bukti lengkap", "6. Tanda tangan"),
    *("Belum ditandatangani", "Ditandatangani secara elektronik 30 Desember 2026 15.05 WITA"),
    *(SHA, "Lampiran 1. Sasaran Kinerja Pegawai", "A. Hasil kerja utama"),
    *("1.1 Jumlah dokumen 1.1", "2 Dokumen", "Refleksi diri", "Belajar"),
    *("Berbagi ilmu tiap bulan", "Komputer dan printer", "SKP diubah setelah tanda tangan"),
    *("Lampiran 2. Formulir evaluasi", "Bukti dukung: Notula rapat", "1,5 Dokumen"),
    *("Sumber: Arsip", "per 1 Desember 2026", "Kekuatan: Teliti"),
    *("Lampiran 3. Penjelasan hasil", "IKI 1.2", "100 × 1,5 / 2 = 75"),
]


@pytest.mark.parametrize("say", [told, lambda material: read_aloud(made(material))])
def test_everything_stands_in_it_in_the_official_order(say: Callable[[Material], str]) -> None:
    """Also as a screen reader says it, which goes by the tags and not by the places."""
    said = say(whole())
    place = 0
    for one in OFFICIAL:
        found = said.find(squeezed(one), place)
        assert found >= 0, f"{one!r} does not follow"
        place = found


def test_it_speaks_english_where_it_is_asked_to() -> None:
    said = told(whole(), "en")
    for one in ("Period January 1", "Employee", "Not signed", "30 December 2026", "1.5 / 2 = 75"):
        assert squeezed(one) in said or one == "Period January 1"
    assert squeezed("Belum ditandatangani") not in said


@pytest.mark.parametrize("mark", ["is_superseded", "is_provisional", "draft"])
def test_a_stamp_stands_on_the_first_page_and_in_the_head_of_each(mark: str) -> None:
    changed = {"is_delivered": False} if mark == "draft" else {mark: True}
    stamps = {
        "is_superseded": "DIGANTIKAN",
        "is_provisional": "SEMENTARA, DALAM KEBERATAN",
        "draft": "KONSEP, BELUM DISAMPAIKAN",
    }
    pages = [page.extract_text() for page in opened(made(whole(**changed))).pages]
    assert all(stamps[mark] in page for page in pages)
    assert pages[0].count(stamps[mark]) == 2
    assert not any(stamp in page for page in pages for stamp in {*stamps.values()} - {stamps[mark]})


def hostile(material: Material, text: str) -> Material:
    """The same document with the text in the place of everything that people wrote."""

    def put(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: put(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [put(one) for one in value]
        free = {"name", "nip", "rank", "title", "unit", "text", "superior", "target_raw"}
        return text if key in free or key in ("agency", "cycle") else value

    reached = {key: replace(one, raw=text, source=text) for key, one in material.reached.items()}
    return replace(
        material,
        content=put(material.content),
        decided_by=text,
        reached=reached,
        evidence={"r1": (text,)},
        remarks=tuple(replace(one, text=text, by=text) for one in material.remarks),
        signatures=tuple(replace(one, name=text, for_name=text) for one in material.signatures),
    )


def test_what_people_write_is_never_markup() -> None:
    said = told(hostile(whole(), HOSTILE))
    # Typographic quotes and dashes are for the layout's own words only.
    assert said.count(squeezed(HOSTILE)) >= 25


@given(text=st.text(min_size=1, max_size=60))
@settings(max_examples=10)
def test_any_text_can_be_set(text: str) -> None:
    assert made(hostile(whole(), text)).startswith(b"%PDF")


def test_what_the_fonts_lack_is_said_by_its_number_and_nothing_hides() -> None:
    assert legible("中 a\u202eb\u200b\u0000c\u00a0d\te\nf") == "[U+4E2D] abc\xa0d e\nf"
    assert legible("e\u0301 \u0301x \U0001f600") == "é [U+0301]x [U+1F600]"


def test_the_fonts_have_every_letter_that_is_not_replaced() -> None:
    letters = [chr(code) for first, last in SHOWN for code in range(first, last + 1)]
    shown = " ".join(one for one in letters if unicodedata.category(one)[0] not in "CMZ")
    assert "[U+" not in legible(shown)
    people = [person("employee", shown[:2000]), person("assessor", shown[2000:])]
    made(replace(whole(), content=content([item(1)], people=people)))


@pytest.mark.parametrize(("items", "indicators"), [(0, 0), (1, 0), (1, 60), (20, 3)])
def test_plans_of_any_size_are_set_and_heads_are_repeated(items: int, indicators: int) -> None:
    found = made(whole([item(number, indicators) for number in range(1, items + 1)]))
    pages = [squeezed(page.extract_text()) for page in opened(found).pages]
    said = "".join(pages)
    for number in range(1, items + 1):
        for place in range(1, indicators + 1):
            assert f"Jumlahdokumen{number}.{place}" in said
    heads = sum(squeezed("Realisasi") in page for page in pages)
    assert heads >= (2 if items * indicators >= 60 else 0)


def test_long_texts_and_names_run_over_pages_and_out_of_nothing() -> None:
    long = "Melaksanakan koordinasi lintas perangkat daerah. " * 200
    one = item(1, 2, title=long[:9_900], superior="x" * 3_000)
    people = [person("employee", "Raden Mas " + "Panjang" * 25), person("assessor", "y" * 200)]
    material = replace(whole([one]), content=content([one], people=people))
    said = text_of(made(material))
    assert said.count("x") >= 3_000
    assert said.count("lintas") == 2 * one["title"].count("lintas")


LONG = "Mempertanggungjawabkan penyelenggaraan dan mengimplementasikan keberlangsungan. "


def test_whoever_listens_hears_tables_row_by_row_and_nothing_twice() -> None:
    said = read_aloud(made(whole([item(1, 30), item(2, 2)])))
    # A cell over many rows is said before them, also where it is drawn after.
    assert squeezed("1 – Layanan 1 Bobot 100% Kuantitas 1.1") in said
    cells = [f"1.{n}Jumlahdokumen1.{n}2Dokumen" for n in range(1, 31)]
    first = said.index(cells[0])
    assert said[first:].startswith("Kuantitas".join(cells))
    assert squeezed("Halaman 1 dari") not in said
    assert said.count(squeezed("DOKUMEN EVALUASI")) == 1


def test_words_are_broken_by_syllables_in_columns_and_not_at_all_elsewhere() -> None:
    one = item(1, 1, title=LONG * 3, superior=LONG * 3)
    remarks = (replace(whole().remarks[0], text=LONG * 20),)
    pages = [page.extract_text() for page in opened(made(whole([one], remarks=remarks))).pages]
    words = set(LONG.split())
    texts = pages[-1][pages[-1].index("Umpan balik") :].split("Lampiran 3")[0].split()
    assert {word for word in texts if len(word) > 12} <= words
    [plan] = [page for page in pages if "Lampiran 1" in page]
    ends = [line.rsplit(maxsplit=1)[-1][:-1] for line in plan.splitlines() if line.endswith("-")]
    assert ends
    for end in ends:
        [rest] = [word.removeprefix(end) for word in words if word.startswith(end)]
        assert re.match("(ng|ny|[^aiueo])[aiueo]", rest), (end, rest)


def test_no_name_is_so_long_that_it_leaves_the_page() -> None:
    agency, cycle = "Badan Perencanaan Pembangunan Daerah " * 5, "Penilaian " * 20
    people = [person("employee", "Raden Mas Prawirodiningratan " * 7)]
    told = content([item(1)], people=people, agency=agency, cycle=cycle)
    found = made(whole(content=told, is_superseded=True, is_provisional=True))
    for page in opened(found).pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        for x, y in places(page):
            assert 20 < x < width - 20, "beside the page"
            assert 20 < y < height - 20, "above or below the page"


def places(page: Any) -> list[tuple[float, float]]:
    """Where on a page each line of text begins, from its lower left corner."""
    found = []

    def note(text: str, cm: list[float], tm: list[float], *_: Any) -> None:
        if text.strip():
            x, y = tm[4], tm[5]
            found.append((cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]))

    page.extract_text(visitor_text=note)
    return found


def test_signatures_stand_on_the_first_page_where_there_is_room() -> None:
    signed = (*whole().signatures, replace(whole().signatures[0], capacity="reviewer"))
    notes = {f"n{n}": replace(whole().stated["alasan"]) for n in range(3)}
    known = whole().definition
    document = replace(known.document, people=(*known.document.people, "examiner"), notes=(*notes,))
    people = [*content([])["people"], person("examiner", "Natalis Kurupat")]
    material = whole(
        definition=replace(known, document=document),
        content=content([item(1)], people=people),
        stated=notes,
        signatures=signed,
    )
    front, plan, *_ = [squeezed(page.extract_text()) for page in opened(made(material)).pages]
    assert squeezed("Pengesahan Atasan Pejabat Penilai") in front
    assert squeezed("Lampiran 1.") in plan


def test_the_same_content_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib; from kinerja_flow.documents import paper, pdf;"
        "from tests.documents.materials import SHA, whole;"
        "print(hashlib.sha256(pdf(paper(whole(), SHA, 'id'))).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    first = made(whole())
    assert run.stdout.strip() == hashlib.sha256(first).hexdigest()
    assert made(whole(decided_by="Ratna Dewi")) != first


def test_it_is_tagged_for_ears_and_archives() -> None:
    found = made(whole())
    reader = opened(found)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "id"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Dokumen Evaluasi Kinerja Pegawai"
    assert reader.metadata.creation_date is not None
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    order = [tag for tag in tags(found) if tag in ("/Title", "/H1", "/H2", "/Table", "/L")]
    assert order[:7] == ["/Title", *["/H1"] * 5, "/H2"]
    assert "/Table" in order
    assert "/L" in order


def test_every_table_has_heads_and_rows_of_cells() -> None:
    found = list(tags(made(whole([item(1, 60)]))))
    tables = found.count("/Table")
    assert found.count("/THead") == tables > 2
    assert found.count("/TH") >= 2 * tables
    assert found.count("/TD") > 300
    assert "/Figure" not in found
