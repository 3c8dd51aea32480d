"""Redactions: HR takes a free text out, by two officers where the agency has two."""

from __future__ import annotations

from marshmallow import Schema

from kinerja_flow.api.fields import Truth, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.services.redactions import FORM, Redacted, redact

noun = Noun("redactions", "Free texts that HR takes out, by a recorded act.")


class RedactionView(Schema):
    """Where a redaction stands."""

    is_done = Truth("Whether it is done; else another officer asks for the same")
    sha256 = Word("SHA-256 of the text; null where it went when its time was over")


@noun.adds("/redactions", FORM, RedactionView)
def asked(call: Call) -> Redacted:
    """Redact a text, or be the first of the two officers that it takes; for HR."""
    return redact(call.actor, call.body)
