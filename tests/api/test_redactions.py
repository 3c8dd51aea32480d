"""Redaction over HTTP: two officers, and nobody else."""

from __future__ import annotations

from kinerja_flow.services import feedback
from tests.api.portal import Portal


def test_two_officers_redact_a_remark(portal: Portal) -> None:
    portal.books.start("sari")
    said = {"kind": "note", "text": "Anaknya sakit"}
    remark = feedback.give_feedback(portal.case(), portal.books.who("chief"), said)
    entry = {"place": "feedback", "row": str(remark), "field": "text", "ground": "about_others"}
    assert portal.as_("chief").post("/redactions", entry).status_code == 403
    assert portal.as_("officer").post("/redactions", entry).json["is_done"] is False
    done = portal.as_("second_officer").post("/redactions", entry)
    assert (done.status_code, done.json["is_done"]) == (201, True)
    wrong = portal.as_("officer").post("/redactions", {**entry, "ground": "whim"})
    assert wrong.status_code == 422
