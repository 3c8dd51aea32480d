"""The document of a result (Dokumen Evaluasi Kinerja Pegawai) as a PDF, for whoever may read it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from kinerja_flow.db import transaction
from kinerja_flow.documents import Material, Paper, Signed, paper, pdf
from kinerja_flow.errors import Invalid, NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Document, Result
from kinerja_flow.policy import RELATIONS, Actor
from kinerja_flow.scoring import from_json
from kinerja_flow.services.books import delivered, facts_for, of_home
from kinerja_flow.services.document_ground import Ground
from kinerja_flow.services.document_reading import read
from kinerja_flow.services.results import read_results
from kinerja_flow.workflow import always, load_one, relation_label, sha256_of
from workflows.definition import LANGUAGES

_NEEDS = always("people", "shown", "plan_digest")


@dataclass(frozen=True, slots=True)
class ResultDocument:
    """The document of the result `number`: the same bytes for the same content.

    `sha256` is of the PDF; `content_sha256` of what was kept of people and plan at the delivery,
    as the history has it (of what would be kept now, for a result that is not delivered).
    `is_draft` where it is not delivered, `is_superseded` where a later one is, `is_provisional`
    while an objection to it is open: each is stamped on the pages.
    """

    number: int
    pdf: bytes
    sha256: str
    content_sha256: str
    is_draft: bool
    is_superseded: bool
    is_provisional: bool
    signatures: tuple[Signed, ...] = ()
    plan_signatures: tuple[Signed, ...] = ()


def document(
    case_id: UUID, actor: Actor, number: int | None = None, language: str = LANGUAGES[0]
) -> ResultDocument:
    """The document of a result of an appraisal, by default of the newest that the actor may read.

    Who may: whoever may read the result (`read_results`, which also records the employee's first
    opening); to others there is nothing (NotFound). `language` is "id" or "en".
    """
    if language not in LANGUAGES:
        raise Invalid.of("unknown_language", "language", known=", ".join(LANGUAGES))
    material, sha256 = _material(case_id, actor, number)
    return _set(material, sha256, paper(material, sha256, language))


def _material(case_id: UUID, actor: Actor, number: int | None) -> tuple[Material, str]:
    """What the document shows, with the SHA-256 of what was kept of it at the delivery."""
    with transaction() as session:
        numbers = [result.number for result in read_results(case_id, actor, "document")]
        wanted = numbers[-1] if number is None else number
        if wanted not in numbers:
            raise NotFound.of("no_result", "result")
        seen = facts_for(session, case_id, actor)
        facts = load_one(session, seen.case.agency_id, seen.home_id, _NEEDS)
        return _of_result(session, facts, wanted)


def _of_result(session: Session, facts: Facts, number: int) -> tuple[Material, str]:
    rows = session.scalars(of_home(facts, Result, Result).order_by(Result.number))
    results = {row.number: row for row in rows}
    result, newest = results[number], delivered(session, facts)
    kept = _kept(session, facts, number)
    content = kept.content if kept else {**facts.shown, "plan_digest": facts.plan_digest}
    later = (row.computed_at for row in results.values() if row.number > number)
    ground = Ground(
        session,
        facts,
        result,
        shown_at=kept.shown_at if kept else facts.now,
        until=min(later, default=None),
        is_past=number < newest,
        kept={UUID(one["id"]): one["name"] for one in content["people"]},
    )
    material = Material(
        definition=facts.definition,
        relations={name: relation_label(facts.definition, name) for name in RELATIONS},
        criteria=facts.groups["criteria"],
        content=content,
        score=from_json(result.explanation),
        number=number,
        digest=result.digest,
        computed_at=result.computed_at,
        is_delivered=kept is not None or number == newest,
        is_superseded=number < newest,
        **read(ground),
    )
    return material, kept.sha256 if kept else sha256_of(content)


def _kept(session: Session, facts: Facts, number: int) -> Document | None:
    """What was kept when the result was first delivered; a later delivery changes nothing."""
    d = Document
    first = of_home(facts, d, d).where(d.number == number).order_by(d.seq).limit(1)
    return session.scalars(first).one_or_none()


def _set(material: Material, sha256: str, made: Paper) -> ResultDocument:
    written = pdf(made)
    return ResultDocument(
        number=material.number,
        pdf=written,
        sha256=hashlib.sha256(written).hexdigest(),
        content_sha256=sha256,
        is_draft=not material.is_delivered,
        is_superseded=material.is_superseded,
        is_provisional=material.is_provisional,
        signatures=material.signatures,
        plan_signatures=material.plan_signatures,
    )
