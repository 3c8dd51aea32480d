"""The document of a result, as a PDF, and its signatures beside it as JSON."""

from __future__ import annotations

import base64
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Instant, Truth, Word, several
from kinerja_flow.api.noun import Call, Contract, File, Noun
from kinerja_flow.language import language
from kinerja_flow.services import forms
from kinerja_flow.services.document import ResultDocument, document

PDF = "application/pdf"
noun = Noun("documents", "Dokumen Evaluasi Kinerja Pegawai: the same bytes for the same content.")


class WhichResult(forms.Form):
    """Which result's document; the newest that the caller may read, unless it is said."""

    number = forms.whole("number", **{"from": 1})


class SignedView(Schema):
    """A signature under the document."""

    capacity = Word("As what", like="assessor")
    name = Word("Who signed")
    at = Instant("When")
    sha256 = Word("SHA-256 of what was shown")
    for_name = Word("The absent official on whose behalf; null for themself")
    grant_kind = Word("plt, plh or leave; null for themself", like="plh")


class DocumentView(Schema):
    """What a document is, and who signed it."""

    number = Count("Number of the result", like=1)
    sha256 = Word("SHA-256 of the PDF in this language")
    content_sha256 = Word("SHA-256 of what was kept of people and plan at the delivery")
    is_draft = Truth("Whether the result is not delivered yet")
    is_superseded = Truth("Whether a later result is delivered")
    is_provisional = Truth("Whether an objection is open")
    signatures = several(fields.Nested(SignedView), "Under the result")
    plan_signatures = several(fields.Nested(SignedView), "Under the plan")


@noun.operation(
    "GET", "/cases/<uuid:case_id>/document", Contract(None, asks=WhichResult(), files=(PDF,))
)
def pdf(call: Call, case_id: UUID) -> File:
    """The document of a result as a tagged PDF; its ETag and Repr-Digest are its SHA-256."""
    found = _found(call, case_id)
    digest = base64.b64encode(bytes.fromhex(found.sha256)).decode()
    headers = {
        "Content-Type": PDF,
        "Content-Disposition": f'attachment; filename="{case_id}-{found.number}.pdf"',
        "Content-Language": language(),
        "ETag": f'"{found.sha256}"',
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    return File(found.pdf, headers)


@noun.gets("/cases/<uuid:case_id>/document/signatures", DocumentView, WhichResult())
def signatures(call: Call, case_id: UUID) -> ResultDocument:
    """What the document is, by its digests, and the signatures that it shows."""
    return _found(call, case_id)


def _found(call: Call, case_id: UUID) -> ResultDocument:
    return document(case_id, call.actor, call.query.get("number"), language())
