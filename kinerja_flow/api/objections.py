"""Objections (keberatan): the record of one, and the evidence of both sides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.downloads import Download
from kinerja_flow.api.entries import Added, NewView
from kinerja_flow.api.evidence import ProofView, attached, download
from kinerja_flow.api.fields import Count, Exact, Id, Instant, Said, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.api.uploads import files
from kinerja_flow.services import evidence, exhibits, objections
from kinerja_flow.services.progress_forms import ExhibitFileForm, ExhibitLinkForm

noun = Noun(
    "objections", "The record of an objection. What is done in it is an action of its case."
)


class ExhibitView(ProofView):
    """Evidence in an objection."""

    side = Word("In which relation it was shown", like="employee")
    shows = Word("What it shows", like="Notulen dialog kinerja tanggal 3 Maret")
    withdrawn_at = Instant("When it was taken back; null while it stands")


class SaidView(Schema):
    """What was said with one act."""

    action = Word("The act", like="answer")
    action_label = Said("What the act is called", like="Tanggapi")
    capacity = Word("The relation in which it was done", like="assessor")
    actor_id = Id("Whoever did it; null where time or another act did")
    on_behalf_of_id = Id("The absent official on whose behalf; null where none")
    said_at = Instant("When", like="2026-03-02T01:30:00Z")
    values = fields.Dict(metadata={"description": "Codes that were given, by input"})
    texts = fields.Dict(metadata={"description": "Texts that were given, by input"})


class ContestedView(Schema):
    """A result as an objection contests it, or leaves it."""

    number = Count("Number of the result", like=1)
    level = Word("Its level; null where it has none", like="baik")
    value = Exact("Its exact value; null where it has none", like="91.5")


class ObjectionStandView(Schema):
    """How far an objection went."""

    case_id = Id("The case of the objection")
    number = Count("Number of the result that it contests", like=1)
    level = Count("How often it was referred upwards, from 1", like=1)
    outcome = Word("How it ended: stands, changed or accepted; null while it is open")


class RecordView(Schema):
    """The record of an objection."""

    contest = fields.Nested(ObjectionStandView, metadata={"description": "What is contested"})
    contested = fields.Nested(ContestedView, metadata={"description": "The contested result"})
    replacement = fields.Nested(
        ContestedView,
        allow_none=True,
        metadata={"description": "The result that took its place, for the employee once delivered"},
    )
    said = fields.List(
        fields.Nested(SaidView), metadata={"description": "What was said, oldest first"}
    )
    exhibits = fields.List(
        fields.Nested(ExhibitView), metadata={"description": "Evidence of both sides"}
    )


BOTH: dict[str, Any] = {"reads": True, "uploads": ExhibitFileForm()}


@noun.gets("/cases/<uuid:case_id>/objection", RecordView)
def one(call: Call, case_id: UUID) -> objections.Record:
    """The record of an objection, for both sides, the examiner and HR."""
    return objections.objection(case_id, call.actor)


@noun.gets("/cases/<uuid:case_id>/exhibits", page_of(ExhibitView))
def listed(call: Call, case_id: UUID) -> Page:
    """The evidence in an objection, oldest first; what was taken back stays readable."""
    return Page(exhibits.exhibits_for(case_id, call.actor))


@noun.adds("/cases/<uuid:case_id>/exhibits", ExhibitLinkForm(), NewView, **BOTH)
def add(call: Call, case_id: UUID) -> Added:
    """Show evidence in an objection: a link as JSON, or a file in a form."""
    return attached(call, exhibits.show_exhibit, evidence.show_file, case_id)


@noun.does("/cases/<uuid:case_id>/exhibits/<uuid:exhibit_id>/withdrawal")
def withdraw(call: Call, case_id: UUID, exhibit_id: UUID) -> None:
    """Take back evidence that one showed oneself."""
    exhibits.withdraw_exhibit(case_id, call.actor, exhibit_id)


@noun.sends("/cases/<uuid:case_id>/exhibits/<uuid:exhibit_id>/file")
def file(call: Call, case_id: UUID, exhibit_id: UUID) -> Download:
    """The file of a piece of evidence, as an attachment."""
    return download(evidence.exhibit_file(case_id, call.actor, exhibit_id, files()))
