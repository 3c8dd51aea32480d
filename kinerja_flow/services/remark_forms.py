"""What remarks look like (feedback, a reply, a private note), and the row that one is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema
from sqlalchemy.orm import Session

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.models import (
    ActionStep,
    Activity,
    Evidence,
    PlanIndicator,
    PlanItem,
    Realisation,
)
from kinerja_flow.models.progress import ABOUT_KINDS, FEEDBACK_KINDS
from kinerja_flow.services import forms
from kinerja_flow.services.books import of_home
from kinerja_flow.services.forms import Form
from workflows.faults import Fault

REPLY = "reply"
_ROWS: Mapping[str, Any] = {
    "item": PlanItem,
    "indicator": PlanIndicator,
    "step": ActionStep,
    "activity": Activity,
    "realisation": Realisation,
    "evidence": Evidence,
}
_STRANGERS = {
    "item": "no_such_item",
    "indicator": "no_such_indicator",
    "step": "no_such_step",
    "activity": "no_such_activity",
    "realisation": "no_such_realisation",
    "evidence": "no_such_evidence",
}


class MemoForm(Form):
    """A text about one row, which is named under its kind, or about the case as a whole."""

    text = forms.text("text")
    item = forms.identity("item", optional=True)
    indicator = forms.identity("indicator", optional=True)
    step = forms.identity("step", optional=True)
    activity = forms.identity("activity", optional=True)
    realisation = forms.identity("realisation", optional=True)
    evidence = forms.identity("evidence", optional=True)

    @validates_schema
    def _about_one_thing(self, data: Mapping[str, Any], **_: Any) -> None:
        named = [kind for kind in ABOUT_KINDS if kind in data]
        if len(named) > 1:
            raise ValidationError({named[1]: [Fault("about_one_thing")]})


class FeedbackForm(MemoForm):
    """Umpan balik of a kind; or a reply, which has neither a kind nor a row of its own."""

    kind = forms.choice(
        "kind", tuple(kind for kind in FEEDBACK_KINDS if kind != REPLY), optional=True
    )
    reply_to = forms.identity("reply_to", optional=True)

    @validates_schema
    def _kind_or_reply(self, data: Mapping[str, Any], **_: Any) -> None:
        if "reply_to" not in data:
            if "kind" not in data:
                raise ValidationError({"kind": [Fault("required")]})
            return
        for name in ("kind", *ABOUT_KINDS):
            if name in data:
                raise ValidationError({name: [Fault("reply_stands_alone")]})


def about(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say what a remark is about; both empty for the case as a whole."""
    named = next((kind for kind in ABOUT_KINDS if kind in values), None)
    return {"about_kind": named, "about_id": values[named] if named else None}


def strangers(session: Session, facts: Facts, values: Mapping[str, Any]) -> Iterator[Blocker]:
    """What a remark is about is a row of this very appraisal."""
    said = about(values)
    kind = said["about_kind"]
    if kind is None:
        return
    model = _ROWS[kind]
    if session.scalar(of_home(facts, model, model.id).where(model.id == said["about_id"])) is None:
        yield Blocker(_STRANGERS[kind], kind)


FEEDBACK, MEMO = FeedbackForm(), MemoForm()
