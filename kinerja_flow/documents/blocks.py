"""The parts of a page, as `page.typ` draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]
#: Title and width (in shares of the line) of a column.
Column = tuple[str, float]


def part(across: bool = False) -> Block:
    """New pages from here on, upright or across."""
    return {"kind": "part", "across": across}


def title(*lines: str) -> Block:
    """The document's own title, with lines under it."""
    return {"kind": "title", "lines": lines}


def heading(text: str, level: int = 1) -> Block:
    return {"kind": "heading", "text": text, "level": level}


def text(said: str, small: str = "") -> Block:
    """Something said, and after it in small letters by whom."""
    return {"kind": "text", "text": said, "small": small}


def note(said: str) -> Block:
    """Something said in small letters."""
    return {"kind": "note", "text": said}


def facts(*rows: tuple[str, ...], label: float = 5.6) -> Block:
    """Names and values beside each other, the names so many centimetres wide; a third "strong"
    makes the value stand out."""
    return {"kind": "facts", "rows": rows, "label": label}


def beside(parts: Sequence[Sequence[Block]], columns: int) -> Block:
    """So many parts beside each other in a row, read from left to right."""
    return {"kind": "beside", "parts": parts, "columns": columns}


def listing(items: Sequence[str]) -> Block:
    return {"kind": "list", "items": items}


def stamp(said: str, why: str) -> Block:
    return {"kind": "stamp", "title": said, "text": why}


def digests(*rows: tuple[str, str]) -> Block:
    """What each SHA-256 is of, on one page."""
    return {"kind": "digests", "rows": [(said, _grouped(sha256)) for said, sha256 in rows]}


def table(columns: Sequence[Column], rows: Iterable[Sequence[Block]]) -> Block:
    """A table whose header is repeated on each page. A row leaves out what cells above span."""
    heads = [{"title": said, "width": width} for said, width in columns]
    return {"kind": "table", "columns": heads, "rows": [list(row) for row in rows]}


def cell(said: str, *small: str, rows: int = 1, columns: int = 1, strong: bool = False) -> Block:
    """What stands in a table, with lines in small letters, over so many rows and columns."""
    lines = [line for line in small if line]
    spans = {"rows": rows, "columns": columns}
    return {"text": said, "small": lines, "strong": strong, **spans}


def tree(nodes: Sequence[Block]) -> Block:
    return {"kind": "tree", "nodes": nodes}


def branch(label: str, value: str, said: str, parts: Sequence[Block]) -> Block:
    return {"label": label, "value": value, "text": said, "parts": parts}


def signatures(places: Sequence[Block]) -> Block:
    return {"kind": "signatures", "places": places}


def place(role: str, name: str, lines: Sequence[str], said: str = "", sha256: str = "") -> Block:
    """Where somebody signs, or has signed: then with the SHA-256 of what they were shown."""
    return {"role": role, "name": name, "lines": lines, "said": said, "sha": _grouped(sha256)}


def _grouped(sha256: str) -> str:
    """In groups of 16, which eyes can compare and lines can break between."""
    return " ".join(sha256[start : start + 16] for start in range(0, len(sha256), 16))
