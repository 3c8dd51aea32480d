"""Many acts in one request: each is decided by itself, and answered by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields

from kinerja_flow.api.cases import OutcomeView
from kinerja_flow.api.fields import Count
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.problems import ProblemView, told
from kinerja_flow.errors import Invalid, Problem
from kinerja_flow.policy import Actor
from kinerja_flow.services import forms
from kinerja_flow.services.case_list import as_told
from kinerja_flow.services.cases import Act, act

MOST = 500
noun = Noun("batch", "Many acts in one request.")


class ActForm(forms.Form):
    """One act: an action on a case, by the version that was seen."""

    case_id = forms.identity("case_id")
    action = forms.text("action", 40)
    version = forms.count("version", 1, 10**9)
    key = forms.text("key", 40, optional=True)
    inputs = forms.named("inputs")


class BatchForm(forms.Form):
    """Up to 500 acts."""

    acts = forms.Rows(fields.Nested(ActForm), required=True, least=1, most=MOST)


class ItemView(Schema):
    """What one act came to."""

    index = Count("Its place in what was sent, from 0", like=0)
    status = Count("What it would have been answered with alone", like=200)
    outcome = fields.Nested(OutcomeView, allow_none=True, metadata={"description": "If done"})
    problem = fields.Nested(ProblemView, allow_none=True, metadata={"description": "If refused"})


class BatchView(Schema):
    """What became of each act, in the order in which they were sent."""

    items = fields.List(fields.Nested(ItemView), metadata={"description": "One for each act"})


FORM = BatchForm()


@noun.operation("POST", "/batch", Contract(BatchView, FORM))
def take(call: Call) -> Mapping[str, Any]:
    """Take up to 500 acts, one after the other. One that is refused holds no other up; give each a
    key to send the whole again."""
    values, wrong = FORM.read(call.body)
    if wrong:
        raise Invalid(wrong)
    return {"items": list(_each(call.actor, values["acts"]))}


def _each(actor: Actor, acts: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for index, one in enumerate(acts):
        try:
            wanted = Act(one["action"], one.get("inputs", {}), one["version"], one.get("key"))
            done = act(one["case_id"], actor, wanted)
        except Problem as problem:
            refusal = as_told(problem, one["case_id"], actor)
            said = told(refusal)
            yield {"index": index, "status": refusal.status, "problem": said, "outcome": None}
        else:
            yield {"index": index, "status": 200, "problem": None, "outcome": done}
