"""Answers to instruments: each rater's own sheet, sealed until its stage closes.

No answer is kept under an Idempotency-Key: nothing links a rater to what they said.
"""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Instant, Said, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.services import answers, forms
from kinerja_flow.services.answers import Answers, OwnSheet

noun = Noun("answers", "The caller's own answers. Nobody else reads them before they are released.")


class PromiseView(Schema):
    """What an anonymous rater is told before the first answer."""

    relation = Word("In which relation the caller answers", like="peer")
    minimum = Count("Fewer answers than these are neither shown nor counted", like=3)
    closes_at = Instant("When the answers are opened; null where no date is set")
    promised = fields.List(
        Said("A sentence"), metadata={"description": "How the answers are protected"}
    )
    limits = fields.List(
        Said("A sentence"), metadata={"description": "How far that protection goes"}
    )


class SheetView(Schema):
    """The caller's own sheet."""

    instrument = Word("Key of the instrument", like="kolaborasi")
    version = Count("Its version, 0 before it is begun: send it as If-Match", like=0)
    answers = fields.Dict(metadata={"description": "criterion → value (level) and comment"})
    told = fields.Nested(
        PromiseView,
        allow_none=True,
        metadata={"description": "Read it before the first answer; null where answers have names"},
    )


class SheetForm(forms.Form):
    """Answers to some or all criteria."""

    answers = fields.Dict(required=True)
    understood = forms.flag("understood", default=False)


AT = "/cases/<uuid:case_id>/answers/<instrument>"


@noun.gets(AT, SheetView)
def one(call: Call, case_id: UUID, instrument: str) -> OwnSheet:
    """The caller's own answers to an instrument, and what an anonymous rater is promised."""
    return answers.my_sheet(case_id, call.actor, instrument)


@noun.sets(AT, SheetForm(), SheetView, versioned=True, reads=True)
def put(call: Call, case_id: UUID, instrument: str) -> OwnSheet:
    """Answer criteria of an instrument; what is not named stays as it was answered before.

    An anonymous rater says with the first answer that the promise and its limits were `understood`.
    """
    given, understood = call.body["answers"], call.body["understood"]
    sheet = Answers(instrument, given, call.version, understood)
    return answers.answer(case_id, call.actor, sheet)
