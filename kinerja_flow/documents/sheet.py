"""A result as a document: what stands in it, and in which order.

The blocks of the Dokumen Evaluasi Kinerja Pegawai (PermenPANRB 6/2022): heading, the people,
evaluasi, catatan, signatures; attached the SKP, the evaluation form and the explanation.
"""

from __future__ import annotations

from collections.abc import Iterator

from kinerja_flow.documents import blocks
from kinerja_flow.documents.blocks import Block, heading
from kinerja_flow.documents.evaluation import evaluation, explanation, notes
from kinerja_flow.documents.form import form
from kinerja_flow.documents.material import Material
from kinerja_flow.documents.paper import Paper
from kinerja_flow.documents.people import named, people
from kinerja_flow.documents.plan import plan
from kinerja_flow.documents.signing import signatures
from kinerja_flow.documents.voice import Voice

#: No part of the line at the head of each page has more letters.
MOST_RUNNING = 40


def paper(material: Material, content_sha256: str, language: str) -> Paper:
    """The document of a result in a language, its date the instant of the result."""
    content = material.content
    say = Voice(language, content["zone"])
    title = say.label(material.definition.document.title)
    whose = ", ".join(one["name"] for one in named(material, "employee"))
    stamps = _stamps(material)
    running = {
        "left": " · ".join(map(_cut, (content["agency"], content["cycle"], whose))),
        "stamp": " · ".join(say(code) for code in stamps),
        "foot": say("foot", number=material.number, sha=material.digest[:16]),
        "page": say("page"),
        "of": say("of"),
    }
    return Paper(
        title=title,
        author=content["agency"],
        language=language,
        at=material.computed_at,
        running=running,
        blocks=[*_front(material, stamps, say), *_annexes(material, content_sha256, say)],
    )


def _cut(said: str) -> str:
    """No more of a name than the head of a page has room for; the first page has all of it."""
    return said if len(said) <= MOST_RUNNING else f"{said[: MOST_RUNNING - 1].rstrip()}…"


def _stamps(material: Material) -> list[str]:
    marks = {
        "draft": not material.is_delivered,
        "superseded": material.is_superseded,
        "provisional": material.is_provisional,
    }
    return [code for code, holds in marks.items() if holds]


def _front(material: Material, stamps: list[str], say: Voice) -> Iterator[Block]:
    first, last = map(say.iso_day, material.content["period"])
    yield blocks.part()
    yield blocks.title(
        material.content["agency"],
        say.label(material.definition.title),
        say("period", first=first, last=last),
    )
    for code in stamps:
        yield blocks.stamp(say(code), say(f"{code}.text"))
    yield from people(material, say)
    number = len(material.definition.document.people) + 1
    yield heading(f"{number}. {say('evaluation')}")
    yield from evaluation(material, say)
    yield heading(f"{number + 1}. {say('notes')}")
    yield from notes(material, say)
    yield heading(f"{number + 2}. {say('signatures')}")
    yield from signatures(material, say)


def _annexes(material: Material, sha256: str, say: Voice) -> Iterator[Block]:
    yield blocks.part(across=True)
    yield from plan(material, say)
    yield blocks.part()
    yield from form(material, say)
    yield from explanation(material, say)
    yield heading(say("digests"))
    yield blocks.digests((say("digest_result"), material.digest), (say("digest_content"), sha256))
