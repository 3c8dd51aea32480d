"""What a cycle is for (sosialisasi): read, and acknowledged for each role that one has in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Day, Exact, Id, Instant, Said, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.services import briefing, forms
from kinerja_flow.services.briefing import CycleBriefing
from workflows.definition import Label

noun = Noun("briefings", "What a cycle is for, what happens when, and what is asked of whom.")


class StageView(Schema):
    """A stage of the cycle."""

    label = Said("What happens", like="Penyusunan rencana")
    text = Said("What that means; null where nothing more is said")
    from_on = Day(
        "The first day; null where it has no window", like="2026-01-05", attribute="first"
    )
    until_on = Day("The last day; null where it has no window", like="2026-02-03", attribute="last")


class ScorePartView(Schema):
    """A part of a score."""

    label = Said("What it is called", like="Hasil kerja")
    percent = Exact("Its percent; null where the parts count alike", like="60")


class ScoreView(Schema):
    """A step of the score."""

    label = Said("What it is called", like="Nilai akhir")
    parts = fields.List(
        fields.Nested(ScorePartView), metadata={"description": "What it is made of"}
    )


class RoleView(Schema):
    """What one role is asked."""

    role = Word("The role", like="employee")
    label = Said("What it is called", like="Pegawai yang dinilai")
    text = Said("What is asked; null where nothing more is said")
    digest = Word("Names all that this role is shown: send it to acknowledge that it was read")
    read_at = Instant("When the caller acknowledged it; null before")


class BriefingView(Schema):
    """The briefing of a cycle, with the roles that the caller has in it."""

    cycle_id = Id("The cycle")
    name = Word("What the cycle is called", like="2026")
    purpose = Said("What it is for", like="Untuk memperbaiki kerja bersama.")
    stages = fields.List(fields.Nested(StageView), metadata={"description": "What happens when"})
    scores_text = Said("How scores come about, in the template's words; null where in steps")
    scores = fields.List(fields.Nested(ScoreView), metadata={"description": "The same in steps"})
    roles = fields.List(fields.Nested(RoleView), metadata={"description": "What is asked of whom"})


class ReceiptView(Schema):
    """That somebody read a briefing."""

    read_at = Instant("Since when", like="2026-01-20T05:00:00Z")


class ReceiptForm(forms.Form):
    """What was read, by the digest of all that was shown."""

    digest = forms.Sha256Input(forms.spec("digest"))


@noun.gets("/cycles/<uuid:cycle_id>/briefing", BriefingView)
def one(call: Call, cycle_id: UUID) -> Mapping[str, Any]:
    """The briefing of a cycle, for somebody of its agency."""
    return _told(briefing.briefing_for(cycle_id, call.actor))


def _told(found: CycleBriefing) -> dict[str, Any]:
    plain = ("cycle_id", "name", "purpose", "stages", "roles")
    said = {name: getattr(found, name) for name in plain}
    if isinstance(found.scores, Label):
        return {**said, "scores_text": found.scores, "scores": []}
    steps = [
        {"label": step.label, "parts": [{"label": p, "percent": share} for p, share in step.parts]}
        for step in found.scores
    ]
    return {**said, "scores_text": None, "scores": steps}


@noun.sets(
    "/cycles/<uuid:cycle_id>/briefing/receipts/<role>", ReceiptForm(), ReceiptView, reads=True
)
def acknowledge(call: Call, cycle_id: UUID, role: str) -> Mapping[str, Any]:
    """Acknowledge that one read the briefing for a role, as the digest says it was shown."""
    read_at = briefing.acknowledge(cycle_id, call.actor, role, call.body["digest"])
    return {"read_at": read_at}
