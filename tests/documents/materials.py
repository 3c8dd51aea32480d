"""A result with everything that a document can show, made by hand; and what a PDF says."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from kinerja_flow.documents import Entry, Material, Remark, Said, Signed, Word
from kinerja_flow.policy import RELATIONS
from kinerja_flow.scoring import IndicatorRow, PlanRow, Statement, evaluate
from kinerja_flow.scoring import Material as Scored
from kinerja_flow.workflow import relation_label, vocabulary
from workflows import read
from workflows.definition import Definition, Label

SMALL = (Path(__file__).parents[1] / "templates" / "small.yaml").read_text("utf-8")
SECTION = """
document:
  organisation: hasil
  shows: [capaian]
  rating: hasil
  notes: [alasan]
  behaviour: [refleksi]
"""
AT = datetime(2026, 12, 30, 7, 5, 9, tzinfo=UTC)
SHA = "0123456789abcdef" * 4


def definition() -> Definition:
    return read(SMALL + SECTION, vocabulary())


def person(relation: str, name: str, **more: Any) -> dict[str, Any]:
    post = {"kind": "definitive", "title": f"Jabatan {name}", "unit": "Dinas Pendidikan"}
    usual = {"id": f"00000000-0000-0000-0000-{len(name):012}", "nip": "199001012015041001"}
    told = {"rank": "III/c", "posts": [post], "substitutes": []}
    return {"relation": relation, "name": name, **usual, **told, **more}


def item(number: int, indicators: int = 1, **more: Any) -> dict[str, Any]:
    told = {"section": "utama", "title": f"Layanan {number}", "weight": "100"}
    own = [
        {
            "id": f"i{number}.{place}",
            "aspect": "kuantitas",
            "title": f"Jumlah dokumen {number}.{place}",
            "target_raw": "2 Dokumen",
            "unit": "Dokumen",
            "is_objective": True,
        }
        for place in range(1, indicators + 1)
    ]
    return {"id": f"r{number}", "indicators": own, **told, **more}


def content(items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    notes = [
        {"section": "resources", "text": "Komputer dan printer"},
        {"section": "expectation", "about": "belajar", "text": "Berbagi ilmu tiap bulan"},
    ]
    people = [
        person("employee", "Sari Wulandari"),
        person("assessor", "Bima Prakoso"),
        person("reviewer", "Ratna Dewi"),
    ]
    usual = {"agency": "Kota Contoh", "zone": "Asia/Makassar", "cycle": "Evaluasi 2026"}
    span = {"year": 2026, "day": "2026-12-30", "period": ["2026-01-01", "2026-12-31"]}
    told = {"people": people, "plan": {"items": items, "notes": notes}, "plan_digest": SHA}
    return {**usual, **span, **told, **more}


def whole(items: list[dict[str, Any]] | None = None, **more: Any) -> Material:
    """A delivered result of a plan, signed by the assessor and not by the employee."""
    items = [item(1, 2)] if items is None else items
    rows = [
        PlanRow(one["id"], f"RHK {n}", one["section"], None, tuple(_indicators(n, one)))
        for n, one in enumerate(items, start=1)
    ]
    known = definition()
    material = Material(
        definition=known,
        relations={name: relation_label(known, name) for name in RELATIONS},
        criteria={"refleksi": ("belajar",)},
        content=content(items),
        score=evaluate(known.scoring, _scored(known, tuple(rows))),
        number=1,
        digest=SHA,
        computed_at=AT,
        decided_by="Bima Prakoso",
        is_delivered=True,
        is_superseded=False,
        is_provisional=False,
        stated={
            "hasil": Said(_label("Rating"), _label("Sesuai ekspektasi"), "Ratna Dewi", AT),
            "alasan": Said(_label("Alasan"), _label("Bukti lengkap"), "Bima Prakoso", AT),
        },
        reached={"i1.1": Entry("1,5 Dokumen", "Arsip", date(2026, 12, 1))},
        evidence={"r1": ("Notula rapat",)},
        remarks=(Remark("strength", "Teliti", "Bima Prakoso", AT),),
        signatures=(Signed("assessor", "Bima Prakoso", AT, SHA),),
        plan_signatures=(Signed("assessor", "Bima Prakoso", AT, "f" * 64),),
        receipts=(Word("opened", AT),),
    )
    return replace(material, **more)


def _label(text: str) -> Label:
    return Label(text, text)


def _scored(known: Definition, plan: tuple[PlanRow, ...]) -> Scored:
    said = {"hasil": Statement("sesuai", "judge", 7, None)}
    return Scored(plan=plan, scales=known.scales, statements=said)


def _indicators(number: int, one: dict[str, Any]) -> Iterator[IndicatorRow]:
    for place, own in enumerate(one["indicators"], start=1):
        title, figures = f"IKI {number}.{place}", {"target": Fraction(2)}
        yield IndicatorRow(own["id"], title, "kuantitas", realisation=Fraction(3, 2), **figures)


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """What is written on all pages, without blanks: lines may break anywhere."""
    return squeezed(" ".join(page.extract_text() for page in opened(pdf).pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def tags(pdf: bytes) -> Iterator[str]:
    """The tags of the document in reading order."""

    def walk(node: Any) -> Iterator[str]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                yield from walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                yield str(node["/S"])
            yield from walk(node.get("/K", []))

    yield from walk(opened(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"])


def read_aloud(pdf: bytes) -> str:
    """What a screen reader says: the texts of the tags in the order of their tree, without blanks;
    what stands in no tag (the head and the foot of each page) is not said."""
    reader, spoken = opened(pdf), dict[tuple[int, int], str]()
    for page in reader.pages:
        assert page.indirect_reference is not None
        for mark, text in _marked(page):
            place = (page.indirect_reference.idnum, mark)
            spoken[place] = spoken.get(place, "") + text

    def walk(node: Any, page: Any) -> Iterator[str]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                yield from walk(one, page)
        elif isinstance(node, dict):
            page = node.raw_get("/Pg").idnum if "/Pg" in node else page
            yield from walk(node.get("/MCID", node.get("/K", [])), page)
        else:
            yield spoken.get((page, int(node)), "")

    root = reader.trailer["/Root"]["/StructTreeRoot"]["/K"]
    return squeezed("".join(walk(root, None))).replace("\u00ad", "")


def _marked(page: Any) -> Iterator[tuple[int, str]]:
    """The texts of a page, each with the number of the mark that it stands in."""
    fonts = {
        name: _letters(font.get_object()) for name, font in page["/Resources"]["/Font"].items()
    }
    marks, font = list[Any](), dict[bytes, str]()
    content = page.get_contents()
    assert content is not None
    for operands, operator in content.operations:
        if operator in (b"BDC", b"BMC"):
            marks.append(operands[1].get("/MCID") if operator == b"BDC" else None)
        elif operator == b"EMC":
            marks.pop()
        elif operator == b"Tf":
            font = fonts[operands[0]]
        elif operator in (b"Tj", b"TJ"):
            inside = [one for one in marks if one is not None]
            pieces = operands[0] if operator == b"TJ" else operands
            codes = b"".join(_bytes(one) for one in pieces if isinstance(one, str | bytes))
            if inside:
                yield (
                    inside[-1],
                    "".join(font.get(codes[at : at + 2], "") for at in range(0, len(codes), 2)),
                )


def _bytes(written: Any) -> bytes:
    return bytes(written.original_bytes) if isinstance(written, str) else bytes(written)


def _letters(font: Any) -> dict[bytes, str]:
    """The letters of a font by their codes, as it says itself."""
    said = font["/ToUnicode"].get_data().decode("latin-1")
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]{4,})>", said)
    return {bytes.fromhex(code): bytes.fromhex(to).decode("utf-16-be") for code, to in pairs}
