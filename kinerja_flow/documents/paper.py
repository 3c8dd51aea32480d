"""Sets blocks as a tagged PDF: the same bytes for the same content, without a network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from kinerja_flow.documents.letters import legible_in

_LAYOUT = Path(__file__).with_name("page.typ").read_bytes()
#: Readable by everybody's ears (PDF/UA-1), and by machines in thirty years (PDF/A-2a).
STANDARDS: list[Any] = ["ua-1", "a-2a"]

#: A part of a page as `page.typ` knows it: its `kind` and what belongs to it.
Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document before it is set. `at` becomes its date; `running` stands on every page."""

    title: str
    author: str
    language: str
    at: datetime
    running: Mapping[str, str]
    blocks: Sequence[Block]


def pdf(paper: Paper) -> bytes:
    """The document as PDF/UA-1 and PDF/A-2a. What people wrote is data, and never markup."""
    return _set(paper, format="pdf", pdf_standards=STANDARDS)[0]


def pictures(paper: Paper, ppi: float = 110) -> list[bytes]:
    """Each page as a PNG."""
    return _set(paper, format="png", ppi=ppi)


def _set(paper: Paper, **how: Any) -> list[bytes]:
    said = {
        "title": paper.title,
        "author": paper.author,
        "running": paper.running,
        "blocks": list(paper.blocks),
    }
    done: bytes | list[bytes] = typst.compile(
        _LAYOUT,
        sys_inputs={
            "paper": json.dumps(legible_in(said), ensure_ascii=False),
            "language": paper.language,
            "at": paper.at.strftime("%Y %m %d %H %M %S"),
        },
        ignore_system_fonts=True,
        timestamp=int(paper.at.timestamp()),
        **how,
    )
    return done if isinstance(done, list) else [done]
