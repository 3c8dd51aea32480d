"""Bukti dukung: links and files to the RHK of an appraisal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kinerja_flow.api.downloads import Download
from kinerja_flow.api.entries import Added, NewView, NotedView
from kinerja_flow.api.fields import Count, Id, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, Paged, page_of, paged
from kinerja_flow.api.uploads import files
from kinerja_flow.services import evidence, progress
from kinerja_flow.services.progress_forms import EvidenceFileForm, EvidenceLinkForm

noun = Noun("evidence", "Evidence of what was reached: a link (JSON), or a file (multipart).")


class ProofView(NotedView):
    """A link or a file that proves something."""

    on_behalf_of_id = Id("The absent official on whose behalf it was given; null where none")
    name = Word("What it is called", like="Laporan triwulan I")
    link = Word("Where it lies; null for a file", like="https://example.go.id/laporan")
    sha256 = Word("SHA-256 of the file; null for a link")
    media_type = Word("Type of the file by its content; null for a link", like="application/pdf")
    size = Count("Size of the file in bytes; null for a link", like=48213)


class EvidenceView(ProofView):
    """A piece of bukti dukung."""

    item_id = Id("The RHK that it belongs to")
    step_id = Id("The rencana aksi that it belongs to; null where it belongs to none")


def attached(call: Call, verb: Any, of_file: Any, case_id: UUID) -> Added:
    """What a verb for links, or the one for files, makes of what was sent."""
    if call.file is None:
        return Added(verb(case_id, call.actor, call.body))
    return Added(of_file(case_id, call.actor, call.body, call.file, files()))


def download(kept: evidence.KeptFile) -> Download:
    return Download(kept.content, kept.name, kept.ending, kept.media_type, kept.size, kept.sha256)


BOTH: dict[str, Any] = {"reads": True, "uploads": EvidenceFileForm()}


@noun.gets("/cases/<uuid:case_id>/evidence", page_of(EvidenceView), Paged())
def listed(call: Call, case_id: UUID) -> Page:
    """The evidence of an appraisal that the caller may read, in the order of its entry."""
    return paged(call.query, evidence.evidence_for, case_id, call.actor)


@noun.adds("/cases/<uuid:case_id>/evidence", EvidenceLinkForm(), NewView, **BOTH)
def add(call: Call, case_id: UUID) -> Added:
    """Attach evidence to an RHK: a link as JSON, or a file in a form."""
    return attached(call, progress.attach_evidence, evidence.attach_file, case_id)


@noun.sends("/cases/<uuid:case_id>/evidence/<uuid:evidence_id>/file")
def file(call: Call, case_id: UUID, evidence_id: UUID) -> Download:
    """The file of a piece of evidence, as an attachment."""
    return download(evidence.evidence_file(case_id, call.actor, evidence_id, files()))
