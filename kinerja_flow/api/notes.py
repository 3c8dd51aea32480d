"""Private notes of whoever assesses: nobody else ever reads them."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema

from kinerja_flow.api.entries import About, Entry, EntryView
from kinerja_flow.api.fields import Count, Id, Instant, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import notes
from kinerja_flow.services.remark_forms import MEMO

noun = Noun("notes", "Notes for oneself. Their author alone reads them.")


class NoteView(Schema):
    """One of the caller's own notes."""

    id = Id("Its id")
    about = About()
    text = Word("What it says", like="Tanyakan kendala pengadaan saat dialog")
    version = Count("Its version: send it as If-Match to correct it", like=1)
    noted_at = Instant("When it was written", like="2026-03-02T01:30:00Z")


@noun.gets("/cases/<uuid:case_id>/notes", page_of(NoteView), known=True)
def listed(call: Call, case_id: UUID) -> Page:
    """The caller's own notes on an appraisal, oldest first."""
    return Page(notes.mine(case_id, call.actor))


@noun.adds("/cases/<uuid:case_id>/notes", MEMO, EntryView)
def add(call: Call, case_id: UUID) -> Entry:
    """Note something for oneself."""
    return Entry(notes.add(case_id, call.actor, call.body))


@noun.sets("/cases/<uuid:case_id>/notes/<uuid:note_id>", MEMO, EntryView, versioned=True)
def correct(call: Call, case_id: UUID, note_id: UUID) -> Entry:
    """Replace one of one's own notes."""
    version = notes.correct(case_id, call.actor, note_id, call.body, call.version or 0)
    return Entry(note_id, version)
